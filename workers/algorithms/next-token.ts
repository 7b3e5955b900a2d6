/** Next-token cross-entropy, the objective that pretraining and supervised fine-tuning share; they differ in what counts as completion. */
import { neg, tidy, type Scalar } from '@tensorflow/tfjs-core';
import type { ModelShape } from '../../src/contract/model-shape';
import type { Example } from '../../src/tasks/task';
import { policyOutput } from '../model/heads';
import type { Views } from '../model/parameters';
import { maskedMean } from '../tensor/masked';
import { readScalars } from '../tensor/read';
import { batchOf, type Sequences } from '../tensor/sequences';

/** Mean over completion tokens of −log p, with TRL's companions. All scalars; entropy in nats per token. */
export function nextTokenLoss(views: Views, shape: ModelShape, { tokens, completionMask }: Sequences) {
  const { logProbs, entropy, isLikeliest } = policyOutput(views, shape, tokens);
  return {
    loss: neg(maskedMean(logProbs, completionMask)) as Scalar,
    entropy: maskedMean(entropy, completionMask),
    mean_token_accuracy: maskedMean(isLikeliest, completionMask),
  };
}

/** The loss on held-out rows, nats per completion token. */
export async function heldOutLoss(views: Views, shape: ModelShape, rows: readonly Example[]): Promise<number> {
  const measured = tidy(() => ({ loss: nextTokenLoss(views, shape, batchOf(rows)).loss }));
  const [row] = await readScalars([measured]);
  return row!.loss;
}
