/**
 * Rejection sampling (RAFT, Dong et al. 2023, arXiv:2304.06767; step 3 of Touvron et al. 2023): of several completions of each prompt the judge keeps the best,
 * and the policy is fine-tuned on what was kept, as on demonstrations. An ensemble may vote on the best (open-instruct). Departures: one update on each batch, so that what is judged is always the policy's own;
 * the prompt's demonstration is no candidate (open-instruct adds it), so nothing but the judge teaches.
 */
import { neg, type Scalar } from '@tensorflow/tfjs-core';
import { policyOutput } from '../model/heads';
import { learningRateAt } from '../model/optimizer';
import { goldEvaluation } from '../stage/evaluate';
import { checkGroups, describeGroups, sampleGroups } from '../stage/groups';
import { asOne, combined, judgesOf } from '../stage/judge';
import { showcase } from '../stage/samples';
import { RewardShaping } from '../stage/shaped-reward';
import { elected } from '../tensor/groups';
import { maskedMean } from '../tensor/masked';
import { readScalars } from '../tensor/read';
import { batchOf, disposeBatch } from '../tensor/sequences';
import { checkFinite, isDue, type TrainingLoop } from './algorithm';

export const rejectionSampling: TrainingLoop<'rejection-sampling'> = async function* (stage, config) {
  checkGroups(config);
  const policy = stage.trained('policy', { from: 'policy' });
  const start = stage.frozen({ from: 'policy' });
  const judges = judgesOf(stage);
  const judge = asOne(judges, config.scoring);
  const shaping = new RewardShaping(stage, config);
  const optimizer = stage.optimizer('policy', policy, config);
  const streams = { prompts: stage.random('prompts'), tokens: stage.random('completions') };
  const drawn = { temperature: config.temperature };
  const measureGold = goldEvaluation(stage, start.views, config, { kl: true, options: drawn });
  const showSamples = showcase(stage, start.views, { drawn, scores: { before: judge, now: judge } });

  while (stage.step < config.steps) {
    const rows = await sampleGroups(stage, policy.views, config, streams);
    const said = await judges(rows);
    const judged = combined(said, config.scoring);
    const scores = shaping.learn(rows, judged);
    const ballots = config.scoring === 'vote' ? said.map((ofMember) => shaping.shape(rows, ofMember)) : [scores];
    const kept = elected(ballots, config.groupSize).map((i) => rows[i]!);
    await stage.witness?.sees({ kind: 'texts', rows: kept, policy: policy.views });
    const batch = batchOf(kept);
    const learningRate = learningRateAt(stage.step, config);
    const update = optimizer.update((views) => {
      const { logProbs, entropy, isLikeliest } = policyOutput(views, batch.tokens);
      return {
        loss: neg<Scalar>(maskedMean(logProbs, batch.completionMask)),
        entropy: maskedMean(entropy, batch.completionMask),
        mean_token_accuracy: maskedMean(isLikeliest, batch.completionMask),
      };
    }, learningRate);
    disposeBatch(batch);
    stage.step += 1;

    const [measured] = await readScalars([update]);
    checkFinite(stage.step, measured!.loss, measured!.grad_norm);
    const row = { ...measured, ...shaping.measures(rows, judged), ...describeGroups(stage, rows, scores, scores, config.groupSize), learning_rate: learningRate };
    if (!isDue(stage.step, config)) yield { row };
    else yield { row: { ...row, ...(await measureGold(policy.views)) }, samples: await showSamples(policy.views) };
  }
};
