/** The page's entry: opens what is stored, or memory where the browser stores nothing, and shows the page over it. */
import { mount } from 'svelte';
import App from './App.svelte';
import './app.css';
import { sentenceOf, toRecord } from './contract/failures';
import { openDatabase } from './storage/database';
import { memoryStore } from './storage/memory-store';

const opened = await openDatabase().then(
  (store) => ({ store, isKept: true, problem: '' }),
  (error: unknown) => ({ store: memoryStore(), isKept: false, problem: sentenceOf(toRecord(error)) }),
);
mount(App, { target: document.getElementById('app')!, props: opened }); // index.html has it
