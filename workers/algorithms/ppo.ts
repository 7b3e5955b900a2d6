/**
 * Proximal Policy Optimization against a reward model (Schulman et al. 2017, eq. 7; for language models Ziegler et al. 2019, Ouyang et al. 2022).
 * Order of operations and metric definitions as TRL's PPOTrainer: sample, score the whole completion, add the per-token KL penalty (k1) to the
 * reference, GAE, whiten advantages, then several epochs of clipped updates on that one rollout.
 * Departures: the critic is a model of its own with its own optimizer, started from the reward model (N+ implementation details) and warmed up alone;
 * rewards, KL and advantages are computed in plain numbers, which every engine adds up alike.
 */
import { cast, clipByValue, exp, greater, maximum, minimum, mul, neg, slice, square, sub, tensor2d, tidy, type Scalar, type Tensor2D } from '@tensorflow/tfjs-core';
import type { AlgorithmConfig } from '../../src/contract/algorithms';
import type { MetricRow } from '../../src/contract/metrics';
import type { Example } from '../../src/tasks/task';
import { generate } from '../model/generate';
import { policyOutput, scores } from '../model/heads';
import { learningRateAt } from '../model/optimizer';
import type { Views } from '../model/parameters';
import { describeSamples, goldEvaluation, hasEnded } from '../stage/evaluate';
import { showcase } from '../stage/samples';
import { gae, whiten } from '../tensor/gae';
import { adaptedKlCoef, klK1, klPenalty } from '../tensor/kl';
import { maskedMean } from '../tensor/masked';
import { readScalars } from '../tensor/read';
import { batchOf, disposeBatch } from '../tensor/sequences';
import { checkFinite, isDue, type TrainingLoop } from './algorithm';
import { judgeOf } from '../stage/judge';
import { RewardShaping } from '../stage/shaped-reward';

type Config = AlgorithmConfig<'ppo'>;

/** A batch of completions as the behaviour policy, the reference, the critic and the reward model saw it. Per-token rows are completion tokens only. */
interface Rollout {
  rows: Example[];
  logProbs: number[][];
  referenceLogProbs: number[][];
  values: number[][];
  scores: number[];
}

/** A clipped objective and the share of tokens on which clipping decided it (TRL's definition), both []. */
interface Clipped {
  loss: Scalar;
  clipfrac: Scalar;
}

/** Mean over tokens of the worse of a loss and the same with its prediction clipped. All [B, T-1] but the result. */
function worseOf(plain: Tensor2D, clipped: Tensor2D, mask: Tensor2D): Clipped {
  return { loss: maskedMean(maximum(plain, clipped), mask), clipfrac: maskedMean(cast(greater(clipped, plain), 'float32'), mask) };
}

/** Clipped policy objective, Schulman et al. 2017, eq. 7, as a loss. All [B, T-1] but the result. */
export function policyLoss(logProbs: Tensor2D, old: Tensor2D, advantages: Tensor2D, mask: Tensor2D, clipRange: number): Clipped {
  const ratio = exp(sub(logProbs, old));
  const clipped = clipByValue(ratio, 1 - clipRange, 1 + clipRange);
  return worseOf(neg(mul(advantages, ratio)), neg(mul(advantages, clipped)), mask);
}

/** Clipped value error, ½·max of the error and the error of the prediction kept near the old one. All [B, T-1] but the result. */
export function valueLoss(values: Tensor2D, old: Tensor2D, returns: Tensor2D, mask: Tensor2D, valueClipRange: number): Clipped {
  const near = minimum(maximum(values, sub(old, valueClipRange)), addTo(old, valueClipRange));
  const { loss, clipfrac } = worseOf(square(sub(values, returns)), square(sub(near, returns)), mask);
  return { loss: mul(loss, 0.5), clipfrac };
}

const addTo = (x: Tensor2D, by: number): Tensor2D => sub(x, -by);

/** Values of the states before each token: the critic's score at position t belongs to token t+1. -> [B, T-1] */
const valuesOf = (views: Views, tokens: Tensor2D): Tensor2D => slice(scores(views, tokens), [0, 0], [tokens.shape[0], tokens.shape[1] - 1]);

