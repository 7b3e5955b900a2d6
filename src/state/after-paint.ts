/** For what may wait until the page has been seen: fetching it before would hold back what is looked at first. A page in the background paints nothing, and waits for nothing. */
export const painted = (): Promise<void> => (document.hidden ? Promise.resolve() : new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
