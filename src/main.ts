/** The page's entry: opens what is stored, or memory where the browser stores nothing, and shows the page over it. */
import { mount } from 'svelte';
import { carriedFiles } from './client/carried-files';
import { beginInPieces } from './components/first-pieces';
import { FAILURES, toRecord } from './contract/failures';
import { openDatabase } from './storage/database';
import { openDatasets } from './storage/dataset-database';
import { memoryDatasets } from './storage/dataset-memory';
import { sweepImports } from './storage/dataset-rows';
import { memoryStore } from './storage/memory-store';
import { carryFiles } from './storage/public-file';

if (import.meta.env.MODE === 'single') carryFiles(carriedFiles());

/** A page that nobody sees has slow timers, and no need of them. */
const nextTask = async (): Promise<void> => void (document.hidden || await new Promise((done) => setTimeout(done)));

/** Not awaited by this module: the page's own script imports from the same file, and would wait for it. */
async function begin(): Promise<void> {
  const place = document.getElementById('app')!; // index.html has it
  // In tasks of their own, while the stores are opened.
  const fetched = import('./page').catch((error: unknown) => {
    place.textContent = FAILURES['code-missing']; // in English: other words would have come with it
    throw error;
  });
  const page = fetched.then(async ({ App, prepare }) => {
    await nextTask();
    prepare();
    await nextTask();
    return App;
  });
  const opening = Promise.all([openDatabase(), openDatasets()])
    .then(
      ([store, datasets]) => ({ store, datasets, isKept: true, problem: null }),
      (error: unknown) => ({ store: memoryStore(), datasets: memoryDatasets(), isKept: false, problem: toRecord(error) }),
    )
    .then(async (opened) => ({ ...opened, isFirstVisit: await opened.store.runs().then((runs) => runs.length === 0, () => false) })); // what cannot be read now is said by what reads it next
  const App = await page;
  const props = await opening;
  beginInPieces();
  mount(App, { target: place, props });
  // What a tab has left that died in the middle of an import; nobody sees it, so nobody need wait.
  void sweepImports(props.datasets).catch(() => {});
}
void begin();
