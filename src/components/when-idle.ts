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
    // Also where it could not be made. A frame in between, and another for whoever watches for what is in sight: what was made may have pushed the rest away.
    if (waiting.size > 0) requestAnimationFrame(() => requestAnimationFrame(askForTime));
  }
}

/** @returns takes it back */
export function whenIdle(make: () => void): () => void {
  askForTime();
  waiting.add(make);
  return () => waiting.delete(make);
}
