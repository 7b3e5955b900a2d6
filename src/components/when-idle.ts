/** For what the page can be looked at without: one thing a task, each when the browser has nothing else to do. */

const waiting = new Set<() => void>();

/** Milliseconds, where the browser does not say when it is idle. */
const LATER = 200;
/** Milliseconds after which one that never is does it all the same. */
const PATIENCE = 1000;

function askForTime(): void {
  if ('requestIdleCallback' in globalThis) requestIdleCallback(makeNext, { timeout: PATIENCE });
  else setTimeout(makeNext, LATER);
}

function makeNext(): void {
  const [make] = waiting;
  if (!make) return;
  waiting.delete(make);
  try {
    make();
  } finally {
    if (waiting.size > 0) askForTime(); // also where one of them could not be made
  }
}

/** @returns takes it back */
export function whenIdle(make: () => void): () => void {
  if (waiting.size === 0) askForTime();
  waiting.add(make);
  return () => waiting.delete(make);
}