export const ppo: TrainingLoop<'ppo'> = async function* (stage, config) {
  const policy = stage.trained('policy', { from: 'policy' });
  const critic = stage.trained('critic', { head: 'score', from: stage.has('reward') ? 'reward' : 'policy' });
  const reference = stage.frozen({ from: 'policy' });
  const judge = judgeOf(stage);
  const shaping = new RewardShaping(stage, config);
  const policyOptimizer = stage.optimizer('policy', policy, config);
  const criticOptimizer = stage.optimizer('critic', critic, config);
  const drawPrompt = stage.random('prompts');
  const drawToken = stage.random('completions');
  const drawOrder = stage.random('minibatches');
  const drawn = { temperature: config.temperature };
  const measureGold = goldEvaluation(stage, reference.views, config, { options: drawn });
  const showSamples = showcase(stage, reference.views, { drawn, scores: { before: judge, now: judge } });
  let klCoef = stage.counter('klCoef', config.klCoef);

  while (stage.step < config.steps) {
    const prompts = Array.from({ length: config.batchSize }, () => stage.task.prompt('train', drawPrompt));
    const completions = await generate(policy.views, prompts, drawToken, config);
    const rows = prompts.map((prompt, i) => ({ prompt, completion: completions[i]! }));
    const judged = await judge(rows);
    const scores = shaping.learn(rows, judged);
    const rollout = { ...(await observe(rows, { policy: policy.views, reference: reference.views, critic: critic.views }, config)), scores };
    const targets = targetsOf(rollout, klCoef, config);
    const isWarm = stage.step >= config.criticWarmup;
    const policyRate = isWarm ? learningRateAt(stage.step - config.criticWarmup, { ...config, steps: config.steps - config.criticWarmup }) : 0;
    const criticRate = learningRateAt(stage.step, { ...config, learningRate: config.criticRate });

    const updates: Record<string, Scalar>[] = [];
    for (let epoch = 0; epoch < config.epochs; epoch++) {
      const order = drawOrder.shuffle(rollout.rows.map((_, i) => i));
      for (let part = 0; part < config.minibatches; part++) {
        const chosen = order.filter((_, i) => i % config.minibatches === part);
        if (chosen.length === 0) continue;
        updates.push(update(chosen));
      }
    }
    stage.step += 1;
    const { sums } = targets;
    if (config.klControl === 'adaptive') stage.setCounter('klCoef', adaptedKlCoef(klCoef, sums['objective/kl'], config, config.batchSize));
    stage.setCounter('episodes', stage.counter('episodes') + config.batchSize);
    stage.setCounter('tokens', stage.counter('tokens') + rollout.rows.reduce((sum, { prompt, completion }) => sum + prompt.length + completion.length, 0));

    const read = await readScalars(updates);
    for (const numbers of read) checkFinite(stage.step, ...Object.values(numbers));
    const measured = averaged(read.map(({ 'critic/grad_norm': _, ...rest }) => rest));
    const row: MetricRow = {
      ...measured,
      ...sums,
      ...shaping.measures(rows, judged),
      'objective/kl_coef': klCoef,
      'val/num_eos_tokens': rollout.rows.filter(hasEnded).length,
      'objective/gold': describeSamples(stage.task, rollout.rows)['gold/reward'],
      learning_rate: policyRate,
      episode: stage.counter('episodes'),
      num_tokens: stage.counter('tokens'),
    };
    klCoef = stage.counter('klCoef');
    if (!isDue(stage.step, config)) yield { row };
    else yield { row: { ...row, ...(await measureGold(policy.views)) }, samples: await showSamples(policy.views) };

    /** One clipped update of the critic, and of the policy once the critic is warm, on some rows of the rollout. */
    function update(chosen: readonly number[]): Record<string, Scalar> {
      const batch = batchOf(chosen.map((i) => rollout.rows[i]!));
      const { tokens, completionMask: mask } = batch;
      const laid = tidy(() => ({
        old: lay(rollout.logProbs), values: lay(rollout.values), advantages: lay(targets.advantages), returns: lay(targets.returns),
      }));
      const { loss, grad_norm: criticNorm, ...criticMeasures } = criticOptimizer.update((views) => {
        const values = valuesOf(views, tokens);
        const { loss, clipfrac } = valueLoss(values, laid.values, laid.returns, mask, config.valueClipRange);
        return { loss: mul(loss, config.valueCoef) as Scalar, 'loss/value_avg': loss, 'val/clipfrac_avg': clipfrac };
      }, criticRate);
      loss.dispose();
      const policyMeasures = isWarm ? updatePolicy() : {};
      disposeBatch(batch);
      Object.values(laid).forEach((tensor) => tensor.dispose());
      return { ...criticMeasures, 'critic/grad_norm': criticNorm, ...policyMeasures };

      function updatePolicy(): Record<string, Scalar> {
        const { loss: objective, ...rest } = policyOptimizer.update((views) => {
          const { logProbs, entropy } = policyOutput(views, tokens, config.temperature);
          const newToOld = sub(logProbs, laid.old) as Tensor2D;
          const ratio = exp(newToOld);
          const { loss, clipfrac } = policyLoss(logProbs, laid.old, laid.advantages, mask, config.clipRange);
          return {
            loss,
            'policy/approxkl_avg': mul(maskedMean(square(newToOld), mask), 0.5) as Scalar,
            'policy/clipfrac_avg': clipfrac,
            'policy/entropy_avg': maskedMean(entropy, mask),
            'val/ratio': maskedMean(ratio, mask),
          };
        }, policyRate);
        return { 'loss/policy_avg': objective, ...rest };
      }

      /** Per-token rows of the chosen completions at their places. -> [B, T-1] */
      function lay(perToken: readonly (readonly number[])[]): Tensor2D {
        const width = tokens.shape[1] - 1;
        const out = new Float32Array(chosen.length * width);
        chosen.forEach((i, b) => out.set(perToken[i]!, b * width + rollout.rows[i]!.prompt.length - 1));
        return tensor2d(out, [chosen.length, width]);
      }
    }
  }
};

