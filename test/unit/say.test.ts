/** What the policies of a run file say, by command. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { newRunId } from '../../src/contract/ids';
import { configOf, recipeOf } from '../../src/recipes';
import { memoryStore } from '../../src/storage/memory-store';
import { exportRun } from '../../src/storage/transfer';
import { openTask } from '../../src/tasks';
import { main } from '../../scripts/say';
import { TASK_DOORS } from '../../scripts/task-doors';
import { trainRun } from '../../scripts/train-run';

const STAGES = ['pretrain', 'sft', 'reward-model', 'ppo'];
const config = configOf(recipeOf('names-ppo'), 1, ['model.width=16', 'model.layers=1', 'model.heads=2', 'task.pairs=256', 'ppo.criticWarmup=0', ...STAGES.flatMap((stage) => [`${stage}.steps=2`, `${stage}.batchSize=8`, `${stage}.evaluateOn=16`])]);

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nudge-'));
  file = join(folder, 'run.nudge');
  const store = memoryStore();
  const id = newRunId();
  await store.putRun({ id, name: 'tiny', config, created: 1, appVersion: '0', parents: [] });
  await trainRun(store, id, config, 'wasm', () => {});
  const { tokenizer } = await openTask(config.task, TASK_DOORS);
  await writeFile(file, (await exportRun(store, id, { appVersion: '0', vocabulary: tokenizer.vocabulary })).bytes);
});
afterAll(() => rm(folder, { recursive: true }));

async function run(...args: string[]): Promise<{ code: number; out: string; error: string }> {
  const [log, error] = [vi.spyOn(console, 'log').mockReturnValue(), vi.spyOn(console, 'error').mockReturnValue()];
  try {
    const code = await main(args);
    return { code, out: log.mock.calls.flat().join('\n'), error: error.mock.calls.flat().join('\n') };
  } finally {
    log.mockRestore();
    error.mockRestore();
  }
}

it('every stage with a policy answers the same prompts, the same way each time', async () => {
  const { code, out } = await run(file, '--count', '5', '--json');
  expect(code).toBe(0);
  const said = JSON.parse(out) as { prompts: string[]; answers: Record<string, string[]> };
  expect(Object.keys(said.answers)).toEqual(['pretrain', 'sft', 'ppo']); // a reward model says nothing
  expect(new Set(said.prompts).size).toBe(5);
  for (const answers of Object.values(said.answers)) expect(answers).toHaveLength(5);
  expect((await run(file, '--count', '5', '--json')).out).toBe(out);
  expect((await run(file, '--count', '5', '--seed', '2', '--json')).out).not.toBe(out);
});

it('a named stage alone, a line a prompt', async () => {
  const { out } = await run(file, '--stages', 'ppo', '--count', '3', '--temperature', '0.5');
  expect(out).toMatch(/^ppo, temperature 0\.5(\n {2}.+ \| .*){3}$/);
});

it.each<[string, (known: string) => string[], number, RegExp]>([
  ['no file', () => [], 2, /want one run file, got 0/],
  ['a temperature of nothing', (known) => [known, '--temperature', '0'], 2, /temperature must be above 0/],
  ['a file that is not there', () => ['nowhere.nudge'], 1, /nowhere\.nudge/],
  ['a stage that is not there', (known) => [known, '--stages', 'dpo'], 1, /dpo/],
])('%s is refused', async (_, args, wanted, words) => {
  const { code, error } = await run(...args(file));
  expect(code).toBe(wanted);
  expect(error).toMatch(words);
});
