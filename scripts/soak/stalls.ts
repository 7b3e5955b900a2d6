/**
 * When the machine itself stands still: a thread for each core that only sleeps, and notes how much later than asked it was woken. What such a thread waits for is not the page's doing:
 * the cores are taken, or a virtual machine is not given them.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** A time in which one thread was not woken, milliseconds. */
export interface Stall {
  /** Since 1970, as `Date.now()`. */
  at: number;
  took: number;
}

const SLEEP = 5;
/** Less is what every thread waits now and then. */
const NOTED = 10;

const SLEEPER = `const { parentPort } = require('node:worker_threads');
  const cell = new Int32Array(new SharedArrayBuffer(4));
  for (let last = performance.now(); ; ) {
    Atomics.wait(cell, 0, 0, ${SLEEP});
    const now = performance.now();
    const took = now - last - ${SLEEP};
    if (took > ${NOTED}) parentPort.postMessage({ at: Date.now() - took, took });
    last = now;
  }`;

/** @returns what one thread waited of a span, at most: threads on different cores may wait at once. */
export function stalledWithin(stalls: readonly Stall[], at: number, took: number): number {
  const shares = stalls.map((stall) => Math.min(at + took, stall.at + stall.took) - Math.max(at, stall.at));
  return Math.max(0, ...shares);
}

/** Watches until it is stopped. */
export function watchStalls(): { stalls: readonly Stall[]; stop: () => Promise<void> } {
  const stalls: Stall[] = [];
  const sleepers = Array.from({ length: availableParallelism() }, () => new Worker(SLEEPER, { eval: true }).on('message', (stall: Stall) => stalls.push(stall)));
  return {
    stalls,
    stop: async () => {
      await Promise.all(sleepers.map((sleeper) => sleeper.terminate()));
    },
  };
}
