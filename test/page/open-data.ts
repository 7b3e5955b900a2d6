/** The Data screen over stores in memory, with the worker's work on this thread. */
import { vi } from 'vitest';
import type { DataDesk } from '../../src/client/data-client';
import type { ImportChoices } from '../../src/contract/data-api';
import type { PreferenceRecord } from '../../src/contract/preferences';
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
