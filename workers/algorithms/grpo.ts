/**
 * Group Relative Policy Optimization (Shao et al. 2024, arXiv:2402.03300, eq. 3). No critic: a completion’s advantage is how far its reward stands out in its group,
 * (R − mean)/(deviation + 1e-4), the same for each of its tokens; PPO’s clipped loss by token; the KL penalty (k3) is in the loss, not in the reward.
 * Knobs as TRL's GRPOTrainer: what the loss is divided by (each completion's own length; the tokens of the batch, DAPO, Yu et al. 2025; a constant, Dr. GRPO, Liu et al. 2025),
 * what rewards are scaled by, an upper clip bound of its own (DAPO), one ratio for a whole completion (GSPO, Zheng et al. 2025).
 * Departure from eq. 4, as TRL: k3 is multiplied by the ratio, which makes its gradient that of the KL itself (DeepSeek-V3.2).
 */
import { add, dispose, div, exp, mean, mul, reshape, sub, sum, tensor2d, tidy, zerosLike, type Scalar, type Tensor2D } from '@tensorflow/tfjs-core';
import type { AlgorithmConfig } from '../../src/contract/algorithms';
import type { TokenCredit } from '../../src/contract/run';
import type { Example } from '../../src/tasks/task';
import { policyOutput } from '../model/heads';
import { learningRateAt } from '../model/optimizer';
import type { Views } from '../model/parameters';
import { goldEvaluation } from '../stage/evaluate';
import { alongTokens, averageOf, checkGroups, creditInGroups, describeGroups, sampleGroups } from '../stage/groups';
import { judgeOf } from '../stage/judge';
import { showcase } from '../stage/samples';
import { RewardShaping } from '../stage/shaped-reward';
import { clippedSurrogate } from '../tensor/clipped';
import { groupAdvantages } from '../tensor/groups';
import { maskedMean, maskedRowSum } from '../tensor/masked';
import { readScalars } from '../tensor/read';
import { batchOf, disposeBatch } from '../tensor/sequences';
import { checkFinite, isDue, type TrainingLoop } from './algorithm';

/** Log-probabilities of the completion tokens, all [B, T-1]: of the policy now, of the one that sampled, of the reference; and the mask over them. */
export interface GrpoLogProbs {
  now: Tensor2D;
  old: Tensor2D;
  reference: Tensor2D;
  mask: Tensor2D;
}

export type GrpoKnobs = Pick<AlgorithmConfig<'grpo'>, 'clipRange' | 'clipRangeHigh' | 'klCoef' | 'loss' | 'ratio'>;

/** The objective as a loss, its clipped part alone (`surrogate`), KL (k3) to the reference by token, and the shares that clipping decided. @param advantages [B, 1] @param longest tokens of the longest completion there can be -> [] */
export function grpoLoss({ now, old, reference, mask }: GrpoLogProbs, advantages: Tensor2D, knobs: GrpoKnobs, longest: number): Record<'loss' | 'surrogate' | 'kl' | 'low' | 'high', Scalar> {
  const [B] = now.shape;
  const tokens = reshape(maskedRowSum(mask, mask), [B, 1]); // of each completion
  const newToOld = sub<Tensor2D>(now, old);
  const byCompletion = div(reshape(maskedRowSum(newToOld, mask), [B, 1]), tokens);
  // [B, T-1]; GSPO's ratio is one a completion, shared by its tokens
  const ratio = exp<Tensor2D>(knobs.ratio === 'sequence' ? add<Tensor2D>(byCompletion, zerosLike(now)) : newToOld);
  const { loss, isLow, isHigh } = clippedSurrogate(ratio, advantages, knobs);
  const policyToReference = sub(now, reference);
  const k3 = add(sub(exp(mul(policyToReference, -1)), 1), policyToReference);
  const each = knobs.klCoef === 0 ? loss : add<Tensor2D>(loss, mul(mul(k3, ratio), knobs.klCoef));
  const averaged = {
    grpo: (of: Tensor2D) => mean<Scalar>(div(maskedRowSum(of, mask), reshape(tokens, [B]))),
    dapo: (of: Tensor2D) => maskedMean(of, mask),
    dr_grpo: (of: Tensor2D) => div<Scalar>(sum(mul(of, mask)), B * longest),
  }[knobs.loss];
  return {
    loss: averaged(each),
    surrogate: averaged(loss),
    kl: maskedMean(k3, mask),
    low: maskedMean(isLow, mask),
    high: maskedMean(isHigh, mask),
  };
}

