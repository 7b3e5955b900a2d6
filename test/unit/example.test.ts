/** The finished run that comes with the page: today's code opens it, it is what its seed gives, it is small, and it can be shown at any moment of its training. */
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { MetricName } from '../../src/contract/metrics';
import { configOf, recipeOf } from '../../src/recipes';
import { DEFAULT_SEED, defaultRecipe } from '../../src/state/link';
import { Replay, upTo } from '../../src/state/replay.svelte';
import { EXAMPLE_FILE, parseExample, rounded, writtenExample } from '../../src/storage/example-run';
import { bench } from './session-bench';

const PATH = `public/${EXAMPLE_FILE}`;
const text = await readFile(PATH, 'utf8');
const example = await parseExample(text);
/** Made again, with a step of each that is evaluated: its first, and the 25th. */
const AGAIN = 26;

describe('the file', () => {
  test('is the recipe that the page begins with, as it is today, trained to its end', () => {
    expect(example.config).toEqual(configOf(recipeOf(defaultRecipe()), DEFAULT_SEED));
    expect(example.command).toBe('npm run example');
    expect(example.stages.map(({ id, history }) => [id, history.metrics.steps.at(-1)])).toEqual(example.config.stages.map(({ id, train }) => [id, train.steps]));
    for (const { history } of example.stages) {
      const last = history.metrics.steps.at(-1);
      expect(history.samples.at(-1)?.step).toBe(last);
    }
  });

  test('is at most 150 KB packed', () => {
    expect(gzipSync(text).length).toBeLessThan(150_000);
  });

  test('is written as it is read', () => {
    expect(JSON.parse(writtenExample(example))).toEqual(JSON.parse(text));
  });

  test('that is damaged, or of another version, is refused by its name', async () => {
    for (const bad of ['', '{', text.slice(0, -10), text.replace('"version":1', '"version":2'), text.replace('"steps":[1,', '"steps":[')]) {
      await expect(parseExample(bad)).rejects.toThrow(expect.objectContaining({ code: 'no-task-data', detail: expect.stringContaining(EXAMPLE_FILE) }));
    }
  });

  test('says what its seed gives: its first steps are the same when trained again', async () => {
    const on = bench(example.config);
    await on.store.putRun({ id: on.run, name: 'again', config: on.config, created: 1, appVersion: example.appVersion, parents: [] });
    const { id, history } = example.stages[0]!; // it has stages
    await on.start(id, true);
    for (let step = 0; step < AGAIN; step++) await on.training.step();
    await on.training.save();
    await on.training.stop();
    const again = (await on.store.history(on.run, id)).metrics;
    const names = Object.keys(again.columns) as MetricName[]; // its keys by construction
    expect(names).toContain('loss');
    for (const name of names) expect([name, again.columns[name]!.map((value) => (value === null ? null : rounded(value)))]).toEqual([name, upTo(history, AGAIN).metrics.columns[name]]);
  });
});

describe('its replay', () => {
  test('begins at the end, with everything in place', () => {
    const replay = new Replay(example);
    expect(replay.at).toBe(replay.total);
    expect(replay.stages.map(({ phase }) => phase)).toEqual(['finished', 'finished', 'finished']);
    expect(replay.current.id).toBe('dpo');
    expect(replay.current.history).toEqual(example.stages[2]!.history.metrics);
    expect(replay.current.samples).toEqual(example.stages[2]!.history.samples.at(-1));
  });

  test('shows no stage more than it had at that moment', () => {
    const replay = new Replay(example);
    const [first] = replay.stages;
    replay.seek(first!.total + 3);
    expect(replay.stages.map(({ phase, step }) => [phase, step])).toEqual([['finished', first!.total], ['paused', 3], ['waiting', 0]]);
    expect(replay.current.id).toBe('sft');
    expect(replay.current.history.steps).toEqual([1, 2, 3]);
    expect(replay.current.samples?.step).toBe(1);
    replay.seek(0);
    expect(replay.stages.map(({ phase, history }) => [phase, history.steps.length])).toEqual([['waiting', 0], ['waiting', 0], ['waiting', 0]]);
    replay.seek(1e9);
    expect(replay.at).toBe(replay.total);
  });
});
