/**
 * Every loss of DPO learns from pairs, each from the same fine-tuned model. Held-out accuracy is read from the log-ratios whatever the loss, so one target holds them all.
 * Planted: signs of `surprise`, `towardGap` and each entry of LOSSES (LOG.md).
 */
import { readFile } from 'node:fs/promises';
import { beforeAll, expect, it } from 'vitest';
import { DPO_LOSSES, type DpoLoss } from '../../src/contract/algorithms/dpo';
import { parseRunConfig } from '../../src/contract/config';
import { newRunId } from '../../src/contract/ids';
import { lastRow, type MetricRow } from '../../src/contract/metrics';
import { memoryStore } from '../../src/storage/memory-store';
import { Training } from '../../workers/session/train-api';

/** β where a loss needs another than 0.3: those that aim at a gap, or that count by token. */
const BETA: Partial<Record<DpoLoss, number>> = { apo_down: 1 };
const STEPS = 200;

const watch = (steps: number) => ({ steps, evaluateEvery: steps, evaluateOn: 512 });
const config = parseRunConfig({
  recipe: 'every loss', seed: 1, task: { id: 'names' }, model: {},
  stages: [
    { id: 'pretrain', start: {}, train: { algorithm: 'pretrain', ...watch(800) } },
    { id: 'sft', start: { policy: 'pretrain' }, train: { algorithm: 'sft', ...watch(200) } },
    ...DPO_LOSSES.map((loss) => ({ id: stageOf(loss), start: { policy: 'sft' }, train: { algorithm: 'dpo', loss, beta: BETA[loss] ?? 0.3, labelSmoothing: loss === 'robust' ? 0.1 : 0, ...watch(STEPS) } })),
  ],
});

function stageOf(loss: DpoLoss): string {
  return loss.replaceAll('_', '-');
}

const rows = new Map<string, MetricRow>();

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
}, 500_000);

it.each(DPO_LOSSES)('%s', (loss) => {
  const row = rows.get(stageOf(loss))!;

  expect(row['eval_seen_rewards/accuracies']).toBeGreaterThan(0.6);
});