/**
 * What each token brought, the score with the last one (the KL penalty is no reward here), and how far its completion stood above the mean of the group, not yet divided
 * by any deviation: the same for all its tokens. Rows come group after group. @param scores [B]
 */
export function grpoCredits(rows: readonly Example[], scores: readonly number[], groupSize: number): TokenCredit[][] {
  const advantages = groupAdvantages(scores, groupSize, 'none');
  return rows.map(({ completion }, i) => completion.map((_, t) => ({ reward: t === completion.length - 1 ? scores[i]! : 0, advantage: advantages[i]! })));
}

export const grpo: TrainingLoop<'grpo'> = async function* (stage, config) {
  checkGroups(config);
  const policy = stage.trained('policy', { from: 'policy' });
  const start = stage.frozen({ from: 'policy' });
  const judge = judgeOf(stage, config);
  const shaping = new RewardShaping(stage, config);
  const optimizer = stage.optimizer('policy', policy, config);
  const streams = { prompts: stage.random('prompts'), tokens: stage.random('completions') };
  const drawn = { temperature: config.temperature };
  const longest = stage.shape.context - 1;
  const measureGold = goldEvaluation(stage, start.views, config, { options: drawn });
  const credit = creditInGroups(stage, policy.views, config, async (rows) => grpoCredits(rows, shaping.shape(rows, await judge(rows)), config.groupSize));
  const showSamples = showcase(stage, start.views, { drawn, scores: { before: judge, now: judge }, credit });

  while (stage.step < config.steps) {
    const rows = await sampleGroups(stage, policy.views, config, streams);
    const judged = await judge(rows);
    const scores = shaping.learn(rows, judged);
    const weights = groupAdvantages(scores, config.groupSize, config.scaleRewards);
    await stage.witness?.sees({ kind: 'rollout', rows, judged, scores, policy: policy.views, reference: start.views, advantages: alongTokens(rows, weights) });
    const advantages = tensor2d(weights, [rows.length, 1]);
    const batch = batchOf(rows);
    const { completionMask: mask } = batch;
    const outputOf = (views: Views) => policyOutput(views, batch.tokens, config.temperature);
    const { old, reference } = tidy(() => ({ old: outputOf(policy.views).logProbs, reference: outputOf(start.views).logProbs }));

    const learningRate = learningRateAt(stage.step, config);
    const updates = Array.from({ length: config.iterations }, () =>
      optimizer.update((views) => {
        const { logProbs: now, entropy } = outputOf(views);
        const { loss, surrogate, kl, low, high } = grpoLoss({ now, old, reference, mask }, advantages, config, longest);
        const moved = mean<Scalar>(maskedRowSum(sub(old, reference), mask)); // k1, before any of these updates
        return { loss, 'loss/policy_avg': surrogate, kl, 'objective/kl': moved, entropy: maskedMean(entropy, mask), 'clip_ratio/low_mean': low, 'clip_ratio/high_mean': high };
      }, learningRate),
    );
    disposeBatch(batch);
    dispose([old, reference, advantages]);
    stage.step += 1;

    const read = await readScalars(updates);
    stage.witness?.updated(read);
    for (const { loss, grad_norm } of read) checkFinite(stage.step, loss, grad_norm);
    const measured = averageOf(read);
    const row = {
      ...measured,
      ...shaping.measures(rows, judged),
      ...describeGroups(stage, rows, scores, scores, config.groupSize),
      'clip_ratio/region_mean': measured['clip_ratio/low_mean'] + measured['clip_ratio/high_mean'],
      learning_rate: learningRate,
    };
    if (!isDue(stage.step, config)) yield { row };
    else yield { row: { ...row, ...(await measureGold(policy.views)) }, samples: await showSamples(policy.views) };
  }
};
