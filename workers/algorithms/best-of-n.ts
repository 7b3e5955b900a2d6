/**
 * Best-of-n (Stiennon et al. 2020; Nakano et al. 2021): no training at all. A prompt is answered by the one of n completions that the judge scores highest.
 * One pool of N completions of each held-out prompt is drawn and judged; step n then reports the best of n by the unbiased estimate over all its subsets, so the history is a curve over n.
 * `gold/ceiling` is the same for a judge who knows the gold reward: the most that choosing among n could give.
 * `objective/kl` is log n − (n − 1)/n, an upper bound that is usually quoted as if exact.
 * The policy is saved as it came. The pool is not saved: it is made again from the seed. Drawing it is the long part of the first step, which gives way after each block.
 */
import { square } from '../../src/contract/exact';
import type { MetricRow } from '../../src/contract/metrics';
import type { Example } from '../../src/tasks/task';
import { generate } from '../model/generate';
import { answersOf, describeSamples, goldOf, hasEnded } from '../stage/evaluate';
import { judgeOf } from '../stage/judge';
import { showcase } from '../stage/samples';
import { bestOfKl, bestOfWeights } from '../tensor/best-of';
import { isDue, MID_STEP, type LongLoop, type MidStep } from './algorithm';

/** Rows of one go of sampling. */
const BLOCK = 512;

/** Of the best answers to so many prompts the share of different ones is told, as in evaluations of other methods. */
const DISTINCT_OF = 128;

interface Candidate {
  row: Example;
  proxy: number;
  /** 0 where the task has none. */
  gold: number;
}

/** The completions of one prompt in the order drawn, and worst first by proxy (equals stay in the order drawn, which says nothing of their gold) and by gold. */
interface Pool {
  drawn: readonly Candidate[];
  ranked: readonly Candidate[];
  byGold: readonly Candidate[];
}

export const bestOfN: LongLoop<'best-of-n'> = async function* (stage, config) {
  const N = config.steps;
  const { task } = stage;
  const policy = stage.trained('policy', { from: 'policy' });
  const judge = judgeOf(stage, config);
  const drawn = { temperature: config.temperature };
  // The same prompts and single draws that other methods are compared with.
  const single = await answersOf(stage, config, drawn)(policy.views);
  const ownGold = single.map((row) => goldOf(task, row) ?? 0);
  yield MID_STEP;
  const pools = yield* poolsOf(single.map(({ prompt }) => prompt));
  const shown = yield* poolsOf(task.showcase());
  const showSamples = showcase(stage, policy.views, { drawn, scores: { before: judge, now: judge }, answer: async () => shown.map(({ drawn: all }) => best(all.slice(0, stage.step)).row) });

  while (stage.step < N) {
    stage.step += 1;
    const n = stage.step;
    const weights = bestOfWeights(N, n);
    /** Mean over prompts of what the best of n is like, and each prompt's own. */
    const estimate = (of: (candidate: Candidate, prompt: number) => number, order: 'ranked' | 'byGold' = 'ranked') => {
      const each = pools.map((pool, prompt) => pool[order].reduce((sum, candidate, k) => (weights[k] === 0 ? sum : sum + weights[k]! * of(candidate, prompt)), 0));
      return { mean: each.reduce((sum, x) => sum + x, 0) / each.length, each };
    };
    const gold = estimate((candidate) => candidate.gold).mean;
    const point = ({ gold: reached }: Candidate, prompt: number) => (Math.sign(reached - ownGold[prompt]!) + 1) / 2; // one a prompt
    const wins = estimate(point);
    const variance = wins.each.reduce((sum, share) => sum + square(share - wins.mean), 0) / Math.max(1, wins.each.length - 1);
    const truth: MetricRow = {
      'objective/gold': gold,
      'gold/reward': gold,
      'gold/win_rate': wins.mean,
      'gold/win_rate_stderr': Math.sqrt(variance / wins.each.length),
      'gold/ceiling': estimate((candidate) => candidate.gold, 'byGold').mean,
      'gold/ceiling_win_rate': estimate(point, 'byGold').mean,
      'samples/valid_fraction': estimate(({ row: { prompt, completion } }) => (task.isReal?.(prompt, completion) ? 1 : 0)).mean,
    };
    const first = pools.slice(0, DISTINCT_OF).map(({ drawn: all }) => best(all.slice(0, n)).row);
    const row: MetricRow = {
      ...describeSamples(task, first), // its variety; of the rest, what follows is surer
      'objective/scores': estimate(({ proxy }) => proxy).mean,
      'objective/kl': bestOfKl(n),
      'samples/length': estimate(({ row: { completion } }) => completion.length).mean,
      'samples/eos_rate': estimate(({ row: each }) => (hasEnded(each) ? 1 : 0)).mean,
      ...(task.gold && truth),
    };
    if (isDue(n, config)) yield { row, samples: await showSamples(policy.views) };
    else yield { row };
  }

  /** N completions of each prompt, judged. */
  async function* poolsOf(prompts: readonly (readonly number[])[]): AsyncGenerator<MidStep, Pool[]> {
    const random = stage.freshRandom('pool');
    const asked = prompts.flatMap((prompt) => Array.from({ length: N }, () => prompt));
    const candidates: Candidate[] = [];
    for (let start = 0; start < asked.length; start += BLOCK) {
      const block = asked.slice(start, start + BLOCK);
      const completions = await generate(policy.views, block, random, drawn);
      const rows = block.map((prompt, i) => ({ prompt, completion: completions[i]! }));
      const proxies = await judge(rows);
      rows.forEach((row, i) => candidates.push({ row, proxy: proxies[i]!, gold: goldOf(task, row) ?? 0 }));
      yield MID_STEP;
    }
    return prompts.map((_, i) => {
      const all = candidates.slice(i * N, (i + 1) * N);
      return { drawn: all, ranked: all.toSorted((a, b) => a.proxy - b.proxy), byGold: all.toSorted((a, b) => a.gold - b.gold) };
    });
  }
};

const best = (candidates: readonly Candidate[]): Candidate => candidates.reduce((top, each) => (each.proxy > top.proxy ? each : top));
