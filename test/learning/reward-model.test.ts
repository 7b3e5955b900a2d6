/**
 * Reward models that are smoothed, several at once, or stopped early, from one seed: each must tell held-out pairs apart, and early stopping must be worth its name.
 * What was planted and what became of it is in LOG.md.
 */
import { readFile } from 'node:fs/promises';
import { beforeAll, expect, it } from 'vitest';
import { parseRunConfig } from '../../src/contract/config';
import { newRunId } from '../../src/contract/ids';
import { lastRow, type MetricRow } from '../../src/contract/metrics';
import type { StageRecord } from '../../src/contract/run';
import { memoryStore } from '../../src/storage/memory-store';
import { Training } from '../../workers/session/train-api';

const rewardModel = (id: string, knobs: Record<string, number | string>) => ({ id, start: { trunk: 'sft' }, train: { algorithm: 'reward-model', learningRate: 1e-3, evaluateOn: 256, evaluateEvery: 200, steps: 200, ...knobs } });
/** So few labels that they are soon known by heart. */
const FEW = { labels: 300, batchSize: 50, steps: 300, evaluateEvery: 10 };

const config = parseRunConfig({
  recipe: 'reward models', seed: 1, task: { id: 'names' }, model: { width: 32, layers: 2, heads: 4 },
  stages: [
    { id: 'pretrain', start: {}, train: { algorithm: 'pretrain', steps: 500, evaluateEvery: 500, evaluateOn: 64 } },
    { id: 'sft', start: { policy: 'pretrain' }, train: { algorithm: 'sft', steps: 100, evaluateEvery: 100, evaluateOn: 64 } },
    rewardModel('smoothed', { labelSmoothing: 0.2 }),
    rewardModel('ensemble', { ensemble: 2, normalise: 'reference' }),
    rewardModel('stopped', { ...FEW, patience: 5 }),
    rewardModel('by-heart', { ...FEW, evaluateEvery: 300 }),
  ],
});

const rows = new Map<string, MetricRow>();
const records = new Map<string, StageRecord>();

beforeAll(async () => {
  const store = memoryStore();
  const run = newRunId();
  const training = new Training({ openStore: async () => store, readFile: (name) => readFile(`public/${name}`, 'utf8'), clock: Date.now });
  for (const { id } of config.stages) {
    let failure = '';
    await training.start({ run, config, stage: id, engine: 'wasm' }, (event) => event.kind === 'failed' && (failure = event.failure.detail || event.failure.code));
    await training.ended();
    expect(failure).toBe('');
    rows.set(id, lastRow((await store.history(run, id)).metrics));
  }
  for (const record of await store.stages(run)) records.set(record.stage, record);
}, 300_000);

it.each(['smoothed', 'ensemble'])('%s tells held-out pairs apart', (id) => {
  expect(rows.get(id)!.eval_seen_accuracy).toBeGreaterThan(0.62);
  expect(rows.get(id)!.eval_unseen_accuracy).toBeGreaterThan(0.61);
  expect(rows.get(id)!.eval_nll).toBeLessThan(0.65);
});

it('smoothed labels keep margins small', () => {
  expect(rows.get('smoothed')!.margin).toBeLessThan(0.75 * rows.get('ensemble')!.margin!);
});

it('what is easy is easy for it', () => {
  expect(records.get('ensemble')!.report!.sections.find(({ id }) => id === 'easy')!.accuracy.share).toBeGreaterThan(0.7);
});

it('few labels are learned by heart, unless training stops when held-out loss no longer falls', () => {
  const [stopped, byHeart] = ['stopped', 'by-heart'].map((id) => rows.get(id)!);
  expect(byHeart!.accuracy).toBeGreaterThan(0.95);
  expect(byHeart!.eval_nll).toBeGreaterThan(0.8);
  expect(byHeart!.eval_temperature).toBeGreaterThan(1.5);
  expect(stopped!.eval_nll).toBeLessThan(0.7);
  expect(records.get('stopped')!.step).toBeLessThan(250);
});
