/** For what the page can be looked at without: one thing a task, each when the browser has nothing else to do. */

const waiting = new Set<() => void>();

/** Milliseconds, where the browser does not say when it is idle. */
const LATER = 200;
/** Milliseconds after which one that never is does it all the same. */
const PATIENCE = 1000;

/** Asked, and not given yet: with two requests under way two things could be made without a frame between them. */
let isAsked = false;

function askForTime(): void {
  if (isAsked) return;
  isAsked = true;
  if ('requestIdleCallback' in globalThis) requestIdleCallback(makeNext, { timeout: PATIENCE });
  else setTimeout(makeNext, LATER);
}

function makeNext(): void {
  isAsked = false;
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
  askForTime();
  waiting.add(make);
  return () => waiting.delete(make);
}
