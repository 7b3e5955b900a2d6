/** Methods that learn a policy straight from pairs: both sides token by token, what the method compares of them, and where the pair stands before and after. */
import { mean, neg, tensor1d, type Scalar } from '@tensorflow/tfjs-core';
import type { StageConfig } from '../../../src/contract/config';
import { Failure } from '../../../src/contract/failures';
import { dpoLoss } from '../../algorithms/dpo-losses';
import { orpoLoss } from '../../algorithms/orpo';
import { simpoLoss } from '../../algorithms/simpo';
import { stacked } from '../../stage/evaluate';
import { logProbsOf, type PerToken } from '../../stage/rollout';
import type { Stage } from '../../stage/stage';
import type { PairsScene } from '../../stage/witness';
import { standOf, type LossOf } from './pair-stand';
import { oddsAround, shownCount, total } from './shown';
import type { Look } from './watched-step';

/** What a method compares of a completion, and the loss it makes of two. @param n tokens of the chosen and the rejected side */
interface Method {
  compared(sum: number, length: number, reference: number): number;
  lossOf(lengths: readonly [number, number]): LossOf;
  scale: number;
  margin: number;
}

function methodOf(train: StageConfig['train']): Method {
  switch (train.algorithm) {
    case 'dpo':
    case 'online-dpo':
      return {
        compared: (sum, _, reference) => sum - reference,
        lossOf: ([n, m]) => (chosen, rejected, doubts) => dpoLoss({ chosen, rejected, chosenTokens: tensor1d([n]), rejectedTokens: tensor1d([m]) }, train, doubts),
        scale: train.beta,
        margin: 0,
      };
    case 'simpo':
      return { compared: (sum, length) => sum / length, lossOf: () => (chosen, rejected, doubts) => simpoLoss(chosen, rejected, train, doubts), scale: train.beta, margin: train.gamma };
    case 'orpo':
      return { compared: (sum, length) => sum / length, lossOf: () => (chosen, rejected, doubts) => orpoLoss(chosen, rejected, neg<Scalar>(mean(chosen)), train, doubts).loss, scale: train.beta, margin: 0 };
    default:
      throw new Failure('unwatched-step', train.algorithm);
  }
}

export async function watchPairs({ pairs, policy, reference, referenceLogProbs }: PairsScene, stage: Stage, train: StageConfig['train']): Promise<Look> {
  const rows = stacked(pairs);
  const P = pairs.length;
  const count = Math.max(1, Math.floor(shownCount(stage, rows) / 2)); // two texts a pair
  const shown = pairs.slice(0, count);
  const method = methodOf(train);
  const sides = (i: number) => [i, P + i] as const;
  const standing = (logProbs: PerToken, i: number) => {
    const [chosen, rejected] = sides(i).map((row) => method.compared(total(logProbs[row]!), rows[row]!.completion.length, referenceLogProbs?.[row] ?? 0)) as [number, number]; // two of two
    return standOf(pairs[i]!, [chosen, rejected], method.lossOf([pairs[i]!.chosen.length, pairs[i]!.rejected.length]), method);
  };
  const standings = async (logProbs: PerToken) => {
    const all: Awaited<ReturnType<typeof standing>>[] = [];
    for (let i = 0; i < shown.length; i++) all.push(await standing(logProbs, i));
    return all;
  };

  const before = await logProbsOf(rows, policy);
  const held = reference && (await logProbsOf(rows, reference));
  const odds = await oddsAround(stage, policy, stacked(shown));
  const stood = await standings(before);
  return async () => {
    const after = await logProbsOf(rows, policy);
    const stand = await standings(after);
    const rowOf = (i: number) => (i < count ? i : P + i - count); // of what is shown, in the batch
    const tokens = await odds((i) => ({ before: before[rowOf(i)]!, after: after[rowOf(i)]!, ...(held && { reference: held[rowOf(i)]! }) }));
    return {
      kind: 'pairs',
      pairs: shown.map(({ prompt, probability = 1 }, i) => {
        const { pull, ...was } = stood[i]!;
        const { pull: _, ...is } = stand[i]!;
        const sumOf = (row: number) => ({ policy: total(before[row]!), reference: referenceLogProbs?.[row] ?? null });
        return { prompt: stage.task.tokenizer.decode(prompt), chosen: tokens[i]!, rejected: tokens[count + i]!, sums: { chosen: sumOf(i), rejected: sumOf(P + i) }, before: was, after: is, pull, probability };
      }),
    };
  };
}
