/** A reward model's step: what it says of both sides of a pair, of the whole and of each beginning, before and after. */
import { tidy } from '@tensorflow/tfjs-core';
import type { StageConfig } from '../../../src/contract/config';
import { Failure } from '../../../src/contract/failures';
import type { Example } from '../../../src/tasks/task';
import { bradleyTerryLoss, rewardsAtEnd } from '../../algorithms/reward-model';
import { scores } from '../../model/heads';
import type { Views } from '../../model/parameters';
import { stacked } from '../../stage/evaluate';
import { perTokenOf } from '../../stage/rollout';
import type { Stage } from '../../stage/stage';
import type { ScoresScene } from '../../stage/witness';
import { batchOf } from '../../tensor/sequences';
import { standOf } from './pair-stand';
import { shownCount, tokensOf } from './shown';
import type { Look } from './watched-step';

export async function watchScores({ pairs, model }: ScoresScene, stage: Stage, train: StageConfig['train']): Promise<Look> {
  if (train.algorithm !== 'reward-model') throw new Failure('unwatched-step', train.algorithm);
  const rows = stacked(pairs);
  const P = pairs.length;
  const shown = pairs.slice(0, Math.max(1, Math.floor(shownCount(stage, rows) / 2))); // two texts a pair
  const stands = async (rewards: ArrayLike<number>) => {
    const all: Awaited<ReturnType<typeof standOf>>[] = [];
    for (const [i, pair] of shown.entries()) all.push(await standOf(pair, [rewards[i]!, rewards[P + i]!], (chosen, rejected, doubts) => bradleyTerryLoss(chosen, rejected, train, doubts), { margin: train.margin }));
    return all;
  };
  const before = await read(model, rows);
  const stood = await stands(before.rewards);
  return async () => {
    const after = await read(model, rows);
    const stand = await stands(after.rewards);
    const side = (row: number) => tokensOf(stage, rows[row]!, { score: before.along[row]!, scoreAfter: after.along[row]! });
    return {
      kind: 'scores',
      pairs: shown.map(({ prompt, probability = 1 }, i) => {
        const { pull, ...was } = stood[i]!;
        const { pull: _, ...is } = stand[i]!;
        return { prompt: stage.task.tokenizer.decode(prompt), chosen: side(i), rejected: side(P + i), before: was, after: is, pull, probability };
      }),
    };
  };
}

/** Rewards of whole texts as the loss reads them [2P], and the score up to and including each token. */
async function read(model: Views, rows: readonly Example[]): Promise<{ rewards: ArrayLike<number>; along: number[][] }> {
  const [ends, all] = tidy(() => {
    const batch = batchOf(rows);
    return [rewardsAtEnd(model, batch), scores(model, batch.tokens)] as const;
  });
  const T = all.shape[1];
  const [rewards, flat] = await Promise.all([ends.data(), all.data()]);
  ends.dispose();
  all.dispose();
  // The score at position t is of the text up to t; `perTokenOf` reads one place further left.
  return { rewards, along: perTokenOf(rows, flat.slice(1), T) };
}
