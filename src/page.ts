/** The page itself, with the styles that hold everywhere after those of its parts, since they say how these are in high contrast and on paper. It is much to evaluate, and done while the stores are opened; what its address shows is fetched meanwhile. */
import App from './App.svelte';
import './app.css';
import './contrast.css';
import './print.css';
import { configFrom } from './state/link';
import { parseRoute } from './state/route.svelte';
import { fetchAhead } from './views/late-views';

fetchAhead(parseRoute(location.hash));

export { App };

/** Reads the recipe that the Lab begins with, which is then known: done before the page is mounted, it is not part of that task. */
export const prepare = (): void => void configFrom(new URLSearchParams());
