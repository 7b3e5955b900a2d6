/**
 * Pretraining: next-token cross-entropy on the whole text (Radford et al. 2018, eq. 1).
 * Departures: texts are not packed into one stream, each is a row of its own, so no attention crosses texts.
 */
import { learningRateAt } from '../model/optimizer';
import { readScalars } from '../tensor/read';
import { batchOf, disposeBatch, lengthOf } from '../tensor/sequences';
import { checkFinite, isDue, type TrainingLoop } from './algorithm';
import { batchesOf } from '../stage/batches';
import { goldEvaluation } from '../stage/evaluate';
import { HELD_OUT_TEXTS, heldOutLoss, meanLength, nextTokenLoss, spread } from './next-token';
import { showcase } from '../stage/samples';

export const pretrain: TrainingLoop<'pretrain'> = async function* (stage, config) {
  const policy = stage.trained('policy');
  const start = stage.frozen({});
  const optimizer = stage.optimizer('policy', policy, config);
  // The first token of a text is given, everything after it is to be guessed.
  const asExample = ([first, ...rest]: readonly number[]) => ({ prompt: [first!], completion: rest });
  const texts = [...stage.task.corpus('train'), ...(stage.task.further?.() ?? [])].map(asExample);
  const heldOut = spread(stage.task.corpus('held-out'), HELD_OUT_TEXTS).map(asExample);
  const itemsOf = batchesOf({ count: texts.length, batchSize: config.batchSize, lengthOf: (item) => lengthOf(texts[item]!), randomOf: (epoch) => stage.freshRandom(`order ${epoch}`) });
  const usual = meanLength(texts);
  const measureGold = goldEvaluation(stage, start.views, config);
  const showSamples = showcase(stage, start.views);

  while (stage.step < config.steps) {
    const rows = itemsOf(stage.step).map((item) => texts[item]!);
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
