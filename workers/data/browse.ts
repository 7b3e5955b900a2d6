/** A page of rows, as text, out of all or out of those that hold some words. */
import type { RowPage, ShownRow, ShownText } from '../../src/contract/data-api';
import { COLUMNS, type Sample } from '../../src/contract/sample';
import { plain } from '../../src/formats';
import type { Rows } from './row-source';

/** Of a text on the screen, characters. */
const SHOWN = 2000;

const cut = (text: string): ShownText => ({ text: text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text, length: text.length });

/** In the order of the kind's columns. */
export function textsOf(sample: Sample): string[] {
  switch (sample.kind) {
    case 'preference': return [plain(sample.prompt, 'prompt'), plain(sample.chosen, 'completion'), plain(sample.rejected, 'completion')];
    case 'unpaired': return [plain(sample.prompt, 'prompt'), plain(sample.completion, 'completion'), String(sample.label)];
    case 'completion': return [plain(sample.prompt, 'prompt'), plain(sample.completion, 'completion')];
    case 'prompt': return [plain(sample.prompt, 'prompt')];
    case 'text': return [plain(sample.text, 'whole')];
  }
}

const wordOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value) ?? '');

const shown = (sample: Sample, number: number): ShownRow => ({
  number,
  texts: textsOf(sample).slice(0, COLUMNS[sample.kind].length).map(cut),
  extra: Object.entries(sample.extra).map(([name, value]) => [name, cut(wordOf(value)).text]),
});

/** @param words in lower case */
const holds = (sample: Sample, words: readonly string[]): boolean => {
  const text = [...textsOf(sample), ...Object.values(sample.extra).map(wordOf)].join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
};

/** Numbers of the rows that hold all words. @param goOn asked now and then; false ends the search, with what was found until then */
export async function matching(rows: Rows, words: readonly string[], goOn: () => Promise<boolean>): Promise<number[]> {
  const lower = words.map((word) => word.toLowerCase());
  const found: number[] = [];
  let number = 0;
  for await (const sample of rows.each()) {
    if (holds(sample, lower)) found.push(number);
    number += 1;
    if (number % 200 === 0 && !(await goOn())) break;
  }
  return found;
}

/** @param found numbers of the rows to choose from; left out, all */
export async function pageOf(rows: Rows, from: number, count: number, found?: readonly number[]): Promise<RowPage> {
  if (!found) return { rows: (await rows.some(from, count)).map((sample, i) => shown(sample, from + i + 1)), found: rows.rows };
  const numbers = found.slice(from, from + count);
  const samples = await Promise.all(numbers.map(async (number) => (await rows.some(number, 1)).map((sample) => shown(sample, number + 1))));
  return { rows: samples.flat(), found: found.length };
}
