/** A file becomes a data set, row by row: nothing is held but half a megabyte of rows and what is counted. It becomes one as a whole, or nothing of it stays. */
import type { ImportChoices, ImportReport, Problem } from '../../src/contract/data-api';
import { detail, type Detail } from '../../src/contract/details';
import { Failure } from '../../src/contract/failures';
import type { Sample, Text } from '../../src/contract/sample';
import { formAs, formatOf, isHeldOut, missingColumns, plain, readSample, Summing } from '../../src/formats';
import { DatasetWriter } from '../../src/storage/dataset-rows';
import type { DatasetStore } from '../../src/storage/dataset-store';
import { firstRows } from './look';
import type { Turns } from './turns';

/** What a file may unpack to, bytes; how many times its size, once it is past the first of these; and how many rows are told apart. */
const MOST_BYTES = 4e9;
const FREE_BYTES = 100e6;
const MOST_TIMES = 200;
const MOST_ROWS = 5e6;
/** Lines that are told, of all that are none. */
const TOLD = 5;

export interface ImportDoors {
  store: DatasetStore;
  turns: Turns;
  now: number;
  /** Bytes that can still be stored; undefined where nobody says. */
  room: number | undefined;
}

/** Throws `unreadable-data`, `no-usable-rows`, `data-too-large`, `disk-full`, and `Cancelled`. */
export async function importFile(file: Blob, fileName: string, choices: ImportChoices, { store, turns, now, room = Infinity }: ImportDoors): Promise<ImportReport> {
  if (file.size > MOST_BYTES) throw new Failure('data-too-large', detail('large-file', file.size, MOST_BYTES));
  const format = await formatOf(file, fileName);
  const isPacked = format.title === 'Parquet' || (await isGzip(file));
  if (!isPacked && file.size > room) throw new Failure('data-too-large', detail('larger-than-room', file.size, room));
  const { kind, mapping } = choices;
  const first = await firstRows(format, file);
  const rowsSeen = first.rows.map(({ row }) => row);
  const form = formAs(kind, rowsSeen, mapping);
  const lacks = missingColumns(Object.assign({}, ...rowsSeen) as Record<string, unknown>, mapping).find((each) => each.kind === kind)?.missing ?? [];
  if (rowsSeen.length > 0 && lacks.length > 0) throw new Failure('no-usable-rows', detail('no-column', lacks.join(', ')));

  const summing = new Summing();
  const problems: ImportReport['problems'] = { count: 0, first: [] };
  let [rows, long, heldOut, read] = [0, 0, 0, 0];
  const onBytes = (bytes: { read: number; unpacked: number }) => {
    ({ read } = bytes);
    if (bytes.unpacked > MOST_BYTES || (bytes.unpacked > FREE_BYTES && bytes.unpacked > MOST_TIMES * file.size)) throw new Failure('data-too-large', detail('unpacks-to', file.size, bytes.unpacked));
  };

  const writer = await DatasetWriter.begin(store);
  try {
    for await (const { number, row, problem } of format.read(file, onBytes)) {
      rows += 1;
      await turns.give(() => ({ done: read, total: file.size, count: writer.rows }));
      if (!row) {
        const told: Problem = { line: number, says: problem };
        if (choices.onProblem === 'stop') throw new Failure('unreadable-data', detail('line', told.line, told.says));
        problems.count += 1;
        if (problems.first.length < TOLD) problems.first.push(told);
        continue;
      }
      const { sample, reason } = readSample(row, form, mapping);
      if (!sample) {
        summing.refuse(reason);
        continue;
      }
      const isLong = lengthOf(sample) > choices.longest && choices.long !== 'keep';
      if (isLong) long += 1;
      const taken = !isLong ? sample : choices.long === 'cut' ? cut(sample, choices.longest) : undefined;
      if (!taken) continue;
      if (!summing.add(taken, choices.duplicates) && choices.duplicates === 'drop') continue;
      if (isHeldOut(taken, choices.heldOut)) heldOut += 1;
      await writer.add(taken);
      if (writer.bytes > room) throw new Failure('data-too-large', detail('room-for', room));
      if (writer.rows > MOST_ROWS) throw new Failure('data-too-large', detail('many-rows', MOST_ROWS));
    }
    const { summary } = summing;
    const report = { rows, problems, reasons: summary.reasons, duplicates: summary.duplicates, long };
    if (writer.rows === 0) throw new Failure('no-usable-rows', whyNothing(report));
    const { name, source, licence } = choices;
    const { record, isNew } = await writer.finish({ name, source, licence, created: now, kind, heldOut: { share: choices.heldOut, rows: heldOut }, summary });
    return { dataset: record, isNew, ...report };
  } catch (error) {
    await writer.abort();
    throw error;
  }
}

async function isGzip(file: Blob): Promise<boolean> {
  const [a, b] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return a === 0x1f && b === 0x8b;
}

function whyNothing({ rows, problems, reasons, long }: Pick<ImportReport, 'rows' | 'problems' | 'reasons' | 'long'>): Detail {
  const [first] = problems.first;
  const said = Object.entries(reasons).map(([reason, count]): Detail => detail('rows-left-out', count, rows, reason));
  if (first) said.push(detail('line', first.line, first.says));
  if (long > 0) said.push(detail('rows-too-long', long, rows));
  return said.length === 0 ? detail('empty-file') : detail('each', ...said);
}

const lengthIn = (text: Text, part: 'prompt' | 'completion' | 'whole'): number => plain(text, part).length;

/** Prompt and longer answer together. */
function lengthOf(sample: Sample): number {
  switch (sample.kind) {
    case 'preference': return lengthIn(sample.prompt, 'prompt') + Math.max(lengthIn(sample.chosen, 'completion'), lengthIn(sample.rejected, 'completion'));
    case 'unpaired': case 'completion': return lengthIn(sample.prompt, 'prompt') + lengthIn(sample.completion, 'completion');
    case 'prompt': return lengthIn(sample.prompt, 'prompt');
    case 'text': return lengthIn(sample.text, 'whole');
  }
}

/** As long as allowed, its answers cut at their ends; undefined where nothing of an answer, or of what tells two apart, would be left. */
function cut(sample: Sample, longest: number): Sample | undefined {
  if (sample.kind === 'prompt') return undefined; // the end of a prompt is what is answered
  if (sample.kind === 'text') return { ...sample, text: shortened(sample.text, longest) };
  const left = longest - lengthIn(sample.prompt, 'prompt');
  if (left <= 0) return undefined;
  if (sample.kind !== 'preference') return { ...sample, completion: shortened(sample.completion, left) };
  const [chosen, rejected] = [shortened(sample.chosen, left), shortened(sample.rejected, left)];
  return JSON.stringify(chosen) === JSON.stringify(rejected) ? undefined : { ...sample, chosen, rejected };
}

/** Of messages, the last becomes shorter, or is left out with those before it where they alone are too long. */
function shortened(text: Text, longest: number): Text {
  // A character of two halves is not cut in two.
  if (typeof text === 'string') return text.slice(0, longest).replace(/[\uD800-\uDBFF]$/, '');
  const over = lengthIn(text, 'completion') - longest;
  const last = text.at(-1);
  if (over <= 0 || !last) return text;
  return [...text.slice(0, -1), { ...last, content: last.content.slice(0, Math.max(1, last.content.length - over)) }];
}
