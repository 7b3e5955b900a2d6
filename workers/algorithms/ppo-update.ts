/** One clipped update of PPO on some rows of a rollout: of the critic, and of the policy where it learns too. */
import { clone, dispose, exp, mul, square, sub, type Scalar, type Tensor2D } from '@tensorflow/tfjs-core';
import type { AlgorithmConfig } from '../../src/contract/algorithms';
import { policyOutput } from '../model/heads';
import type { Optimizer } from '../model/optimizer';
import { laid, valuesOf, type Rollout } from '../stage/rollout';
import { maskedMean } from '../tensor/masked';
import { batchOf, disposeBatch } from '../tensor/sequences';
import { policyLoss, valueLoss } from './ppo-losses';
import type { Targets } from './ppo-targets';

export interface Learner {
  optimizer: Optimizer;
  learningRate: number;
}

export type UpdateKnobs = Pick<AlgorithmConfig<'ppo'>, 'temperature' | 'clipRange' | 'valueClipRange' | 'valueCoef' | 'entropyCoef'>;

/**
 * @param learners without a policy the critic learns alone
 * @param chosen rows of the rollout
 * @returns TRL's measures, each [], for `readScalars`
 */
export function updateOn(rollout: Rollout, { advantages, returns }: Pick<Targets, 'advantages' | 'returns'>, chosen: readonly number[], learners: { critic: Learner; policy?: Learner }, knobs: UpdateKnobs): Record<string, Scalar> {
  const rows = chosen.map((i) => rollout.rows[i]!);
  const batch = batchOf(rows);
  const { tokens, completionMask: mask } = batch;
  const lay = (numbers: Rollout['values']) => laid(rows, chosen.map((i) => numbers[i]!), tokens.shape[1] - 1);
  const given = { logProbs: lay(rollout.logProbs), values: lay(rollout.values), advantages: lay(advantages), returns: lay(returns) };

  const { loss: scaled, grad_norm: criticNorm, ...criticMeasures } = learners.critic.optimizer.update((views) => {
    const { loss, clipfrac } = valueLoss(valuesOf(views, tokens), given.values, given.returns, mask, knobs.valueClipRange);
    return { loss: mul<Scalar>(loss, knobs.valueCoef), 'loss/value_avg': loss, 'val/clipfrac_avg': clipfrac };
  }, learners.critic.learningRate);
  scaled.dispose();
  const policyMeasures = learners.policy ? updatePolicy(learners.policy) : {};
  disposeBatch(batch);
  dispose(Object.values(given));
  return { ...criticMeasures, 'critic/grad_norm': criticNorm, ...policyMeasures };

  function updatePolicy({ optimizer, learningRate }: Learner): Record<string, Scalar> {
    const { loss: objective, ...measures } = optimizer.update((views) => {
      const { logProbs, entropy } = policyOutput(views, tokens, knobs.temperature);
      const newToOld: Tensor2D = sub(logProbs, given.logProbs);
      const { loss, clipfrac } = policyLoss(logProbs, given.logProbs, given.advantages, mask, knobs.clipRange);
      const meanEntropy = maskedMean(entropy, mask);
      return {
        loss: knobs.entropyCoef === 0 ? loss : (sub<Scalar>(loss, mul(meanEntropy, knobs.entropyCoef))), // of two scalars
        'loss/policy_avg': clone(loss),
        'policy/approxkl_avg': mul<Scalar>(maskedMean(square(newToOld), mask), 0.5),
        'policy/clipfrac_avg': clipfrac,
        'policy/entropy_avg': meanEntropy,
        'val/ratio': maskedMean(exp(newToOld), mask),
      };
    }, learningRate);
    objective.dispose();
    return measures;
  }
}
