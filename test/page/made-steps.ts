/** Made-up steps in slow motion. Every number is a fixed function of its place. */
import type { Turns, UnrolledStep, WatchedCompletion, WatchedId, WatchedPair, WatchedToken } from '../../src/contract/slow-motion';
import type { RunRecord } from '../../src/contract/run';

const odds = (text: string) => [{ text, before: 0.25, after: 0.5 }, { text: 'q', before: 0.5, after: 0.25 }];

const read = (letters: string, more: (t: number) => WatchedToken['numbers'] = () => ({})): WatchedToken[] =>
  [...letters].map((text, t) => ({ text, numbers: { before: Math.log(0.25), after: Math.log(0.5), reference: Math.log(0.125), ...more(t) }, odds: odds(text) }));

const scored = (letters: string, sign: number): WatchedToken[] => [...letters].map((text, t) => ({ text, numbers: { score: sign * t, scoreAfter: sign * t * 1.5 } }));

const pairs = (isScored: boolean): WatchedPair[] =>
  [['♀ M', 'ary⏎', 'x⏎'], ['♂', 'leo⏎', 'q⏎']].map(([prompt = '', chosen = '', rejected = '']) => ({
    prompt,
    chosen: isScored ? scored(chosen, 1) : read(chosen),
    rejected: isScored ? scored(rejected, -1) : read(rejected),
    ...(!isScored && { sums: { chosen: { policy: -2, reference: -4 }, rejected: { policy: -3, reference: -1 } } }),
    before: { chosen: 0.2, rejected: -0.2, margin: 0.4, loss: 0.513 },
    after: { chosen: 0.3, rejected: -0.4, margin: 0.7, loss: 0.403 },
    pull: 0.04,
    probability: 1,
  }));

const completions = (): WatchedCompletion[] =>
  ['ann⏎', 'lou⏎'].map((letters, i) => ({
    prompt: i === 0 ? '♀' : '♂ L',
    tokens: read(letters, (t) => ({ kl: 0.5, reward: t === 3 ? 1.5 : -0.025, value: 0.25, advantage: t === 3 ? 1.25 : 0.5 - t, return: t === 3 ? 1.5 : 0.75 - t, weight: t === 3 ? 2.25 : 1.5 - t })),
    judged: 1.525,
    score: 1.525,
    kl: 2,
    compared: { reward: 1.5, mean: 1, deviation: 0.5, advantage: 0.5 },
  }));

/** Of a stage of that algorithm in a run that has one. */
export function madeStep({ id, config }: RunRecord, algorithm: WatchedId, from = 2): UnrolledStep {
  const stage = config.stages.find(({ train }) => train.algorithm === algorithm);
  if (!stage) throw new Error(`madeStep: want a run with ${algorithm}, got one without`);
  const watched: UnrolledStep['watched'] =
    algorithm === 'reward-model' ? { kind: 'scores', pairs: pairs(true) }
    : algorithm === 'dpo' ? { kind: 'pairs', pairs: pairs(false) }
    : algorithm === 'ppo' ? { kind: 'rollout', texts: completions(), klCoef: 0.05, spread: { mean: -1, deviation: 1 }, hasPolicy: true }
    : { kind: 'texts', texts: [{ prompt: '♀ M', tokens: read('ary⏎') }] };
  return { run: id, stage: stage.id, train: stage.train, engine: { engine: 'wasm', adapter: 'SIMD', note: '' }, from, starts: [0, 2], row: { loss: 0.513, grad_norm: 1.25, learning_rate: 0.001 }, updates: algorithm === 'ppo' ? [-0.01, -0.02].map((loss) => ({ 'loss/policy_avg': loss, grad_norm: 1.25 })) : [{ loss: 0.513, grad_norm: 1.25 }], batch: 64, watched };
}

export const TURNS: Turns = {
  policySteps: [1, 2],
  rewardSteps: [3, 4],
  prompts: [{ prompt: '♀', texts: [{ text: '♀ann', scores: [0.5, 0.75] }, { text: '♀amy', scores: [1, 1.5] }] }],
  means: [[0.5, 0.75], [1, 1.5]],
};
