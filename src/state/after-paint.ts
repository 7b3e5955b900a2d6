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
