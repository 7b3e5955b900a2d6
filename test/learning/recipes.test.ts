/**
 * Learning is the last word: every algorithm, from one seed, must reach a target on the WASM engine. Targets are set from what was measured
 * (LOG.md) with room for nothing but rounding between machines; a wrong sign anywhere misses them by far.
 */
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { newRunId } from '../../src/contract/ids';
import { lastRow, type MetricColumns, type MetricRow } from '../../src/contract/metrics';
import { configOf, recipeOf } from '../../src/recipes';
import { memoryStore } from '../../src/storage/memory-store';
import { Training } from '../../workers/session/train-api';

const SHORT = ['pretrain.steps=400', 'pretrain.evaluateEvery=400', 'sft.steps=80', 'sft.evaluateEvery=80'];

/** Trains a shortened recipe. @returns each stage's history */
async function trained(recipe: string, settings: string[]): Promise<Record<string, MetricColumns>> {
  const store = memoryStore();
  const run = newRunId();
  const config = configOf(recipeOf(recipe), 1, [...SHORT, ...settings]);
  const training = new Training({ openStore: async () => store, readFile: (name) => readFile(`public/${name}`, 'utf8'), clock: Date.now });
  const histories: Record<string, MetricColumns> = {};
  for (const { id } of config.stages) {
    let failure = '';
    await training.start({ run, config, stage: id, engine: 'wasm' }, (event) => event.kind === 'failed' && (failure = event.failure.detail || event.failure.code));
    await training.ended();
    expect(failure).toBe('');
    histories[id] = (await store.history(run, id)).metrics;
  }
  return histories;
}

const firstRow = ({ columns }: MetricColumns): MetricRow => Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column.find((value) => value !== null)]));

describe('names-dpo, shortened', () => {
  let stages: Record<string, MetricColumns>;
  beforeAll(async () => {
    stages = await trained('names-dpo', ['dpo.steps=300', 'dpo.evaluateEvery=300']);
  }, 300_000);

  it('pretrain learns the corpus', () => {
    expect(firstRow(stages['pretrain']!).eval_loss).toBeGreaterThan(3.2); // ln 31 is 3.43
    expect(lastRow(stages['pretrain']!).eval_loss).toBeLessThan(2.25);
    expect(lastRow(stages['pretrain']!)['samples/real_name_fraction']).toBeGreaterThan(0.04);
  });

  it('sft learns what the sexes are called', () => {
    expect(lastRow(stages['sft']!).eval_loss).toBeLessThan(firstRow(stages['sft']!).eval_loss! - 0.05);
  });

  it('dpo learns preferences it can carry over, and the true reward follows', () => {
    const last = lastRow(stages['dpo']!);
    expect(firstRow(stages['dpo']!).loss).toBeCloseTo(Math.LN2, 5);
    expect(last['eval_seen_rewards/accuracies']).toBeGreaterThan(0.66);
    expect(last['eval_unseen_rewards/accuracies']).toBeGreaterThan(0.64);
    expect(last['gold/win_rate']! - 3 * last['gold/win_rate_stderr']!).toBeGreaterThan(0.5);
    expect(last['gold/reward']).toBeGreaterThan(firstRow(stages['dpo']!)['gold/reward']! + 0.1);
  });
});

describe('names-ppo, shortened', () => {
  let stages: Record<string, MetricColumns>;
  beforeAll(async () => {
    stages = await trained('names-ppo', ['reward-model.steps=300', 'reward-model.evaluateEvery=300', 'ppo.steps=30', 'ppo.evaluateEvery=30']);
  }, 300_000);

  it('the reward model learns to tell which name was chosen', () => {
    const last = lastRow(stages['reward-model']!);
    expect(last.eval_seen_accuracy).toBeGreaterThan(0.66);
    expect(last.eval_unseen_accuracy).toBeGreaterThan(0.64);
  });

  it('ppo raises the proxy reward, keeps near the reference, and the true reward follows', () => {
    const { columns } = stages['ppo']!;
    const mean = (name: 'objective/scores' | 'objective/gold', from: number, to: number) => columns[name]!.slice(from, to).reduce<number>((sum, value) => sum + value!, 0) / (to - from);
    expect(mean('objective/scores', 25, 30)).toBeGreaterThan(mean('objective/scores', 0, 5) + 0.3);
    expect(mean('objective/gold', 25, 30)).toBeGreaterThan(mean('objective/gold', 0, 5) + 0.05);
    const last = lastRow(stages['ppo']!);
    expect(last['gold/win_rate']! - 3 * last['gold/win_rate_stderr']!).toBeGreaterThan(0.5);
    expect(last['objective/kl']).toBeLessThan(10);
  });
});