/** Looks at fresh completions through three models; one read-back. */
async function observe(rows: Example[], views: Record<'policy' | 'reference' | 'critic', Views>, { temperature }: Pick<Config, 'temperature'>): Promise<Omit<Rollout, 'scores'>> {
  const seen = tidy(() => {
    const batch = batchOf(rows);
    return [
      policyOutput(views.policy, batch.tokens, temperature).logProbs,
      policyOutput(views.reference, batch.tokens, temperature).logProbs,
      valuesOf(views.critic, batch.tokens),
    ] as const;
  });
  const [logProbs, referenceLogProbs, values] = await Promise.all(seen.map((tensor) => tensor.data()));
  const width = seen[0].shape[1];
  seen.forEach((tensor) => tensor.dispose());
  const perToken = (flat: ArrayLike<number>) =>
    rows.map(({ prompt, completion }, b) => completion.map((_, t) => flat[b * width + prompt.length - 1 + t]!));
  return {
    rows,
    logProbs: perToken(logProbs!),
    referenceLogProbs: perToken(referenceLogProbs!),
    values: perToken(values!),
  };
}

/** Rewards with the KL penalty, advantages and returns of a rollout, and TRL's means over it. */
export function targetsOf({ rows, logProbs, referenceLogProbs, values, scores }: Rollout, klCoef: number, { gamma, gaeLambda, ...knobs }: Pick<Config, 'gamma' | 'gaeLambda' | 'klEstimator' | 'klClip'>) {
  const perToken = (of: (logProb: number, referenceLogProb: number) => number) => logProbs.map((row, i) => row.map((logProb, t) => of(logProb, referenceLogProbs[i]![t]!)));
  const kls = perToken(klK1);
  const penalties = perToken(klPenalty(knobs));
  const rewards = penalties.map((row, i) => row.map((kl, t) => -klCoef * kl + (t === row.length - 1 ? scores[i]! : 0)));
  const estimates = rewards.map((row, i) => gae(row, values[i]!, gamma, gaeLambda));
  const white = whiten(estimates.flatMap(({ advantages }) => advantages));
  let next = 0;
  const meanOf = (ofRow: (i: number) => number) => rows.reduce((sum, _, i) => sum + ofRow(i), 0) / rows.length;
  const total = (row: readonly number[]) => row.reduce((sum, x) => sum + x, 0);
  const penalty = klCoef * meanOf((i) => total(penalties[i]!));
  const score = meanOf((i) => scores[i]!);
  return {
    advantages: estimates.map(({ advantages }) => advantages.map(() => white[next++]!)),
    returns: estimates.map(({ returns }) => returns),
    sums: {
      'objective/kl': meanOf((i) => total(kls[i]!)),
      'objective/entropy': meanOf((i) => -total(logProbs[i]!)),
      'objective/non_score_reward': -penalty,
      'objective/rlhf_reward': score - penalty,
      'objective/scores': score,
    },
  };
}

/** Means over a step's updates, and the variance of the ratio over them. */
function averaged(updates: readonly Record<string, number>[]): MetricRow & { 'loss/value_avg': number } {
  const row: Record<string, number> = { 'loss/value_avg': 0 };
  for (const name of Object.keys(updates[0]!)) row[name] = updates.reduce((sum, update) => sum + update[name]!, 0) / updates.length;
  const ratio = row['val/ratio'];
  if (ratio !== undefined) row['val/ratio_var'] = updates.reduce((sum, update) => sum + (update['val/ratio']! - ratio) ** 2, 0) / Math.max(1, updates.length - 1);
  return row as MetricRow & { 'loss/value_avg': number }; // names are those of the measures above, all in the metric table
}
