/**
 * REINFORCE++ (Hu et al. 2025, arXiv:2501.03262): REINFORCE with the parts of PPO that matter, and no critic. The KL penalty (k1) is part of each token's reward,
 * the score comes with the last token, a token's advantage is all reward still to come (γ = 1), normalised over every token of the batch; then PPO's clipped loss by token.
 * With `baseline: group` (REINFORCE++-baseline, OpenRLHF's `reinforce_baseline`) the mean score of the prompt's other completions and its own is subtracted first.
 * Departure: normalisation is Bessel-corrected, as everywhere here.
 */
import { dispose, exp, sub, tidy, type Tensor2D } from '@tensorflow/tfjs-core';
import type { TokenCredit } from '../../src/contract/run';
import { policyOutput } from '../model/heads';
import { learningRateAt } from '../model/optimizer';
import type { Views } from '../model/parameters';
import { goldEvaluation } from '../stage/evaluate';
import { averageOf, checkGroups, creditInGroups, describeGroups, sampleGroups } from '../stage/groups';
import { judgeOf } from '../stage/judge';
import { laid, observeLogProbs, perTokenOf, type LogProbs } from '../stage/rollout';
import { showcase } from '../stage/samples';
import { RewardShaping } from '../stage/shaped-reward';
import { clippedSurrogate } from '../tensor/clipped';
import { whitener } from '../tensor/gae';
import { groupAdvantages, returnsToGo } from '../tensor/groups';
import { klPenalty, tokenKls, tokenRewards, type KlEstimator } from '../tensor/kl';
import { maskedMean } from '../tensor/masked';
import { readScalars } from '../tensor/read';
import { batchOf, disposeBatch } from '../tensor/sequences';
import { checkFinite, isDue, type TrainingLoop } from './algorithm';

export interface ReturnKnobs {
  klCoef: number;
  klEstimator: KlEstimator;
  klClip: number;
  gamma: number;
  baseline: 'none' | 'group';
  groupSize: number;
}

/** What each completion token brings, and all that is still to come from it on, with the baseline off the score. @param scores of completions, [B] @returns of both, rows [B] of as many numbers as tokens */
export function reinforceReturns({ logProbs, referenceLogProbs, scores }: LogProbs & { scores: readonly number[] }, { klCoef, gamma, baseline, groupSize, ...knobs }: ReturnKnobs): Record<'rewards' | 'returns', number[][]> {
  const kls = tokenKls(logProbs, referenceLogProbs, klPenalty(knobs));
  const compared = baseline === 'group' ? groupAdvantages(scores, groupSize, 'none') : scores;
  return { rewards: tokenRewards(scores, kls, klCoef), returns: tokenRewards(compared, kls, klCoef).map((row) => returnsToGo(row, gamma)) };
}

/** Returns by their mean and deviation over every token of the batch. */
export function reinforceAdvantages(returns: readonly (readonly number[])[]): number[][] {
  const whiten = whitener(returns.flat());
  return returns.map((row) => row.map(whiten));
}

/** What each token brought, and by how much what was still to come exceeded what the batch it is seen beside led to expect: the mean of its returns. */
export const reinforceCredits = ({ rewards, returns }: Record<'rewards' | 'returns', number[][]>, expected: number): TokenCredit[][] =>
  rewards.map((row, i) => row.map((reward, t) => ({ reward, advantage: returns[i]![t]! - expected })));

const meanOf = (numbers: readonly number[]): number => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

export const reinforcePlusPlus: TrainingLoop<'reinforce-plus-plus'> = async function* (stage, config) {
  checkGroups(config);
  const policy = stage.trained('policy', { from: 'policy' });
  const reference = stage.frozen({ from: 'policy' });
  const judge = judgeOf(stage, config);
  const shaping = new RewardShaping(stage, config);
  const optimizer = stage.optimizer('policy', policy, config);
  const streams = { prompts: stage.random('prompts'), tokens: stage.random('completions') };
  const drawn = { temperature: config.temperature };
  const measureGold = goldEvaluation(stage, reference.views, config, { options: drawn });
  /** Mean return of a token in the step's own batch. */
  let expected: number;
  const credit = creditInGroups(stage, policy.views, config, async (rows) => {
    const seen = await observeLogProbs(rows, { policy: policy.views, reference: reference.views }, config.temperature);
    return reinforceCredits(reinforceReturns({ ...seen, scores: shaping.shape(rows, await judge(rows)) }, config), expected);
  });
  const showSamples = showcase(stage, reference.views, { drawn, scores: { before: judge, now: judge }, credit });

  while (stage.step < config.steps) {
    const rows = await sampleGroups(stage, policy.views, config, streams);
    const judged = await judge(rows);
    const scores = shaping.learn(rows, judged);
    const batch = batchOf(rows);
    const { completionMask: mask } = batch;
    const outputOf = (views: Views) => policyOutput(views, batch.tokens, config.temperature);
    const { old, held } = tidy(() => ({ old: outputOf(policy.views).logProbs, held: outputOf(reference.views).logProbs }));
    const [logProbs, referenceLogProbs] = (await Promise.all([old.data(), held.data()])).map((flat) => perTokenOf(rows, flat, old.shape[1])) as [number[][], number[][]]; // two of two
    const kls = logProbs.map((row, i) => row.reduce((sum, logProb, t) => sum + logProb - referenceLogProbs[i]![t]!, 0)); // k1, nats
    const { returns } = reinforceReturns({ logProbs, referenceLogProbs, scores }, config);
    expected = meanOf(returns.flat());
    const weights = reinforceAdvantages(returns);
    await stage.witness?.sees({ kind: 'rollout', rows, judged, scores, policy: policy.views, reference: reference.views, advantages: weights });
    const advantages = laid(rows, weights, old.shape[1]);

    const learningRate = learningRateAt(stage.step, config);
    const updates = Array.from({ length: config.iterations }, () =>
      optimizer.update((views) => {
        const { logProbs: now, entropy } = outputOf(views);
        const { loss, isLow, isHigh } = clippedSurrogate(exp<Tensor2D>(sub(now, old)), advantages, config);
        return { loss: maskedMean(loss, mask), entropy: maskedMean(entropy, mask), 'clip_ratio/low_mean': maskedMean(isLow, mask), 'clip_ratio/high_mean': maskedMean(isHigh, mask) };
      }, learningRate),
    );
    disposeBatch(batch);
    dispose([old, held, advantages]);
    stage.step += 1;

    const read = await readScalars(updates);
    stage.witness?.updated(read);
    for (const { loss, grad_norm } of read) checkFinite(stage.step, loss, grad_norm);
    const { loss: objective, ...measured } = averageOf(read);
    const kl = kls.reduce((sum, each) => sum + each, 0);
    const row = {
      ...measured,
      'loss/policy_avg': objective,
      ...shaping.measures(rows, judged),
      ...describeGroups(stage, rows, scores, scores, config.groupSize),
      'clip_ratio/region_mean': measured['clip_ratio/low_mean'] + measured['clip_ratio/high_mean'],
      kl: kl / rows.reduce((sum, { completion }) => sum + completion.length, 0),
      'objective/kl': kl / rows.length,
      learning_rate: learningRate,
    };
    if (!isDue(stage.step, config)) yield { row };
    else yield { row: { ...row, ...(await measureGold(policy.views)) }, samples: await showSamples(policy.views) };
  }
};
