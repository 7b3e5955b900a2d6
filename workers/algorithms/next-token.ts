/** Next-token cross-entropy, the objective that pretraining and supervised fine-tuning share; they differ in what counts as completion. */
import { div, mul, neg, sum, tidy, type Scalar } from '@tensorflow/tfjs-core';
import type { Example } from '../../src/tasks/task';
import { policyOutput } from '../model/heads';
import type { Views } from '../model/parameters';
import { maskedMean } from '../tensor/masked';
import { readScalars } from '../tensor/read';
import { batchOf, type Sequences } from '../tensor/sequences';

/**
 * Mean over completion tokens of −log p (`nll`), with TRL's companions, and the `loss` to follow. All scalars; entropy in nats per token.
 * Departure: rows of one batch are of similar length here, so a mean over each batch's own tokens would count a token of a short text for more
 * than one of a long text. The loss divides by what a batch has usually, and every token of the corpus counts alike.
 * @param usual mean completion tokens of a row over all there is to train on
 */
export function nextTokenLoss(views: Views, { tokens, completionMask }: Sequences, usual: number) {
  const { logProbs, entropy, isLikeliest } = policyOutput(views, tokens);
  const nll = neg<Scalar>(maskedMean(logProbs, completionMask));
  return {
    loss: mul<Scalar>(nll, div(sum(completionMask), tokens.shape[0] * usual)),
    nll,
    entropy: maskedMean(entropy, completionMask),
    mean_token_accuracy: maskedMean(isLikeliest, completionMask),
  };
}

/** Texts of a held-out loss: enough for two digits. */
export const HELD_OUT_TEXTS = 512;

/** At most `count` of them, evenly spread: a corpus may be in the order of the alphabet. */
export const spread = <Item>(items: readonly Item[], count: number): Item[] =>
  items.length <= count ? [...items] : Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]!);

/** Mean completion tokens of a row. */
export const meanLength = (rows: readonly Example[]): number => rows.reduce((total, { completion }) => total + completion.length, 0) / rows.length;

/** The loss on held-out rows, nats per completion token; nothing where there are none. */
export async function heldOutLoss(views: Views, rows: readonly Example[]): Promise<{ eval_loss?: number }> {
  if (rows.length === 0) return {};
  const measured = tidy(() => ({ loss: nextTokenLoss(views, batchOf(rows), 1).nll }));
  const [row] = await readScalars([measured]);
  return { eval_loss: row!.loss }; // one record in, one out
}
