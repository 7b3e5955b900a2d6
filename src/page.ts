/** The page itself. It is much to evaluate, and done while the stores are opened; what its address shows is fetched meanwhile. */
import { configFrom } from './state/link';
import { parseRoute } from './state/route.svelte';
import { fetchAhead } from './views/late-views';

fetchAhead(parseRoute(location.hash));

export { default as App } from './App.svelte';

/** Reads the recipe that the Lab begins with, which is then known: done before the page is mounted, it is not part of that task. */
export const prepare = (): void => void configFrom(new URLSearchParams());
