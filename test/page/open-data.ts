/** The Data screen over stores in memory, with the worker's work on this thread. */
import { vi } from 'vitest';
import type { DataDesk } from '../../src/client/data-client';
import type { ImportChoices } from '../../src/contract/data-api';
import type { PreferenceRecord } from '../../src/contract/preferences';
import { SOURCE_IDS } from '../../src/contract/perplexity';
import type { CheckpointRecord } from '../../src/contract/run';
import { asRows } from '../../src/tasks/pair-lists';
import { DataShelf } from '../../src/state/data.svelte';
import { memoryDatasets } from '../../src/storage/dataset-memory';
import type { RunBundle } from '../../src/storage/run-store';
import { DataWork } from '../../workers/data/data-work';
import { fakeStore } from './fake-store';
import { bundleOf } from './fixtures';

export const line = (i: number, more: object = {}): string => `${JSON.stringify({ prompt: `Tell me ${i}:`, chosen: ` <b>good</b> ${i}`, rejected: ` bad ${i}`, ...more })}\n`;
export const lines = (count: number, more: object = {}): string => Array.from({ length: count }, (_, i) => line(i, more)).join('');

const choices: ImportChoices = { name: 'Mine', source: 'mine.jsonl', licence: 'CC BY 4.0', kind: 'preference', mapping: {}, onProblem: 'go-on', duplicates: 'drop', long: 'keep', longest: 100, heldOut: 0 };

/** A run in which three questions were answered. */
export function saidRun(): RunBundle {
  const bundle = bundleOf({ id: 'run-s', name: 'asked me', recipe: 'names-dpo', seed: 1, gold: 1 });
  const side = (text: string) => ({ text, ended: true, tokens: [] });
  const said = (question: number, choice: PreferenceRecord['choice']): PreferenceRecord => ({ step: 1, question, time: 1, prompt: { text: '♀ Ma', tokens: [] }, a: side('♀ Mary'), b: side(`♀ Mabel${question}`), choice, by: 'visitor', seconds: 2.5 });
  const [first, ...rest] = bundle.stages;
  return { ...bundle, stages: [{ ...first!, history: { ...first!.history, preferences: [said(0, 'a'), said(1, 'b'), said(2, 'tie')] } }, ...rest] }; // a recipe has stages
}

/** A run whose filter stage measured 40 pairs: people's names at about 1.5 nats a letter beside corrupted ones at 1 to 5, its own samples at 1 to 2. */
export function filteredRun(): RunBundle {
  const bundle = bundleOf({ id: 'run-f', name: 'filtered', recipe: 'names-filter', seed: 1, gold: 1, begun: 3 });
  const [people, corrupted] = [SOURCE_IDS.indexOf('people'), SOURCE_IDS.indexOf('corrupted')];
  const pairs = Array.from({ length: 40 }, (_, i) => ({ prompt: [3], chosen: [5 + (i % 26), 5, 1], rejected: [5 + (i % 26), 6, 1] }));
  const measured = pairs.map((_, i) => [1.5 + (i % 5) / 20, 1 + i / 10, people, corrupted, i < 10 ? 1 : 0]);
  const checkpoint: CheckpointRecord = {
    run: bundle.record.id, stage: 'filter', step: 32, created: 1, tensors: new Uint8Array(),
    state: { random: {}, counters: {}, lists: { candidates: asRows(pairs), pairs: asRows(pairs.slice(0, 10)) }, numbers: { measured, own: Array.from({ length: 100 }, (_, i) => [1 + i / 100, 1]) } },
  };
  return { ...bundle, stages: bundle.stages.map((each) => (each.stage.stage === 'filter' ? { ...each, checkpoints: [checkpoint] } : each)) };
}

interface Given {
  /** A data set that is there already, as JSON Lines. */
  stored?: string;
  runs?: readonly RunBundle[];
  desk?: Partial<DataDesk>;
}

export async function madeShelf({ stored, runs = [], desk = {} }: Given = {}) {
  const datasets = memoryDatasets();
  const work = new DataWork({ store: async () => datasets, clock: () => Date.UTC(2026, 6, 1), room: async () => undefined, readFile: async (name) => (await fetch(`/${name}`)).text() });
  const whole: DataDesk = {
    look: (...asked) => work.look(...asked), import: (...asked) => work.import(...asked), cancel: async () => work.cancel(), describe: (source) => work.describe(source),
    browse: (...asked) => work.browse(...asked), write: (...asked) => work.write(...asked), learnTokenizer: (...asked) => work.learnTokenizer(...asked), ...desk,
  };
  if (stored !== undefined) await work.import(new Blob([stored]), 'mine.jsonl', choices);
  const notice = vi.fn<(notice: { text: string; kind: 'error' | 'info' }) => void>();
  return { shelf: new DataShelf({ datasets, runs: fakeStore(runs), desk: whole, notice }), datasets, notice };
}
