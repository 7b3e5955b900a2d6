/**
 * When the page is opened it is put up piece by piece, from top to bottom, a few milliseconds of work a task: what is above is seen sooner, and a press waits for one task, not for all.
 * Once they are up, whatever comes later is there at once. What a piece holds may be of pieces itself: those come before what stands below it.
 */
import { flushSync } from 'svelte';

/** Milliseconds of work after which the next piece waits for another task. */
const AT_ONCE = 5;

/** What is not up yet, in its order; null where everything is put up at once. */
let waiting: (() => void)[] | null = null;

/** To be asked before the page is mounted. One that nobody sees is put up at once: its timers are slow. */
export function beginInPieces(): void {
  if (document.hidden) return;
  waiting = [];
  setTimeout(putUp);
}

function putUp(): void {
  const began = performance.now();
  try {
    for (let [put] = waiting ?? []; put && waiting && performance.now() - began < AT_ONCE; [put] = waiting) {
      const below = waiting.slice(1);
      waiting = [];
      try {
        flushSync(put);
      } finally {
        waiting.push(...below);
      }
    }
  } finally {
    if (waiting?.length === 0) waiting = null;
    else setTimeout(putUp); // also where one of them cannot be made
  }
}

/** @returns whether it is to wait: then `put` is called when it is its turn */
export function waitsItsTurn(put: () => void): boolean {
  waiting?.push(put);
  return waiting !== null;
}
