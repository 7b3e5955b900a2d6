/** Made-up runs, histories and samples for the tests of the page. Every number is a fixed function of its place. */
import { asRunId } from '../../src/contract/ids';
import { appendRow, emptyColumns, type MetricColumns, type MetricRow } from '../../src/contract/metrics';
import type { Completion, RunRecord, SampleSet, StageRecord } from '../../src/contract/run';
import { configOf, recipeOf } from '../../src/recipes';
import { Random } from '../../src/contract/random';
import { rewardReport, type RewardReport } from '../../src/contract/reward-report';
import type { RunBundle } from '../../src/storage/run-store';

export function historyOf(rows: readonly MetricRow[]): MetricColumns {
  const history = emptyColumns();
  rows.forEach((row, step) => appendRow(history, step, row));
  return history;
}

export interface MadeRun {
  id: string;
  name: string;
  recipe: string;
  seed: number;
  settings?: string[];
  /** Last gold reward of its last stage; stages before it measured only a loss. */
  gold: number;
  /** Stages begun; all of them if left out. */
  begun?: number;
}

export function bundleOf({ id, name, recipe, seed, settings = [], gold, begun }: MadeRun): RunBundle {
  const config = configOf(recipeOf(recipe), seed, settings);
  const run = asRunId(id);
  const record: RunRecord = { id: run, name, config, created: Date.UTC(2026, 6, 1) + gold, appVersion: 'test', parents: [] };
  const ids = config.stages.map((stage) => stage.id).slice(0, begun);
  return {
    record,
    stages: ids.map((stage, i) => {
      const isLast = i === ids.length - 1;
      const about: StageRecord = { run, stage, step: 2, total: 2, finished: true, engine: { engine: 'wasm', adapter: 'SIMD', note: '' }, updated: 0, seconds: 1 };
      const rows: MetricRow[] = isLast ? [{ loss: 2, 'gold/reward': 0 }, { loss: 1 }, { 'gold/reward': gold }] : [{ loss: 3 }, { loss: 2 }];
      return { stage: about, history: { metrics: historyOf(rows), samples: [], events: [] }, checkpoints: [] };
    }),
  };
}

/** Each token's log-ratio to the starting model is given; the sampled token is the third likeliest of its odds. */
export function completionOf(letters: string, logRatios: readonly number[], gold: number, proxy?: number): Completion {
  return {
    text: letters,
    ended: true,
    gold,
    ...(proxy === undefined ? {} : { proxy }),
    tokens: [...letters].map((text, i) => ({
      text,
      logProb: Math.log(0.15),
      referenceLogProb: Math.log(0.15) - (logRatios[i] ?? 0),
      odds: [{ text: 'x', policy: 0.5, reference: 0.25 }, { text: 'y', policy: 0.2, reference: 0.3 }, { text, policy: 0.15, reference: 0.1 }, { text: '⏎', policy: 0.1, reference: 0.2 }, { text: 'z', policy: 0.0004, reference: 0.1 }],
    })),
  };
}

export const sampleSet = (step: number, withProxy: boolean): SampleSet => ({
  step,
  prompts: [
    { prompt: '♀ M', before: completionOf('abc', [0, 0, 0], 1, withProxy ? -1 : undefined), now: completionOf('ann', [1.5, -1.5, 0.01], 3, withProxy ? 2 : undefined) },
    { prompt: '♂', before: completionOf('leo', [], 2, withProxy ? 0 : undefined), now: completionOf('lou', [0.5, 0.5, 0.5], 1.5, withProxy ? 1 : undefined) },
  ],
});

/** Two held-out pairs as a reward model scores them, or as policy and reference find them. */
export const withPairs = (set: SampleSet, by: 'reward' | 'policy'): SampleSet => {
  const side = (letters: string, sign: number) => [...letters].map((text, i) => (by === 'reward' ? { text, score: sign * (i + 1) * 0.5, reward: sign * 0.5 } : { text, logProb: -1, referenceLogProb: -1 - sign * i, kl: 0.25 * i }));
  return { ...set, pairs: [{ prompt: '♀ M', chosen: side('ary⏎', 1), rejected: side('xq', -1) }, { prompt: '♂', chosen: side('leo', 1), rejected: side('', -1) }] };
};

/** A reward model that is right three times of four, with everything a report may hold. */
export function madeReport(): RewardReport {
  const pairs = Array.from({ length: 400 }, (_, i) => {
    const size = 4 * ((i * 7) % 100) / 100;
    const [chosen, rejected] = i % 4 === 0 ? [0, size] : [size, 0];
    return { chosen, rejected, chosenLength: 3 + (i % 5), rejectedLength: 3 + ((i * 3) % 5), chosenGold: i % 6, rejectedGold: 1 };
  });
  const about = { title: 'Hard: nearly the same letters', says: 'The names differ by a single letter, yet one was given five times as often.' };
  const sections = ['easy', 'hard'].map((id) => ({ ...about, id, pairs: pairs.slice(0, 50) }));
  const ties = [{ equal: [2, 3], worse: [0], reference: { chosen: 2, rejected: 0 } }];
  return rewardReport({ step: 1600, pairs, unseen: pairs.slice(0, 100), ceiling: 0.9, members: [pairs.map(({ chosen }) => chosen), pairs.map(({ rejected }) => rejected)], sections, ties }, Random.of(1, 'sides'));
}
