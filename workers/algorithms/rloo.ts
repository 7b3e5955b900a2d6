/**
 * REINFORCE with a leave-one-out baseline (Ahmadian et al. 2024, arXiv:2402.14740, eq. 8; Kool et al. 2019). No critic: each of G completions of a prompt
 * is compared with the mean of the others. R_i = score_i − β·Σ_t (log π_old − log ref), A_i = R_i − mean of the other R, and as in TRL's RLOOTrainer
 * a clipped ratio of whole completions: −min(ρA, clip(ρ)A), ρ = π(y|x)/π_old(y|x).
 */
import { dispose, exp, mean, sub, tensor1d, tidy, type Scalar, type Tensor1D } from '@tensorflow/tfjs-core';
import type { TokenCredit } from '../../src/contract/run';
import { policyOutput } from '../model/heads';
import { learningRateAt } from '../model/optimizer';
import type { Views } from '../model/parameters';
import { goldEvaluation } from '../stage/evaluate';
import { alongTokens, averageOf, checkGroups, creditInGroups, describeGroups, sampleGroups } from '../stage/groups';
import { judgeOf } from '../stage/judge';
import { observeLogProbs, type LogProbs } from '../stage/rollout';
import { showcase } from '../stage/samples';
import { RewardShaping } from '../stage/shaped-reward';
import { clippedSurrogate, type ClipKnobs } from '../tensor/clipped';
import { leaveOneOut, normalized } from '../tensor/groups';
import { klK1, tokenKls, tokenRewards } from '../tensor/kl';
import { maskedMean, maskedRowSum } from '../tensor/masked';
import { readScalars } from '../tensor/read';
import { batchOf, disposeBatch } from '../tensor/sequences';
import { checkFinite, isDue, type TrainingLoop } from './algorithm';

/**
 * Clipped policy objective over whole completions, as a loss, and the shares of completions that clipping decided.
 * @param logProbs, old log π(y|x) now and when sampled, [B] @param advantages [B] -> []
 */
export function rlooLoss(logProbs: Tensor1D, old: Tensor1D, advantages: Tensor1D, knobs: ClipKnobs): Record<'loss' | 'low' | 'high', Scalar> {
  const { loss, isLow, isHigh } = clippedSurrogate(exp<Tensor1D>(sub(logProbs, old)), advantages, knobs);
  return { loss: mean(loss), low: mean(isLow), high: mean(isHigh) };
}

/** What each token brought, and how much better its completion did than the others of the group: the same for all its tokens. Rows come group after group. */
export function rlooCredits({ logProbs, referenceLogProbs, scores }: LogProbs & { scores: readonly number[] }, { klCoef, groupSize }: { klCoef: number; groupSize: number }): TokenCredit[][] {
  const rewards = tokenRewards(scores, tokenKls(logProbs, referenceLogProbs, klK1), klCoef);
  const advantages = leaveOneOut(rewards.map((row) => row.reduce((sum, reward) => sum + reward, 0)), groupSize);
  return rewards.map((row, i) => row.map((reward) => ({ reward, advantage: advantages[i]! })));
}

export const rloo: TrainingLoop<'rloo'> = async function* (stage, config) {
  checkGroups(config);
  const policy = stage.trained('policy', { from: 'policy' });
  const reference = stage.frozen({ from: 'policy' });
  const judge = judgeOf(stage, config);
  const shaping = new RewardShaping(stage, config);
  const optimizer = stage.optimizer('policy', policy, config);
  const streams = { prompts: stage.random('prompts'), tokens: stage.random('completions') };
  const drawn = { temperature: config.temperature };
  const measureGold = goldEvaluation(stage, reference.views, config, { options: drawn });
  const credit = creditInGroups(stage, policy.views, config, async (rows) => {
    const seen = await observeLogProbs(rows, { policy: policy.views, reference: reference.views }, config.temperature);
    return rlooCredits({ ...seen, scores: shaping.shape(rows, await judge(rows)) }, config);
  });
  const showSamples = showcase(stage, reference.views, { drawn, scores: { before: judge, now: judge }, credit });

  while (stage.step < config.steps) {
    const rows = await sampleGroups(stage, policy.views, config, streams);
    const judged = await judge(rows);
    const scores = shaping.learn(rows, judged);
    const batch = batchOf(rows);
    const outputOf = (views: Views) => {
      const { logProbs, entropy } = policyOutput(views, batch.tokens, config.temperature);
      return { logProbs: maskedRowSum(logProbs, batch.completionMask), entropy: maskedMean(entropy, batch.completionMask) };
    };
    const [old, held] = tidy(() => [outputOf(policy.views).logProbs, outputOf(reference.views).logProbs]) as [Tensor1D, Tensor1D]; // as many as were made
    const [oldLogProbs, referenceLogProbs] = await Promise.all([old.data(), held.data()]);
    const kls = rows.map((_, i) => oldLogProbs[i]! - referenceLogProbs[i]!); // k1, nats
    const rewards = kls.map((kl, i) => scores[i]! - config.klCoef * kl);
    const plain = leaveOneOut(rewards, config.groupSize);
    const weights = config.normalizeAdvantages === 'yes' ? normalized(plain) : plain;
    await stage.witness?.sees({ kind: 'rollout', rows, judged, scores, policy: policy.views, reference: reference.views, advantages: alongTokens(rows, weights) });
    const advantages = tensor1d(weights);

    const learningRate = learningRateAt(stage.step, config);
    const updates = Array.from({ length: config.iterations }, () =>
      optimizer.update((views) => {
        const { logProbs, entropy } = outputOf(views);
        const { loss, low, high } = rlooLoss(logProbs, old, advantages, config);
        return { loss, entropy, 'clip_ratio/low_mean': low, 'clip_ratio/high_mean': high };
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
      ...describeGroups(stage, rows, scores, rewards, config.groupSize),
      'clip_ratio/region_mean': measured['clip_ratio/low_mean'] + measured['clip_ratio/high_mean'],
      kl: kl / rows.reduce((sum, { completion }) => sum + completion.length, 0),
      'objective/kl': kl / rows.length,
      learning_rate: learningRate,
    };
    if (!isDue(stage.step, config)) yield { row };
    else yield { row: { ...row, ...(await measureGold(policy.views)) }, samples: await showSamples(policy.views) };
  }
};
