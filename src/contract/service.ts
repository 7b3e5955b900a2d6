/** What the page and its service worker agree on. */

/** Said by the page to a service worker that waits: answer for all tabs from now on. */
export const TAKE_OVER = 'nudge: take over';

/** Where `npm start` serves: there the newest build is wanted at once, and another program may have the port tomorrow, so the network is asked before what is kept. */
export const isOwnMachine = (hostname: string): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
