/**
 * Proximal Policy Optimization from a judge's scores (Schulman et al. 2017, eq. 7; for language models Ziegler et al. 2019, Ouyang et al. 2022).
 * Order of operations and metric definitions as TRL's PPOTrainer: sample, score the whole completion, add the per-token KL penalty to the
 * reference, GAE, whiten advantages, then several epochs of clipped updates on that one rollout.
 *
 * The judge is the reward model, or the task's own rule where the stage starts from none. It reads completions as they were cut at their end token; so does the critic
 * (TRL's reads on behind it and masks later, which comes to the same under causal attention). Scores are shaped before they are rewards (stage/shaped-reward.ts).
 * Departures: the critic is a model of its own with its own optimizer, started from the reward model (N+ implementation details), or from the policy's trunk with a
 * head of zeros (OpenAI 2019), and warmed up alone; rewards, KL and advantages are computed in plain numbers, which every engine adds up alike.
 */
import type { Scalar } from '@tensorflow/tfjs-core';
import { square } from '../../src/contract/exact';
import type { MetricRow } from '../../src/contract/metrics';
import { detail } from '../../src/contract/details';
import { Failure } from '../../src/contract/failures';
import type { Example } from '../../src/tasks/task';
import { generate } from '../model/generate';
import { learningRateAt } from '../model/optimizer';
import { goldEvaluation, hasEnded, meanGold } from '../stage/evaluate';
import { judgeOf } from '../stage/judge';
import { observe } from '../stage/rollout';
import { showcase } from '../stage/samples';
import { RewardShaping } from '../stage/shaped-reward';
import { adaptedKlCoef } from '../tensor/kl';
import { readScalars } from '../tensor/read';
import { lengthOf } from '../tensor/sequences';
import { checkFinite, isDue, type TrainingLoop } from './algorithm';
import { creditsOf, targetsOf, type Targets } from './ppo-targets';
import { updateOn } from './ppo-update';

export const ppo: TrainingLoop<'ppo'> = async function* (stage, config) {
  const policy = stage.trained('policy', { from: 'policy' });
  const critic = stage.trained('critic', { head: 'score', from: stage.has('reward') ? 'reward' : 'policy' });
  const reference = stage.frozen({ from: 'policy' });
  const judge = judgeOf(stage, config);
  const shaping = new RewardShaping(stage, config);
  const policyOptimizer = stage.optimizer('policy', policy, config);
  const criticOptimizer = stage.optimizer('critic', critic, { ...config, loraRank: 0 }); // whole: no adapter stands beside a head
  const drawPrompt = stage.random('prompts');
  const drawToken = stage.random('completions');
  const drawOrder = stage.random('minibatches');
  const drawn = { temperature: config.temperature };
  const measureGold = goldEvaluation(stage, reference.views, config, { options: drawn });
  const look = (rows: readonly Example[]) => observe(rows, { policy: policy.views, reference: reference.views, critic: critic.views }, config.temperature);
  let klCoef = stage.counter('klCoef', config.klCoef);
  let targets: Targets;
  const credit = async (rows: Example[]) => creditsOf({ ...(await look(rows)), scores: shaping.shape(rows, await judge(rows)) }, klCoef, config, targets.whitenReward);
  const showSamples = showcase(stage, reference.views, { drawn, scores: { before: judge, now: judge }, credit });

  if (config.criticWarmup >= config.steps) throw new Failure('invalid-config', detail('critic-warmup', config.steps, config.criticWarmup));

  while (stage.step < config.steps) {
    const prompts = Array.from({ length: config.batchSize }, () => stage.task.prompt('train', drawPrompt));
    const completions = await generate(policy.views, prompts, drawToken, config);
    const rows = prompts.map((prompt, i) => ({ prompt, completion: completions[i]! }));
    const judged = await judge(rows);
    const rollout = { ...(await look(rows)), scores: shaping.learn(rows, judged) };
    targets = targetsOf(rollout, klCoef, config);
    const isWarm = stage.step >= config.criticWarmup;
    const policyRate = isWarm ? learningRateAt(stage.step - config.criticWarmup, { ...config, steps: config.steps - config.criticWarmup }) : 0;
    const learners = {
      critic: { optimizer: criticOptimizer, learningRate: learningRateAt(stage.step, { ...config, learningRate: config.criticRate }) },
      ...(isWarm && { policy: { optimizer: policyOptimizer, learningRate: policyRate } }),
    };

    const { advantages, returns, whitenReward } = targets;
    await stage.witness?.sees({ kind: 'rollout', rows, judged, scores: rollout.scores, policy: policy.views, reference: reference.views, advantages, critic: { ...rollout, returns, klCoef, whitenReward, hasPolicy: isWarm } });

    const updates: Record<string, Scalar>[] = [];
    for (let epoch = 0; epoch < config.epochs; epoch++) {
      const order = drawOrder.shuffle(rows.map((_, i) => i));
      for (let part = 0; part < config.minibatches; part++) {
        const chosen = order.filter((_, i) => i % config.minibatches === part);
        if (chosen.length > 0) updates.push(updateOn(rollout, targets, chosen, learners, config));
      }
    }
    stage.advance({ tokenCount: rows.reduce((sum, row) => sum + lengthOf(row), 0) });
    const { sums } = targets;
    const measured = await readScalars(updates);
    stage.witness?.updated(measured);
    const row: MetricRow = {
      ...averaged(measured, stage.step),
      ...sums,
      ...shaping.measures(rows, judged),
      'objective/kl_coef': klCoef,
      'val/num_eos_tokens': rows.filter(hasEnded).length,
      ...meanGold(stage.task, rows, 'objective/gold'),
      learning_rate: policyRate,
      episode: stage.step * config.batchSize,
      num_tokens: stage.counter('tokens'),
    };
    if (config.klControl === 'adaptive') stage.setCounter('klCoef', adaptedKlCoef(klCoef, sums['objective/kl'], config, config.batchSize));
    klCoef = stage.counter('klCoef');
    if (!isDue(stage.step, config)) yield { row };
    else yield { row: { ...row, ...(await measureGold(policy.views)) }, samples: await showSamples(policy.views) };
  }
};

/** Means over a step's updates, and the variance of the ratio over them. Throws `non-finite-loss`. */
function averaged(updates: readonly Record<string, number>[], step: number): MetricRow {
  for (const numbers of updates) checkFinite(step, ...Object.values(numbers));
  const { 'critic/grad_norm': _, ...first } = updates[0]!;
  const row: Record<string, number> = {};
  for (const name of Object.keys(first)) row[name] = updates.reduce((sum, update) => sum + update[name]!, 0) / updates.length;
  const ratio = row['val/ratio'];
  if (ratio !== undefined) row['val/ratio_var'] = updates.reduce((sum, update) => sum + square(update['val/ratio']! - ratio), 0) / Math.max(1, updates.length - 1);
  return row as MetricRow; // names are those of the measures, all in the metric table
}
