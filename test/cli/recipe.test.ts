/** The batch door as a person or a script meets it: what it prints where, how it ends, and that WASM and WebGPU train the same run. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ALGORITHMS } from '../../src/contract/algorithms';
import { knobsOf } from '../../src/contract/knobs';
import { recipeOf, RECIPES as ALL_RECIPES } from '../../src/recipes';
import { memoryStore } from '../../src/storage/memory-store';
import { readRunFile, writeRunFile } from '../../src/storage/run-file';
import { importRun } from '../../src/storage/transfer';

const PATIENCE = 120_000;
const RECIPES = ALL_RECIPES.map(({ id }) => id).join(', ');

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

function door(args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, ['scripts/run.mjs', 'scripts/recipe.ts', ...args], { stdio: ['ignore', 'pipe', 'pipe'], timeout: PATIENCE - 5000 });
  const ended: Ended = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (ended.stdout += chunk));
  child.stderr.on('data', (chunk) => (ended.stderr += chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...ended, code }));
  });
}

interface Report {
  recipe: string;
  seed: number;
  engine: { engine: string };
  stages: { id: string; steps: number; metrics: Record<string, number>; intervals: Record<string, { low: number; high: number; n: number }> }[];
  final: Record<string, number>;
  pairs: { ceiling: Record<string, number>; linear_baseline: Record<string, number> };
}

/** `a.b=1` and so on as the arguments that set them. */
const settings = (...given: string[]) => given.flatMap((setting) => ['--set', setting]);
const small = (stage: string, steps: number) => [`${stage}.steps=${steps}`, `${stage}.batchSize=8`, `${stage}.evaluateOn=16`];
const TINY = settings('model.width=16', 'model.layers=1', 'model.heads=2', 'task.pairs=256');
const TINY_DPO = ['names-dpo', ...TINY, ...settings(...small('pretrain', 4), ...small('sft', 2), ...small('dpo', 2))];
/** As many steps as it takes to show that losses agree, and no more: a GPU made of software needs a minute for these. No warm-up, so that one step shows. */
const ONE_STEP_EACH = ['names-dpo', ...TINY, ...settings(...small('pretrain', 1), ...small('sft', 1), ...small('dpo', 1), 'pretrain.warmup=0', 'sft.warmup=0')];

function reportOf({ code, stdout, stderr }: Ended): Report {
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/^\{[^\n]*\}\n$/); // one object, and not a word beside it
  return JSON.parse(stdout) as Report; // the interface above is what the tests go on to check
}

function expectFinite(report: Report): void {
  for (const { id, metrics } of report.stages) {
    expect(Object.keys(metrics), id).toEqual(expect.arrayContaining(['loss', 'gold/reward', 'samples/length', 'num_tokens']));
    for (const [name, value] of Object.entries(metrics)) expect(Number.isFinite(value), `${id} ${name} is ${value}`).toBe(true);
  }
}

// What each kind of refusal says is in test/unit/request.test.ts: a process each would take minutes.
test.each<[string, string[], string]>([
  ['an unknown recipe', ['names-dop'], `valid: ${RECIPES}`],
  ['an unknown option', ['names-dpo', '--sed', '1'], '--seed N'],
])('%s ends with 2, nothing on stdout, and a sentence that says what could be asked', async (_, args, words) => {
  const { code, stdout, stderr } = await door(args);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain(words);
  expect(stderr).not.toContain('    at '); // a sentence, not a stack
}, PATIENCE);

