/** For what may wait until the page has been seen: fetching it before would hold back what is looked at first. A page in the background paints nothing, and waits for nothing. */

/** Milliseconds: a browser that does not say by then that it has painted never will. */
const PATIENCE = 2000;
const FIRST = 'first-contentful-paint';

/** When the browser has painted something: a frame that was asked for may be one before it. */
function firstPaint(): Promise<void> {
  if (!PerformanceObserver.supportedEntryTypes.includes('paint')) return Promise.resolve();
  return new Promise((done) => {
    const seen = () => {
      observer.disconnect();
      clearTimeout(timer);
      done();
    };
    const observer = new PerformanceObserver((list) => list.getEntriesByName(FIRST).length > 0 && seen());
    const timer = setTimeout(seen, PATIENCE);
    observer.observe({ type: 'paint', buffered: true });
  });
}

export const painted = (): Promise<void> => (document.hidden ? Promise.resolve() : new Promise<void>((done) => requestAnimationFrame(() => setTimeout(done))).then(firstPaint));

/** Milliseconds between looks at whether the page is at work, and how much later than asked for a look may come. */
const LOOK = 100;
const LATE = 50;
/** Looks in a row that came in time. */
const IN_TIME = 4;
/** Looks at most: a page that is always at work, or one in the background, whose timers are slow, is not waited for. */
const LOOKS = 30;

/** When the page was painted and has stood still for a moment: what is timed then has the machine to itself, and holds back nothing that is looked at. */
export async function still(): Promise<void> {
  await painted();
  for (let looks = 0, inTime = 0; looks < LOOKS && inTime < IN_TIME && !document.hidden; looks++) {
    const asked = performance.now();
    await new Promise((done) => setTimeout(done, LOOK));
    inTime = performance.now() - asked < LOOK + LATE ? inTime + 1 : 0;
  }
}
