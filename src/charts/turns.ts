/**
 * What a step of training changes is much, and the page does it in turns: a few milliseconds of work, then a pause. Frames that follow each other at once wait for the browser,
 * which is not done with the one before (LOG.md, 2026-11-30).
 */

/** Milliseconds that work may take in one turn, and between turns. */
const AT_ONCE = 4;
const PAUSE = 40;
/** For so long after a click or a key, in milliseconds, there are no pauses: somebody waits for what they asked for. */
const AWAITED = 500;

const waiting = new Set<() => void>();
let asked = -Infinity;
for (const kind of ['click', 'input', 'keydown']) addEventListener(kind, () => (asked = performance.now()), { capture: true, passive: true });

const next = () => setTimeout(workOff, performance.now() - asked < AWAITED || document.hidden ? 0 : PAUSE);

function workOff(): void {
  const began = performance.now();
  try {
    for (const work of waiting) {
      waiting.delete(work);
      work();
      if (performance.now() - began >= AT_ONCE) break;
    }
  } finally {
    if (waiting.size > 0) next(); // also where one of them could not be done
  }
}

/** Has work done when it is its turn, once however often it is asked for until then. @returns takes it back */
export function inTurn(work: () => void): () => void {
  if (waiting.size === 0) next();
  waiting.add(work);
  return () => waiting.delete(work);
}