describe('a run', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nudge-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** Each of these is run once, by the first test that asks. */
  const asked = new Map<string, Promise<Ended>>();
  const once = (args: readonly string[]) => {
    const key = args.join(' ');
    const ended = asked.get(key) ?? door(args);
    asked.set(key, ended);
    return ended;
  };

  test('told as JSON is one object on stdout, every number in it finite', async () => {
    const ended = await once([...TINY_DPO, '--seed', '3', '--json']);
    const report = reportOf(ended);
    expect(ended.stderr).toBe('');
    expect(report).toMatchObject({ recipe: 'names-dpo', seed: 3, engine: { engine: 'wasm' } });
    expect(report.stages.map(({ id, steps }) => [id, steps])).toEqual([['pretrain', 4], ['sft', 2], ['dpo', 2]]);
    expectFinite(report);
    expect(report.final).toEqual(report.stages.at(-1)?.metrics);
    // Hardly begun: guessing among 31 tokens costs ln 31 nats, and a policy that is its reference ln 2.
    expect(Math.abs(report.stages[0]!.metrics['loss']! - Math.log(31))).toBeLessThan(0.4);
    expect(report.final['loss']).toBeCloseTo(Math.LN2, 2);
  }, PATIENCE);

  test('says how sure its shares are, and what was possible', async () => {
    const { stages, final, pairs } = reportOf(await once([...TINY_DPO, '--seed', '3', '--json']));
    const { low, high, n } = stages.at(-1)!.intervals['eval_seen_rewards/accuracies']!;
    expect(n).toBe(64); // four times evaluateOn
    const share = final['eval_seen_rewards/accuracies']!;
    expect([low < share, share < high, high - low < 0.26, high - low > 0.15]).toEqual([true, true, true, true]);
    for (const split of ['seen', 'unseen']) {
      expect(pairs.ceiling[split]).toBeGreaterThan(0.85);
      expect(pairs.linear_baseline[split]).toBeGreaterThan(0.5); // 256 pairs teach it something
      expect(pairs.linear_baseline[split]).toBeLessThan(pairs.ceiling[split]!);
    }
  }, PATIENCE);

  test('is written as what was asked for, with the numbers that were told', async () => {
    const paths = { csv: join(folder, 'metrics.csv'), report: join(folder, 'report.html') };
    const { final } = reportOf(await door([...TINY_DPO, '--seed', '3', '--json', ...Object.entries(paths).flatMap(([id, path]) => ['--export', `${id}=${path}`])]));
    const [head = '', ...lines] = (await readFile(paths.csv, 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(4 + 2 + 2);
    expect(Number(lines.at(-1)!.split(',')[head.split(',').indexOf('loss')])).toBe(final['loss']);
    expect(await readFile(paths.report, 'utf8')).toMatch(/^<!doctype html>[^]*<\/html>\n$/);
  }, PATIENCE);

  test('of the same seed gives the same numbers, to the last bit', async () => {
    const first = reportOf(await once([...TINY_DPO, '--seed', '3', '--json']));
    const again = reportOf(await door([...TINY_DPO, '--seed', '3', '--json']));
    const measured = ({ stages, pairs }: Report) => ({ pairs, stages: stages.map(({ id, metrics, intervals }) => ({ id, metrics, intervals })) });
    expect(measured(again)).toEqual(measured(first));
  }, PATIENCE);

  test('of another seed gives others', async () => {
    const first = reportOf(await once([...TINY_DPO, '--seed', '3', '--json']));
    const other = reportOf(await door([...TINY_DPO, '--seed', '4', '--json']));
    for (const [i, { metrics }] of other.stages.entries()) expect(metrics['loss']).not.toBe(first.stages[i]!.metrics['loss']);
    expect(other.pairs).toEqual(first.pairs); // the data is the task's
  }, PATIENCE);

  test('of PPO goes through its reward model', async () => {
    const report = reportOf(await door(['names-ppo', ...TINY, ...settings(...small('pretrain', 2), ...small('sft', 2), ...small('reward-model', 2), ...small('ppo', 2), 'ppo.criticWarmup=0', 'ppo.klCoef=0.2'), '--json']));
    expect(report.stages.map(({ id, steps }) => [id, steps])).toEqual([['pretrain', 2], ['sft', 2], ['reward-model', 2], ['ppo', 2]]);
    for (const { metrics } of report.stages) for (const [name, value] of Object.entries(metrics)) expect(Number.isFinite(value), name).toBe(true);
    expect(report.final).toMatchObject({ 'objective/kl_coef': 0.2, episode: 16 });
    expect(Object.keys(report.final)).toEqual(expect.arrayContaining(['objective/scores', 'objective/kl', 'loss/policy_avg', 'loss/value_avg', 'gold/win_rate']));
  }, PATIENCE);

  test('that asks a person is answered by the true reward where that is asked for', async () => {
    const out = join(folder, 'asked.nudge');
    const asking = ['names-online-dpo', ...TINY, ...settings('pretrain.steps=400', 'pretrain.evaluateOn=16', ...small('sft', 2), ...small('reward-model', 2), 'online-dpo.judge=visitor', 'online-dpo.steps=4', 'online-dpo.refreshEvery=2', 'online-dpo.questions=64', 'online-dpo.evaluateOn=16'), '--visitor', 'gold', '--out', out];
    const report = reportOf(await door([...asking, '--json']));
    expect(report).toMatchObject({ visitor: 'gold' });
    expect(report.stages.at(-1)).toMatchObject({ id: 'online-dpo', steps: 4 });

    const store = memoryStore();
    const { id } = await importRun(store, await readFile(out));
    const { preferences = [], metrics } = await store.history(id, 'online-dpo');
    // Up to 64 questions at each of two times, every one answered by nobody but the task; most names are nobody's yet, and ties teach nothing.
    for (const step of [0, 2]) {
      const said = preferences.filter((one) => one.step === step);
      expect(said.map(({ question, by }) => [question, by])).toEqual(said.map((_, question) => [question, 'gold']));
      expect(said.length).toBeGreaterThan(32);
    }
    const decided = (step: number) => preferences.filter((said) => said.step === step && (said.choice === 'a' || said.choice === 'b')).length;
    expect(metrics.columns['pairs/used']).toEqual([0, 0, 2, 2].map(decided));
    expect(decided(0) + decided(2)).toBeGreaterThan(0);
    expect(metrics.columns['pairs/gold_agreement']?.filter((share) => share !== null)).toEqual([0, 2].flatMap((step) => (decided(step) > 0 ? [1] : [])));
  }, PATIENCE);

  test("on somebody's own file learns from its rows; a file that is not there is named", async () => {
    const file = join(folder, 'pairs.jsonl');
    const rows = Array.from({ length: 60 }, (_, i) => ({ prompt: `say ${i % 20}`, chosen: `good ${i}`, rejected: `bad ${i}` }));
    await writeFile(file, rows.map((row) => JSON.stringify(row)).join('\n'));
    const own = ['yours-dpo', ...settings('model.width=16', 'model.layers=1', 'model.heads=2', ...recipeOf('yours-dpo').stages.flatMap(({ id }) => small(id, 2))), '--data'];
    const report = reportOf(await door([...own, file, '--json']));
    expect(report.stages.map(({ id, steps }) => [id, steps])).toEqual(recipeOf('yours-dpo').stages.map(({ id }) => [id, 2]));
    expect(report.final).toHaveProperty('eval_unseen_rewards/accuracies');
    expect(report.final).not.toHaveProperty('gold/reward');

    const { code, stderr } = await door([...own, join(folder, 'nowhere.jsonl'), '--json']);
    expect(code).toBe(1);
    expect(stderr).toContain('nowhere.jsonl');
  }, PATIENCE);

  test('is told as it goes, and written to a file that the page imports', async () => {
    const out = join(folder, 'run.nudge');
    const { code, stdout } = await door([...TINY_DPO, '--seed', '3', '--out', out]);
    expect(code).toBe(0);
    const bytes = await readFile(out);
    expect(stdout).toContain(`wrote ${out}, ${bytes.length} bytes`);
    for (const words of ['pretrain 4/4', 'sft 2/2', 'dpo 2/2', 'names-dpo, seed 3, wasm', 'label noise allows at most']) expect(stdout).toContain(words);

    const store = memoryStore();
    const record = await importRun(store, bytes);
    expect(record).toMatchObject({ name: 'names-dpo seed 3', config: { recipe: 'names-dpo', seed: 3, model: { width: 16 } } });
    expect(await store.stages(record.id)).toMatchObject([{ stage: 'pretrain', step: 4, finished: true }, { stage: 'sft', step: 2, finished: true }, { stage: 'dpo', step: 2, finished: true }]);
    for (const [stage, step] of [['pretrain', 4], ['sft', 2], ['dpo', 2]] as const) {
      expect(await store.checkpoints(record.id, stage)).toContainEqual({ run: record.id, stage, step });
      expect((await store.history(record.id, stage)).metrics.steps).toEqual(Array.from({ length: step }, (_, i) => i + 1));
    }
  }, PATIENCE);

  test('is verified from its file; one changed number is found', async () => {
    const out = join(folder, 'verified.nudge');
    reportOf(await door([...TINY_DPO, '--seed', '3', '--json', '--out', out]));
    const same = await door(['verify', out, '--json']);
    expect(same.code, same.stderr).toBe(0);
    expect(JSON.parse(same.stdout)).toMatchObject({ run: 'names-dpo seed 3', outcome: 'same', notes: [], stages: [{ stage: 'pretrain', steps: 4, hasWeights: true }, { stage: 'sft', steps: 2 }, { stage: 'dpo', steps: 2 }] });

    const bundle = await readRunFile(await readFile(out));
    bundle.stages[1]!.history.metrics.columns.loss![1] = 0.5;
    await writeFile(out, await writeRunFile(bundle, { appVersion: '0', vocabulary: Array.from({ length: 31 }, String) }));
    const other = await door(['verify', out]);
    expect(other.code).toBe(1);
    expect(other.stdout).toMatch(/Not the same[^]*sft: the first difference is at step 2: loss is 0\.5 in the stored run and \d\.\d+ when trained again\./);

    for (const args of [['verify'], ['verify', 'nowhere.nudge'], ['verify', 'package.json'], ['verify', out, '--jsno']]) expect((await door(args)).code, args.join(' ')).toBe(2);
  }, PATIENCE);

  test('that cannot be written ends with 1 and says why', async () => {
    const { code, stderr } = await door([...ONE_STEP_EACH, '--json', '--out', join(folder, 'nowhere', 'run.nudge')]);
    expect(code).toBe(1);
    expect(stderr).toContain('ENOENT');
  }, PATIENCE);

  test('on WASM, one step for each stage', async () => {
    expectFinite(reportOf(await once([...ONE_STEP_EACH, '--seed', '3', '--json'])));
  }, PATIENCE);

  // The last one, so that on its own it still needs but one run more.
  test('on WebGPU has the same losses in every stage', async () => {
    const wasm = reportOf(await once([...ONE_STEP_EACH, '--seed', '3', '--json']));
    const webgpu = reportOf(await door([...ONE_STEP_EACH, '--seed', '3', '--backend', 'webgpu', '--json']));
    expect(webgpu.engine.engine).toBe('webgpu');
    expectFinite(webgpu);
    expect(webgpu.stages.map(({ id }) => id)).toEqual(wasm.stages.map(({ id }) => id));
    // Of the first step of the first stage, then of a model that WebGPU has updated once and twice.
    for (const [i, { id, metrics }] of webgpu.stages.entries()) expect(Math.abs(metrics['loss']! - wasm.stages[i]!.metrics['loss']!), id).toBeLessThan(1e-3);
    // DPO's first loss is ln 2 whatever the model says; its log-probabilities are not.
    expect(webgpu.final['logps/chosen']).toBeCloseTo(wasm.final['logps/chosen']!, 2);
  }, PATIENCE);
});

describe('an experiment', () => {
  const { stages, compares = [] } = recipeOf('names-compare');
  /** Of each stage what it has of these; best-of-n needs so many completions that the table's line, n = 16, is there. */
  const small = { evaluateOn: 16, batchSize: 8, steps: 2, groupSize: 4, criticWarmup: 0 };
  const ofStage = ({ id, algorithm }: (typeof stages)[number]) => Object.entries(small).filter(([knob]) => knobsOf(ALGORITHMS[algorithm].config).some(({ name }) => name === knob)).map(([knob, value]) => `${id}.${knob}=${algorithm === 'best-of-n' && knob === 'steps' ? 16 : value}`);
  const tiny = settings('model.width=16', 'model.layers=1', 'model.heads=2', 'task.pairs=256', ...stages.flatMap(ofStage));

  test('trains its seeds side by side and reports them with intervals; runs that were kept give the same report again', async () => {
    const kept = join(await mkdtemp(join(tmpdir(), 'nudge-')), 'runs.json');
    const { code, stdout, stderr } = await door(['compare', ...tiny, '--seeds', '2', '--keep', kept, '--json']);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^\{[^\n]*\}\n$/);
    const report = JSON.parse(stdout) as { experiment: string; seeds: number[]; tables: { rows: { name: string; cells: ({ mean: number; low: number; high: number; values: number[] } | null)[] }[] }[] };
    expect(report).toMatchObject({ experiment: 'compare', seeds: [1, 2] });
    const [{ rows }] = report.tables as [(typeof report.tables)[number]];
    expect(rows.length).toBe(1 + compares.length);
    for (const { name, cells } of rows) {
      const measured = cells.flatMap((cell) => cell ?? []);
      expect(measured.length, name).toBeGreaterThan(2);
      for (const { values, mean, low, high } of measured) expect([values.length, values.every(Number.isFinite), low <= mean, mean <= high], name).toEqual([2, true, true, true]);
    }
    const again = await door(['compare', '--from', kept]);
    expect(again.code, again.stderr).toBe(0);
    for (const { name } of rows) expect(again.stdout).toContain(`| ${name} |`);
  }, PATIENCE);
});
