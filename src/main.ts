/** The page's entry: opens what is stored, or memory where the browser stores nothing, and shows the page over it. */
import { mount } from 'svelte';
import App from './App.svelte';
import './app.css';
import './contrast.css';
import './print.css';
import { carriedFiles } from './client/carried-files';
import { sentenceOf, toRecord } from './contract/failures';
import { openDatabase } from './storage/database';
import { openDatasets } from './storage/dataset-database';
import { memoryDatasets } from './storage/dataset-memory';
import { sweepImports } from './storage/dataset-rows';
import { memoryStore } from './storage/memory-store';
import { carryFiles } from './storage/public-file';

if (import.meta.env.MODE === 'single') carryFiles(carriedFiles());

const opened = await Promise.all([openDatabase(), openDatasets()]).then(
  ([store, datasets]) => ({ store, datasets, isKept: true, problem: '' }),
  (error: unknown) => ({ store: memoryStore(), datasets: memoryDatasets(), isKept: false, problem: sentenceOf(toRecord(error)) }),
);
mount(App, { target: document.getElementById('app')!, props: opened }); // index.html has it
// What a tab has left that died in the middle of an import; nobody sees it, so nobody need wait.
void sweepImports(opened.datasets).catch(() => {});
