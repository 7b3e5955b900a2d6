/** Methods that sample: completions as policy and reference see them, what each token brought, and what the loss made of it. Whatever is computed, the method's own functions compute. */
import type { StageConfig } from '../../../src/contract/config';
import { Failure } from '../../../src/contract/failures';
import type { WatchedCompletion } from '../../../src/contract/slow-motion';
import { grpoCredits } from '../../algorithms/grpo';
import { creditsOf } from '../../algorithms/ppo-targets';
import { reinforceReturns } from '../../algorithms/reinforce-plus-plus';
import { rlooCredits } from '../../algorithms/rloo';
import { logProbsOf, observeLogProbs, type LogProbs, type PerToken } from '../../stage/rollout';
import type { Stage } from '../../stage/stage';
import type { RolloutScene } from '../../stage/witness';
import { spreadOf } from '../../tensor/gae';
import { deviation, groupsOf } from '../../tensor/groups';
import { klK1, klK3, klPenalty, tokenKls } from '../../tensor/kl';
import { oddsAround, shownCount, total, type Columns } from './shown';
import type { Look } from './watched-step';

/** What a method makes of a rollout. */
interface Made {
  kls: number[][];
  /** Of a row, beside log-probabilities, KL and weight. */
  columns(row: number): Columns;
  /** What weights were made from, over the whole batch; undefined where nothing was normalised so. */
  normalised?: { numbers: number[]; isBiased: boolean };
  /** Rewards that completions of a prompt are compared by, [B], and what comes of it. */
  compared?: { rewards: readonly number[]; advantages: readonly number[] };
  klCoef: number;
}

type Sampling = Extract<StageConfig['train'], { algorithm: 'ppo' | 'rloo' | 'grpo' | 'reinforce-plus-plus' }>;

export async function watchRollout(scene: RolloutScene, stage: Stage, train: StageConfig['train']): Promise<Look> {
  if (train.algorithm !== 'ppo' && train.algorithm !== 'rloo' && train.algorithm !== 'grpo' && train.algorithm !== 'reinforce-plus-plus') throw new Failure('unwatched-step', train.algorithm);
  const { rows, policy, reference } = scene;
  const { temperature } = train;
  const groupSize = 'groupSize' in train ? train.groupSize : 1;
  const seen: LogProbs = scene.critic ?? (await observeLogProbs(rows, { policy, reference }, temperature));
  const made = madeOf(scene, seen, train);
  const shown = rows.slice(0, shownCount(stage, rows, groupSize));
  const odds = await oddsAround(stage, policy, shown, temperature);
  const spread = made.normalised && spreadOf(made.normalised.numbers, made.normalised.isBiased);
  const groups = made.compared && groupsOf(made.compared.rewards, groupSize);
  return async () => {
    const after = await logProbsOf(rows, policy, temperature);
    const tokens = await odds((i) => ({ before: seen.logProbs[i]!, reference: seen.referenceLogProbs[i]!, kl: made.kls[i]!, ...made.columns(i), weight: scene.advantages[i]!, after: after[i]! })); // a list a row
    const texts = shown.map(({ prompt }, i): WatchedCompletion => {
      const group = groups?.[Math.floor(i / groupSize)];
      return {
        prompt: stage.task.tokenizer.decode(prompt),
        tokens: tokens[i]!,
        judged: scene.judged[i]!,
        score: scene.scores[i]!,
        kl: total(tokenKls([seen.logProbs[i]!], [seen.referenceLogProbs[i]!], klK1)[0]!), // a list a row
        ...(group && made.compared && { compared: { reward: made.compared.rewards[i]!, mean: total(group) / groupSize, deviation: deviation(group), advantage: made.compared.advantages[i]! } }),
      };
    });
    return { kind: 'rollout', texts, klCoef: made.klCoef, spread: spread ? { mean: spread.mean, deviation: 1 / spread.scale } : null, hasPolicy: scene.critic?.hasPolicy ?? true };
  };
}

const pick = (credits: readonly (readonly { reward?: number; advantage?: number; value?: number }[])[], name: 'reward' | 'advantage' | 'value'): PerToken => credits.map((row) => row.map((credit) => credit[name] ?? 0));

function madeOf({ rows, scores, critic }: RolloutScene, seen: LogProbs, train: Sampling): Made {
  const { logProbs, referenceLogProbs } = seen;
  const judged = { ...seen, scores };
  switch (train.algorithm) {
    case 'ppo': {
      if (!critic) throw new Error('madeOf: want what the critic of ppo said, got nothing');
      const credits = creditsOf({ ...critic, rows, scores }, critic.klCoef, train, critic.whitenReward);
      const [rewards, advantages] = [pick(credits, 'reward'), pick(credits, 'advantage')];
      return {
        kls: tokenKls(logProbs, referenceLogProbs, klPenalty(train)),
        columns: (i) => ({ reward: rewards[i]!, ...(train.rewardWhitening === 'on' && { used: rewards[i]!.map(critic.whitenReward) }), value: critic.values[i]!, advantage: advantages[i]!, return: critic.returns[i]! }),
        normalised: { numbers: advantages.flat(), isBiased: train.whitening === 'biased' },
        klCoef: critic.klCoef,
      };
    }
    case 'rloo': {
      const credits = rlooCredits(judged, train);
      const [rewards, advantages] = [pick(credits, 'reward'), pick(credits, 'advantage')];
      return { kls: tokenKls(logProbs, referenceLogProbs, klK1), columns: (i) => ({ reward: rewards[i]!, advantage: advantages[i]! }), compared: { rewards: rewards.map(total), advantages: advantages.map(([first = 0]) => first) }, klCoef: train.klCoef };
    }
    case 'grpo': {
      const credits = grpoCredits(rows, scores, train.groupSize);
      const [rewards, advantages] = [pick(credits, 'reward'), pick(credits, 'advantage')];
      return { kls: tokenKls(logProbs, referenceLogProbs, klK3), columns: (i) => ({ reward: rewards[i]!, advantage: advantages[i]! }), compared: { rewards: scores, advantages: advantages.map(([first = 0]) => first) }, klCoef: train.klCoef };
    }
    case 'reinforce-plus-plus': {
      const { rewards, returns } = reinforceReturns(judged, train);
      return { kls: tokenKls(logProbs, referenceLogProbs, klPenalty(train)), columns: (i) => ({ reward: rewards[i]!, return: returns[i]! }), normalised: { numbers: returns.flat(), isBiased: false }, klCoef: train.klCoef };
    }
  }
}
