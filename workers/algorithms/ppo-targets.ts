/**
 * What PPO learns from a rollout, in plain numbers and in TRL's order (PPOTrainer): per-token rewards, whitened if asked for with their mean kept, GAE, returns, whitened advantages.
 *
 * The reward of token t is −β·kl_t, and the completion's score comes with the last real token, as in OpenAI 2019 and OpenRLHF; TRL puts it one place further
 * where the batch has room there. Statistics are over the completion tokens of the whole rollout.
 */
import type { AlgorithmConfig } from '../../src/contract/algorithms';
import type { TokenCredit } from '../../src/contract/run';
import type { PerToken, Rollout } from '../stage/rollout';
import { gae, whitener } from '../tensor/gae';
import { klK1, klPenalty, tokenKls, tokenRewards } from '../tensor/kl';

export type TargetKnobs = Pick<AlgorithmConfig<'ppo'>, 'gamma' | 'gaeLambda' | 'klEstimator' | 'klClip' | 'rewardWhitening' | 'whitening'>;

export interface Targets {
  /** Whitened. */
  advantages: PerToken;
  returns: PerToken;
  /** Means over the rollout, under TRL's names. KL is k1 whatever estimator the reward uses, so that it means the same in every run. */
  sums: Record<'objective/kl' | 'objective/entropy' | 'objective/non_score_reward' | 'objective/rlhf_reward' | 'objective/scores', number>;
  /** From a token's reward to the one advantages are made of. */
  whitenReward: (reward: number) => number;
}

const total = (row: readonly number[]): number => row.reduce((sum, x) => sum + x, 0);

export function targetsOf(rollout: Rollout, klCoef: number, knobs: TargetKnobs): Targets {
  const { rows, logProbs, referenceLogProbs, values, scores } = rollout;
  const penalties = tokenKls(logProbs, referenceLogProbs, klPenalty(knobs));
  const kls = tokenKls(logProbs, referenceLogProbs, klK1);
  const rewards = tokenRewards(scores, penalties, klCoef);
  const isBiased = knobs.whitening === 'biased';
  const whitenReward = knobs.rewardWhitening === 'on' ? whitener(rewards.flat(), { isBiased, keepsMean: true }) : (reward: number) => reward;
  const estimates = rewards.map((row, i) => gae(row.map(whitenReward), values[i]!, knobs.gamma, knobs.gaeLambda));
  const whiten = whitener(estimates.flatMap(({ advantages }) => advantages), { isBiased });
  const meanOf = (ofRow: (i: number) => number) => rows.reduce((sum, _, i) => sum + ofRow(i), 0) / rows.length;
  const penalty = klCoef * meanOf((i) => total(penalties[i]!));
  const score = meanOf((i) => scores[i]!);
  return {
    advantages: estimates.map(({ advantages }) => advantages.map(whiten)),
    returns: estimates.map(({ returns }) => returns),
    sums: {
      'objective/kl': meanOf((i) => total(kls[i]!)),
      'objective/entropy': meanOf((i) => -total(logProbs[i]!)),
      'objective/non_score_reward': -penalty,
      'objective/rlhf_reward': score - penalty,
      'objective/scores': score,
    },
    whitenReward,
  };
}

/** What each token of some completions brought, was expected to bring, and did better than expected. @param whitenReward of the rollout they are seen beside */
export function creditsOf({ logProbs, referenceLogProbs, values, scores }: Rollout, klCoef: number, knobs: TargetKnobs, whitenReward: Targets['whitenReward']): TokenCredit[][] {
  const rewards = tokenRewards(scores, tokenKls(logProbs, referenceLogProbs, klPenalty(knobs)), klCoef);
  return rewards.map((row, i) => {
    const own = values[i]!;
    const { advantages } = gae(row.map(whitenReward), own, knobs.gamma, knobs.gaeLambda);
    return row.map((reward, t) => ({ reward, value: own[t]!, advantage: advantages[t]! }));
  });
}
