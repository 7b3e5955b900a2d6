/**
 * Which items make up each step's batch: a pure function of the step, so a resumed run has no place to remember.
 * Every epoch is shuffled anew. Items of similar length share a batch (as TRL's group_by_length), because a batch is as wide as its longest row:
 * for names this saves a third of the work.
 */
import { detail } from '../../src/contract/details';
import { Failure } from '../../src/contract/failures';
import type { Random } from '../../src/contract/random';

/** Batches sorted by length together; few enough that batches stay random, enough that lengths agree. */
const WINDOW = 32;

interface Items {
  count: number;
  batchSize: number;
  lengthOf(item: number): number;
  /** A fresh stream per epoch, the same each time it is asked for. */
  randomOf(epoch: number): Random;
}

/** @returns indices of the items of a step's batch, steps counted from 0. Items left over at an epoch's end wait for another. Throws `invalid-config` for a batch larger than all of them. */
export function batchesOf({ count, batchSize, lengthOf, randomOf }: Items): (step: number) => number[] {
  if (count < batchSize) throw new Failure('invalid-config', detail('batch-of-all', count, batchSize));
  const perEpoch = Math.floor(count / batchSize);
  let current = -1;
  let batches: number[][] = [];
  return (step) => {
    const epoch = Math.floor(step / perEpoch);
    if (epoch !== current) {
      const random = randomOf(epoch);
      const order = random.shuffle(Array.from({ length: count }, (_, item) => item));
      batches = [];
      for (let first = 0; first < perEpoch * batchSize; first += WINDOW * batchSize) {
        const window = order.slice(first, Math.min(first + WINDOW * batchSize, perEpoch * batchSize));
        window.sort((a, b) => lengthOf(a) - lengthOf(b)); // stable, so ties keep their shuffled order
        for (let place = 0; place < window.length; place += batchSize) batches.push(window.slice(place, place + batchSize));
      }
      random.shuffle(batches);
      current = epoch;
    }
    return batches[step % perEpoch]!;
  };
}
