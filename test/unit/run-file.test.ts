/** Run files: what is written comes back the same, old files stay readable, newer ones say so. Bad files have a test file of their own. */
import fc from 'fast-check';
import { strToU8, unzipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { METRIC_NAMES, appendRow, emptyColumns } from '../../src/contract/metrics';
import { hashOf } from '../../src/storage/archive';
import { readRunFile, RUN_FILE_VERSION, writeRunFile } from '../../src/storage/run-file';
import type { RunBundle } from '../../src/storage/run-store';
import { previewRunFile } from '../../src/storage/run-file-preview';
import { tagOf } from '../../src/storage/tags';
import { bundleOf11, bundleOf12, dataOf12 } from '../fixtures/bundles';
import { changed, v1, withWeights } from './changed-file';
import { bundleOf, checkpointAt, RUN, stageRecord, TENSORS, VOCABULARY } from './made-runs';

const about = { appVersion: '0.1.0', vocabulary: VOCABULARY };
/** Never written again. */
const frozen = (name: string) => new Uint8Array(readFileSync(new URL(`../fixtures/${name}`, import.meta.url)));
const textOf = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

afterEach(() => void vi.useRealTimers());

describe('writing and reading', () => {
  test('a run comes back as it was', async () => {
    expect(await readRunFile(await writeRunFile(bundleOf(), about))).toEqual(bundleOf());
  });

  test('what is borrowed, inherited or not begun comes back too', async () => {
    const bundle = bundleOf();
    const from = { run: RUN, stage: 'sft', step: 3 };
    const borrowed: RunBundle = {
      record: { ...bundle.record, parents: [from] },
      stages: [{ ...bundle.stages[1]!, stage: { ...stageRecord('sft', 3), engine: null, borrowed: from } }],
    };
    expect(await readRunFile(await writeRunFile(borrowed, about))).toEqual(borrowed);
    const fresh: RunBundle = { record: bundle.record, stages: [] };
    expect(await readRunFile(await writeRunFile(fresh, about))).toEqual(fresh);
  });

  test('tags come back; a run without any gives the bytes it gave before there were tags', async () => {
    const bundle = bundleOf();
    const tagged: RunBundle = { ...bundle, record: { ...bundle.record, tags: ['kept', 'β-0.1'] } };
    expect(await readRunFile(await writeRunFile(tagged, about))).toEqual(tagged);
    expect(await writeRunFile(tagged, about)).toEqual(await writeRunFile(structuredClone(tagged), about));
    const plain = await writeRunFile(bundle, about);
    expect(await writeRunFile({ ...bundle, record: { ...bundle.record, tags: [] } }, about)).toEqual(plain);
    expect(textOf(unzipSync(plain)['manifest.json'])).not.toContain('tags');
    for (const tags of [['Two words'], ['twice', 'twice'], [''], ['#mark'], Array.from({ length: 51 }, (_, i) => `t${i}`)]) {
      await expect(writeRunFile({ ...bundle, record: { ...bundle.record, tags } }, about).then(readRunFile)).rejects.toMatchObject({ code: 'unreadable-run-file' });
    }
  });

  test.each([['Good one', 'good-one'], ['#best', 'best'], ['  two  words ', 'two-words'], ['#', ''], ['---', ''], ['a\u0000b', 'a-b'], ['x'.repeat(99), 'x'.repeat(40)], ['ÜBER', 'über']])('%j is the tag %j', (text, tag) => {
    expect(tagOf(text)).toBe(tag);
    expect(tagOf(tag)).toBe(tag);
  });

  test('what a method made of each token comes back, where it is known', async () => {
    const bundle = bundleOf();
    const token = bundle.stages[3]!.history.samples[0]!.prompts[0]!.now.tokens[0]!;
    Object.assign(token, { reward: -0.25, value: 0, advantage: 1.5 });
    expect(await readRunFile(await writeRunFile(bundle, about))).toEqual(bundle);
  });

  test('pairs token by token come back, and what was read is written the same each time', async () => {
    const bundle = bundleOf();
    const [first, second] = bundle.stages[2]!.history.samples;
    first!.pairs = [{ prompt: '♀', chosen: [{ text: 'a', score: 0.5, reward: -0 }], rejected: [] }];
    second!.pairs = [{ prompt: '♂', chosen: [{ text: 'b', logProb: -1, referenceLogProb: -Infinity, kl: 0.25 }], rejected: [{ text: '⏎', logProb: -2, referenceLogProb: -2, kl: 0 }] }];
    Object.assign(second!.prompts[0]!.now.tokens[0]!, { odds: [], reward: 1, value: 0, advantage: 1 });
    const read = await readRunFile(await writeRunFile(bundle, about));
    expect(read).toEqual(bundle);
    const bytes = await writeRunFile(read, about);
    expect(await writeRunFile(await readRunFile(bytes), about)).toEqual(bytes);
  });

  test('what a person said comes back, and what a loop remembers; where nobody was asked there is no entry', async () => {
    const bundle = bundleOf();
    const side = { text: '♀ Ann', ended: true, tokens: [5, 18, 18, 1] };
    const said = { time: 5, step: 4, question: 0, prompt: { text: '♀', tokens: [3] }, a: side, b: { ...side, ended: false }, by: 'visitor' as const, seconds: 2.5 };
    bundle.stages[3]!.history.preferences = [{ ...said, choice: 'a' }, { ...said, choice: 'undone' }, { ...said, choice: 'tie', by: 'gold' }];
    bundle.stages[3]!.checkpoints[0]!.state.lists = { pairs: [[3], [5, 1], []] };
    const bytes = await writeRunFile(bundle, about);
    expect(await readRunFile(bytes)).toEqual(bundle);
    expect(Object.keys(unzipSync(bytes)).filter((name) => name.endsWith('preferences.jsonl'))).toEqual([`${bundle.stages[3]!.stage.stage}/preferences.jsonl`]);
  });

  test('the same run makes the same bytes, in whatever order it comes', async () => {
    const bundle = bundleOf();
    const mixed = { ...bundle, stages: bundle.stages.toReversed().map((stage) => ({ ...stage, checkpoints: stage.checkpoints.toReversed() })) };
    const bytes = await writeRunFile(bundle, about);
    expect(Buffer.compare(bytes, await writeRunFile(mixed, about))).toBe(0);
    const again = await writeRunFile(await readRunFile(bytes), about);
    expect(Buffer.compare(again, await writeRunFile(await readRunFile(again), about))).toBe(0);
  });

  test('the clock does not show in it', async () => {
    vi.setSystemTime(Date.UTC(2030, 5, 1));
    const later = await writeRunFile(bundleOf(), about);
    vi.setSystemTime(Date.UTC(2001, 0, 1));
    expect(Buffer.compare(await writeRunFile(bundleOf(), about), later)).toBe(0);
  });

  test('is laid out as documented', async () => {
    const entries = unzipSync(await writeRunFile(bundleOf(), about));
    const perStage = (stage: string, steps: number[]) => [
      ...['stage.json', 'metrics.jsonl', 'samples.jsonl', 'events.jsonl'].map((file) => `${stage}/${file}`),
      ...steps.flatMap((step) => ['state.json', 'weights.safetensors'].map((file) => `${stage}/checkpoints/${step}/${file}`)),
    ];
    const expected = ['tokenizer.json', ...perStage('pretrain', [100, 50]), ...['sft', 'reward-model', 'ppo'].flatMap((stage) => perStage(stage, [100]))];
    expect(Object.keys(entries)).toEqual(['manifest.json', ...expected]);
    const manifest: unknown = JSON.parse(textOf(entries['manifest.json']));
    const engine = { engine: 'wasm', adapter: 'SIMD', note: '' };
    expect(manifest).toMatchObject({
      format: 'nudge', version: { major: 1, minor: 2 }, appVersion: '0.1.0', task: 'names', seed: 7, config: { recipe: 'names-ppo' },
      run: { id: RUN, name: 'Names, seed 7' }, created: 1000, parents: [], stages: [{ id: 'pretrain', engine, checkpoints: [100, 50] }, { id: 'sft' }, {}, {}],
    });
    const hashes = await Promise.all(expected.map(async (name) => [name, await hashOf(entries[name]!)]));
    expect(manifest).toHaveProperty('hashes', Object.fromEntries(hashes));
    expect(textOf(entries['sft/metrics.jsonl']).split('\n')[1]).toBe('{"step":2,"loss":0.5,"accuracy":0.002}');
    expect(JSON.parse(textOf(entries['tokenizer.json']))).toEqual({ vocabulary: VOCABULARY });
  });

  test('checksums are SHA-256', async () => {
    expect(await hashOf(strToU8('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'); // FIPS 180-2, appendix B.1
  });

  test('any history, name and number comes back exactly', async () => {
    const number = fc.double(); // with NaN, infinities and minus zero
    const row = fc.dictionary(fc.constantFrom(...METRIC_NAMES), number, { maxKeys: 5 });
    const count = fc.nat(2 ** 32 - 1);
    const text = fc.string({ unit: 'grapheme', maxLength: 20 });
    const odds = fc.array(fc.record({ text, policy: number, reference: number }), { maxLength: 2 });
    const tokens = fc.array(fc.record({ text, logProb: number, referenceLogProb: number, odds }), { maxLength: 3 });
    const completion = fc.record({ text, ended: fc.boolean(), gold: number, tokens });
    const prompts = fc.array(fc.record({ prompt: text, before: completion, now: completion }), { maxLength: 2 });
    const event = fc.record({ time: number, stage: fc.constantFrom('pretrain', 'sft'), step: count, kind: fc.constantFrom('started', 'saved', 'failed'), text });
    const history = fc.record({ rows: fc.array(row, { maxLength: 12 }), samples: fc.array(fc.record({ step: count, prompts }), { maxLength: 3 }), events: fc.array(event, { maxLength: 3 }) });
    await fc.assert(
      fc.asyncProperty(history, text, count, number, async ({ rows, samples, events }, name, drawn, counter) => {
        const metrics = emptyColumns();
        rows.forEach((values, i) => appendRow(metrics, i + 1, values));
        const { record, stages: [first] } = bundleOf();
        const state = { random: { order: { seed: 7, stream: 3, drawn } }, counters: { counter } };
        const bundle: RunBundle = { record: { ...record, name }, stages: [{ ...first!, history: { metrics, samples, events }, checkpoints: [{ ...checkpointAt('pretrain', 100), state }] }] };
        expect(await readRunFile(await writeRunFile(bundle, about))).toEqual(bundle);
      }),
      { numRuns: 60 },
    );
  });
});

describe('older and newer files', () => {
  test('a file of version 1 opens, whatever version this is', async () => {
    const { record: { config, ...record }, stages } = await readRunFile(v1);
    const { record: { config: _, ...expected }, stages: expectedStages } = bundleOf();
    expect(record).toEqual(expected);
    expect(stages).toEqual(expectedStages);
    // Defaults may change; what the run was made with may not.
    expect(config).toMatchObject({ recipe: 'names-ppo', seed: 7, task: { id: 'names', decade: '1950', pairs: 40_000 }, model: { width: 8, layers: 1, heads: 2 } });
    expect(config.stages[0]!.train).toMatchObject({ algorithm: 'pretrain', steps: 2000, learningRate: 0.003, batchSize: 64 });
  });

  test('a file of 1.1 opens, with answers, credit and lists', async () => {
    const { record, stages } = await readRunFile(frozen('run-file.v1.1.nudge'));
    expect({ ...record, config: {} }).toEqual({ ...bundleOf11().record, config: {} });
    expect(stages).toEqual(bundleOf11().stages);
  });

  test('a file of 1.2 opens, with the rows it learns from', async () => {
    const data = await dataOf12();
    const expected = await bundleOf12(data);
    const { record, ...read } = await readRunFile(frozen('run-file.v1.2.nudge'));
    expect({ ...record, config: {} }).toEqual({ ...expected.record, config: {} });
    expect(record.config.task).toMatchObject({ id: 'yours', called: 'mine.jsonl', dataset: await hashOf(data.bytes) });
    expect(read).toEqual({ stages: expected.stages, data });
  });

  test('every version has its frozen file', () => {
    const { major, minor } = RUN_FILE_VERSION;
    for (let at = 1; at <= minor; at++) expect(frozen(`run-file.v${major}.${at}.nudge`).length).toBeGreaterThan(0);
  });

  test('a metric that had another name then is read under that of today', async () => {
    const bytes = await changed((entries) => void (entries['sft/metrics.jsonl'] = strToU8('{"step":1,"loss":2}\n{"step":2,"samples/real_name_fraction":0.25}\n')));
    const { stages } = await readRunFile(bytes);
    expect(stages[1]!.history.metrics).toEqual({ steps: [1, 2], columns: { loss: [2, null], 'samples/valid_fraction': [null, 0.25] } });
  });

  test('a newer minor opens with what it adds left out', async () => {
    const bytes = await changed((entries, manifest) => {
      manifest.version = { major: 1, minor: 7 };
      manifest['mood'] = 'new';
      entries['preferences.jsonl'] = strToU8('{}\n');
      entries['sft/metrics.jsonl'] = strToU8('{"step":1,"loss":2,"a/metric/of/tomorrow":3}\n');
    });
    const { stages } = await readRunFile(bytes);
    expect(stages[1]!.history.metrics).toEqual({ steps: [1], columns: { loss: [2] } });
  });

  test('a newer major is refused as such, whatever else it changed', async () => {
    const bytes = await changed((entries, manifest) => {
      for (const path of Object.keys(entries)) if (path !== 'manifest.json') delete entries[path];
      for (const key of Object.keys(manifest)) if (key !== 'format') delete manifest[key];
      manifest.version = { major: 2, minor: 0 };
    }, { keepHashes: true });
    await expect(readRunFile(bytes)).rejects.toMatchObject({ code: 'newer-run-file', detail: 'format 2.0, this page reads 1' });
  });

  test('weights alone, without moments, are a checkpoint too', async () => {
    const weights = Object.fromEntries(Object.entries(TENSORS['sft']!).filter(([name]) => name.startsWith('policy/')));
    const { stages } = await readRunFile(await withWeights('sft', weights));
    expect(stages[1]!.checkpoints[0]!.tensors).toEqual(checkpointAt('sft', 100, RUN, weights).tensors);
  });
});

describe('a preview', () => {
  test('says what a run is without its weights', async () => {
    const bytes = await writeRunFile(bundleOf(), about);
    const damaged = bytes.slice();
    damaged[Buffer.from(bytes).indexOf('weights.safetensors') + 2000]! ^= 1;
    const file = new Blob([damaged]);
    const preview = await previewRunFile(file);
    expect(preview).toMatchObject({ name: 'Names, seed 7', appVersion: '0.1.0', created: 1000, bytes: bytes.length, checkpoints: 5, hasData: false });
    expect(preview.config).toEqual(bundleOf().record.config);
    expect(preview.stages.map(({ stage }) => stage)).toEqual(['pretrain', 'sft', 'reward-model', 'ppo']);
    expect(preview.stages[3]).toEqual({ stage: 'ppo', step: 100, total: 100, finished: true, isBorrowed: false, engine: { engine: 'wasm', adapter: 'SIMD', note: '' }, final: { loss: 0.1, accuracy: 0.01 } });
    await expect(readRunFile(file)).rejects.toMatchObject({ code: 'wrong-hash' }); // found at import
  });

  test('of what it shows, nothing changed is shown', async () => {
    const bytes = await changed((entries) => void (entries['sft/metrics.jsonl'] = strToU8('{"step":1,"loss":0}\n')), { keepHashes: true });
    await expect(previewRunFile(new Blob([bytes as Uint8Array<ArrayBuffer>]))).rejects.toMatchObject({ code: 'wrong-hash', detail: 'sft/metrics.jsonl was changed' });
    await expect(previewRunFile(new Blob(['no zip']))).rejects.toMatchObject({ code: 'not-a-run-file' });
  });

  test('says that rows come along', async () => {
    expect(await previewRunFile(new Blob([frozen('run-file.v1.2.nudge')]))).toMatchObject({ name: 'Mine, seed 7', hasData: true });
  });
});
