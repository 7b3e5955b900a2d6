/**
 * The visitor's rows in a run file (since 1.2): `dataset.jsonl`, whose SHA-256 is the data set's id, and `dataset.json`, what it is called and where it came from.
 * A run that learns from them can then go on in another browser. What is read is checked row by row, and put into the store of data sets as an import would.
 */
import * as v from 'valibot';
import type { RunConfig } from '../contract/config';
import { detail, type Detail } from '../contract/details';
import { Failure } from '../contract/failures';
import { asDatasetId } from '../contract/ids';
import { KINDS, type Kind, type Sample } from '../contract/sample';
import { writeJsonLine } from '../formats/jsonl';
import { isHeldOut, Summing } from '../formats/summary';
import { hashOf, type Entries } from './archive';
import { DatasetWriter, sampleOf, textOf } from './dataset-rows';
import type { DatasetStore, Finished } from './dataset-store';
import { bytesOf, jsonBytes, Quantity, readJson } from './json-entries';
import { MOST_DATA } from './limits';

const ABOUT = 'dataset.json';
const ROWS = 'dataset.jsonl';

const About = v.object({ name: v.string(), source: v.string(), licence: v.string(), created: Quantity, kind: v.picklist(KINDS), heldOut: v.pipe(Quantity, v.minValue(0), v.maxValue(1)) });

export interface RunData {
  about: v.InferOutput<typeof About>;
  /** Rows as lines of JSON, each with its end. */
  bytes: Uint8Array<ArrayBuffer>;
}

/** Id of the visitor's data set that a run learns from. */
const datasetOf = ({ task }: RunConfig): string | undefined => (task.id === 'yours' && task.dataset !== '' ? task.dataset : undefined);

/** The rows a run learns from, or why the file goes without them; neither where it needs none. */
export async function dataOf(config: RunConfig, datasets: DatasetStore): Promise<{ data?: RunData; says?: Detail }> {
  const id = datasetOf(config);
  if (id === undefined) return {};
  const record = await datasets.dataset(asDatasetId(id));
  if (!record) return { says: detail('data-not-here') };
  const { name, source, licence, created, kind, heldOut, bytes } = record;
  if (bytes > MOST_DATA) return { says: detail('data-stay-behind', name, Math.round(bytes / 1e6)) };
  const text = await textOf(datasets, record.id);
  return text === undefined ? {} : { data: { about: { name, source, licence, created, kind, heldOut: heldOut.share }, bytes: new TextEncoder().encode(text) } };
}

export function putEntries(entries: Entries, { about, bytes }: RunData): void {
  entries.set(ABOUT, jsonBytes(about));
  entries.set(ROWS, bytes);
}

/** Throws `unreadable-run-file` where the rows are not those that the run learns from, or one of them is none. */
export async function dataIn(entries: Entries, config: RunConfig): Promise<RunData | undefined> {
  const id = datasetOf(config);
  if (id === undefined || !entries.has(ROWS)) return undefined;
  const data: RunData = { about: readJson(entries, ABOUT, About), bytes: bytesOf(entries, ROWS) };
  if (data.bytes.length > MOST_DATA) throw new Failure('unreadable-run-file', detail('large-data', ROWS, MOST_DATA / 1e6));
  if ((await hashOf(data.bytes)) !== id) throw new Failure('unreadable-run-file', detail('other-rows', ROWS));
  samplesIn(data);
  return data;
}

function samplesIn({ about: { kind }, bytes }: RunData): Sample[] {
  const lines = new TextDecoder().decode(bytes).split('\n');
  if (lines.pop() !== '') throw new Failure('unreadable-run-file', detail('cut-short', ROWS));
  return lines.map((line, i) => rowOf(line, kind, i + 1));
}

/** A row must be written as it is read, or its data set would be another. */
function rowOf(line: string, kind: Kind, number: number): Sample {
  let sample: Sample | undefined;
  try {
    sample = sampleOf(line, kind);
  } catch {
    // No JSON, or no row of that kind: said below.
  }
  if (!sample || writeJsonLine(sample) !== line) throw new Failure('unreadable-run-file', detail('no-row', number, ROWS));
  return sample;
}

/** Puts checked rows among the data sets. Throws `disk-full`; nothing of them stays then. */
export async function putData(datasets: DatasetStore, data: RunData): Promise<Finished> {
  const { heldOut: share, ...about } = data.about;
  const summing = new Summing();
  let held = 0;
  const writer = await DatasetWriter.begin(datasets);
  try {
    for (const sample of samplesIn(data)) {
      summing.add(sample, 'keep');
      held += Number(isHeldOut(sample, share));
      await writer.add(sample);
    }
    return await writer.finish({ ...about, heldOut: { share, rows: held }, summary: summing.summary });
  } catch (error) {
    await writer.abort();
    throw error;
  }
}
