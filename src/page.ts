/** The page itself. It is much to evaluate, and done while the stores are opened; what its address shows is fetched meanwhile. */
import { parseRoute } from './state/route.svelte';
import { fetchAhead } from './views/late-views';

fetchAhead(parseRoute(location.hash));

export { default as App } from './App.svelte';
