/**
 * Supervised fine-tuning on demonstrations (Ouyang et al. 2022, step 1): the same loss as pretraining, counted on completion tokens only.
 * Departure: which part of a demonstration is the prompt is drawn anew every epoch.
 */
import { learningRateAt } from '../model/optimizer';
import { readScalars } from '../tensor/read';
import { batchOf, disposeBatch, lengthOf } from '../tensor/sequences';
import { checkFinite, isDue, type TrainingLoop } from './algorithm';
import { batchesOf } from '../stage/batches';
import { goldEvaluation } from '../stage/evaluate';
import { HELD_OUT_TEXTS, heldOutLoss, meanLength, nextTokenLoss, spread } from './next-token';
import { showcase } from '../stage/samples';

export const sft: TrainingLoop<'sft'> = async function* (stage, config) {
  const { task } = stage;
  const policy = stage.trained('policy', { from: 'policy' });
  const start = stage.frozen({ from: 'policy' });
  const optimizer = stage.optimizer('policy', policy, config);
  const cut = stage.random('prompts');
  const usualCut = stage.freshRandom('usual length');
  const usualRows = Array.from({ length: task.demonstrationCount('train') }, (_, item) => task.demonstration('train', item, usualCut));
  const itemsOf = batchesOf({ count: usualRows.length, batchSize: config.batchSize, lengthOf: (item) => lengthOf(usualRows[item]!), randomOf: (epoch) => stage.freshRandom(`order ${epoch}`) });
  const heldOutCut = stage.evaluationRandom('held-out prompts');
  const heldOut = spread(Array.from({ length: task.demonstrationCount('held-out') }, (_, item) => task.demonstration('held-out', item, heldOutCut)), HELD_OUT_TEXTS);
  const usual = meanLength(usualRows);
  const measureGold = goldEvaluation(stage, start.views, config);
  const showSamples = showcase(stage, start.views);

  while (stage.step < config.steps) {
    const rows = itemsOf(stage.step).map((item) => task.demonstration('train', item, cut));
    await stage.witness?.sees({ kind: 'texts', rows, policy: policy.views });
    const batch = batchOf(rows);
    const learningRate = learningRateAt(stage.step, config);
    const update = optimizer.update((views) => nextTokenLoss(views, batch, usual), learningRate);
    disposeBatch(batch);
    stage.advance(batch);

    const [measured] = await readScalars([update]);
    checkFinite(stage.step, measured!.nll, measured!.grad_norm);
    const { nll, ...others } = measured!;
    const row = { ...others, loss: nll, learning_rate: learningRate, num_tokens: stage.counter('tokens') };
    if (!isDue(stage.step, config)) yield { row };
    else {
      const evalLoss = await heldOutLoss(policy.views, heldOut);
      yield { row: { ...row, ...evalLoss, ...(await measureGold(policy.views)) }, samples: await showSamples(policy.views) };
    }
  }
};
