/** The page's entry: opens what is stored, or memory where the browser stores nothing, and shows the page over it. */
import { mount } from 'svelte';
import App from './App.svelte';
import './app.css';
import './contrast.css';
import './print.css';
import { carriedFiles } from './client/carried-files';
import { toRecord } from './contract/failures';
import { openDatabase } from './storage/database';
import { openDatasets } from './storage/dataset-database';
import { memoryDatasets } from './storage/dataset-memory';
import { sweepImports } from './storage/dataset-rows';
import { memoryStore } from './storage/memory-store';
import { carryFiles } from './storage/public-file';
import { parseRoute } from './state/route.svelte';
import { fetchAhead } from './views/late-views';

if (import.meta.env.MODE === 'single') carryFiles(carriedFiles());
fetchAhead(parseRoute(location.hash));

const opened = await Promise.all([openDatabase(), openDatasets()]).then(
  ([store, datasets]) => ({ store, datasets, isKept: true, problem: null }),
  (error: unknown) => ({ store: memoryStore(), datasets: memoryDatasets(), isKept: false, problem: toRecord(error) }),
);
const isFirstVisit = await opened.store.runs().then((runs) => runs.length === 0, () => false); // what cannot be read now is said by what reads it next
mount(App, { target: document.getElementById('app')!, props: { ...opened, isFirstVisit } }); // index.html has it
// What a tab has left that died in the middle of an import; nobody sees it, so nobody need wait.
void sweepImports(opened.datasets).catch(() => {});
