/**
 * Run files, `.nudge`: a whole run as one zip that a person can open. `manifest.json` says what it is and holds a SHA-256 of every other entry;
 * `tokenizer.json` the vocabulary; `dataset.jsonl` and `dataset.json` the visitor's own rows where the run learns from such (since 1.2); each stage has `<stage>/stage.json`, `metrics.jsonl` (a row per step), `samples.jsonl`, `events.jsonl`,
 * `preferences.jsonl` where a person was asked (since 1.1), and `checkpoints/<step>/weights.safetensors` with `state.json`. The same run gives the same bytes. Reading trusts nothing.
 */
import { ALGORITHMS } from '../contract/algorithms';
import { parseRunConfig, modelOf, stageOf, type RunConfig } from '../contract/config';
import { detail } from '../contract/details';
import { Failure } from '../contract/failures';
import type { RunId } from '../contract/ids';
import type { PreferenceRecord } from '../contract/preferences';
import type { CheckpointRecord, RunEvent, RunRecord, SampleSet, StageRecord } from '../contract/run';
import { checkHashes, entriesIn, hashesOf, openArchive, pack, type Archive, type Entries } from './archive';
import { checkFit, contextIn } from './checkpoint-fit';
import { joined } from './joined';
import { bytesOf, jsonBytes, linesBytes, readJson, readLines, readMetrics, rowsOf } from './json-entries';
import { MOST_MANIFEST } from './limits';
import { dataIn, putEntries, type RunData } from './run-file-data';
import { Event, Format, Hashes, Manifest, Preference, Samples, Stage, State, Tokenizer, Version } from './run-file-schema';
import { inStageOrder, newestFirst, type RunBundle, type StageHistory } from './run-store';

const FORMAT = 'nudge';
/** Major: older pages cannot read it. Minor: they can, and leave out what they do not know (1.1: a reward model's report, what a method makes of each token, and what people said of pairs; 1.2: the visitor's rows, and samples of tasks without a true reward). */
export const RUN_FILE_VERSION = { major: 1, minor: 2 } as const;

/** Entry n turns a file of major version n into one of n + 1. */
const MIGRATIONS: Readonly<Record<number, (entries: Entries) => Entries>> = {};

const MANIFEST = 'manifest.json';
const TOKENIZER = 'tokenizer.json';
const checkpointFolder = (stage: string, step: number) => `${stage}/checkpoints/${step}`;

type StageBundle = RunBundle['stages'][number];

export interface FileAbout {
  /** Of the page that writes. */
  appVersion: string;
  /** Printable text of each token of the run's task. */
  vocabulary: readonly string[];
  /** The visitor's rows that the run learns from. */
  data?: RunData;
}

/** In one piece, which takes as much memory again as the run. */
export async function writeRunFile(bundle: RunBundle, about: FileAbout): Promise<Uint8Array<ArrayBuffer>> {
  return joined(await runFilePieces(bundle, about));
}

/** The file in pieces, in order. Weights are not copied: their pieces are the bundle's own. */
export async function runFilePieces(bundle: RunBundle, { appVersion, vocabulary, data }: FileAbout): Promise<Uint8Array<ArrayBuffer>[]> {
  const { record, stages } = inOrder(bundle);
  const entries: Entries = new Map([[TOKENIZER, jsonBytes({ vocabulary })]]);
  if (data) putEntries(entries, data);
  for (const { stage: { run: _, ...stage }, history, checkpoints } of stages) {
    entries.set(`${stage.stage}/stage.json`, jsonBytes(stage));
    entries.set(`${stage.stage}/metrics.jsonl`, linesBytes(rowsOf(history.metrics)));
    entries.set(`${stage.stage}/samples.jsonl`, linesBytes(history.samples));
    entries.set(`${stage.stage}/events.jsonl`, linesBytes(history.events));
    if (history.preferences) entries.set(`${stage.stage}/preferences.jsonl`, linesBytes(history.preferences));
    for (const { step, created, state, tensors } of checkpoints) {
      const folder = checkpointFolder(stage.stage, step);
      entries.set(`${folder}/state.json`, jsonBytes({ created, ...state }));
      entries.set(`${folder}/weights.safetensors`, tensors);
    }
  }
  const { id, name, config, created, parents, tags = [], keep } = record;
  const manifest = {
    format: FORMAT,
    version: RUN_FILE_VERSION,
    appVersion,
    run: { id, name, appVersion: record.appVersion, ...(tags.length > 0 && { tags }), ...(keep && { keep }) }, // a run without either gives the bytes it always gave
    created,
    parents,
    seed: config.seed,
    task: config.task.id,
    config,
    stages: stages.map(({ stage, checkpoints }) => ({ id: stage.stage, engine: stage.engine, checkpoints: checkpoints.map(({ step }) => step) })),
    hashes: await hashesOf(entries, MANIFEST),
  };
  return pack(new Map([[MANIFEST, jsonBytes(manifest)], ...entries]));
}

/** A store may give the same run in another order; the file has one. */
function inOrder({ record, stages }: RunBundle): RunBundle {
  const ordered = inStageOrder(stages.map((entry) => ({ stage: entry.stage.stage, entry })), record);
  return { record, stages: ordered.map(({ entry }) => ({ ...entry, checkpoints: entry.checkpoints.toSorted(newestFirst) })) };
}

/**
 * Everything is checked before anything is returned. Of a `Blob` only its entries come into memory, one after the other. Throws `not-a-run-file`, `truncated-run-file`, `newer-run-file`, `wrong-hash`,
 * `unreadable-run-file`, `checkpoint-mismatch`.
 */
export async function readRunFile(file: Blob | Uint8Array): Promise<RunBundle & { data?: RunData }> {
  const { archive, major, hashes } = await openRunFile(file);
  const packed = await entriesIn(archive);
  await checkHashes(packed, hashes, MANIFEST);
  const entries = migrated(packed, major);
  const { record, stages } = manifestIn(entries);
  const read = stages.map(({ id, checkpoints }) => readStage(entries, record, id, checkpoints));
  checkModels(read, record.config, readJson(entries, TOKENIZER, Tokenizer).vocabulary.length);
  const data = await dataIn(entries, record.config);
  return { record, stages: read, ...(data && { data }) };
}

/** Entries of a run file that satisfy, with the manifest, each checked against its own checksum; everything else is left where it is. Throws what reading throws, but for what is wrong with the rest. */
export async function readSome(file: Blob | Uint8Array, isWanted: (name: string) => boolean): Promise<{ entries: Entries; names: string[] } & ReturnType<typeof manifestIn>> {
  const { archive, major, hashes } = await openRunFile(file);
  const isRead = (name: string) => name === MANIFEST || isWanted(name);
  const packed = await entriesIn(archive, isRead);
  await checkHashes(packed, Object.fromEntries(Object.entries(hashes).filter(([name]) => isRead(name))), MANIFEST);
  const entries = migrated(packed, major);
  return { entries, names: [...archive.directory.keys()], ...manifestIn(entries) };
}

async function openRunFile(file: Blob | Uint8Array): Promise<{ archive: Archive; major: number; hashes: Readonly<Record<string, string>> }> {
  const archive = await openArchive(file instanceof Blob ? file : new Blob([file as Uint8Array<ArrayBuffer>])); // nothing of ours lies in shared memory
  const place = archive.directory.get(MANIFEST);
  if (place && place.size > MOST_MANIFEST) throw new Failure('unreadable-run-file', detail('larger-than', MANIFEST, MOST_MANIFEST / 2 ** 20));
  const manifest = await entriesIn(archive, (name) => name === MANIFEST);
  const major = majorOf(manifest);
  return { archive, major, hashes: readJson(manifest, MANIFEST, Hashes).hashes };
}

/** What a run is, and which stages of it a file holds. */
function manifestIn(entries: Entries) {
  const { run, created, parents, config: given, seed, task, stages } = readJson(entries, MANIFEST, Manifest);
  const config = configOf(given);
  if (seed !== config.seed || task !== config.task.id) throw new Failure('unreadable-run-file', detail('contradiction'));
  const record: RunRecord = { ...run, config, created, parents };
  return { record, stages };
}

/** Everything but the tensors themselves, which `checkModels` looks at. */
function readStage(entries: Entries, { id: run, config }: RunRecord, id: string, steps: readonly number[]): StageBundle {
  if (!config.stages.some((stage) => stage.id === id)) throw new Failure('unreadable-run-file', detail('no-such-stage', id));
  const stage: StageRecord = { run, ...readJson(entries, `${id}/stage.json`, Stage) };
  if (stage.stage !== id) throw new Failure('unreadable-run-file', detail('other-stage', `${id}/stage.json`, stage.stage));
  const samples: SampleSet[] = readLines(entries, `${id}/samples.jsonl`, Samples);
  const events: RunEvent[] = readLines(entries, `${id}/events.jsonl`, Event);
  const said = `${id}/preferences.jsonl`;
  const preferences: PreferenceRecord[] | undefined = entries.has(said) ? readLines(entries, said, Preference) : undefined;
  const history: StageHistory = { metrics: readMetrics(entries, `${id}/metrics.jsonl`), samples, events, ...(preferences && { preferences }) };
  return { stage, history, checkpoints: steps.map((step) => readCheckpoint(entries, run, id, step)).sort(newestFirst) };
}

function readCheckpoint(entries: Entries, run: RunId, stage: string, step: number): CheckpointRecord {
  const folder = checkpointFolder(stage, step);
  const { created, ...state } = readJson(entries, `${folder}/state.json`, State);
  return { run, stage, step, created, state, tensors: bytesOf(entries, `${folder}/weights.safetensors`) };
}

/** Models have the shape of their stage, a critic that of the reward model it began as; the longest sequence is told only by the models themselves. Throws `checkpoint-mismatch`. */
function checkModels(stages: readonly StageBundle[], config: RunConfig, vocabulary: number): void {
  let context: number | undefined;
  for (const { stage, step, tensors } of stages.flatMap(({ checkpoints }) => checkpoints)) {
    const { start, train } = stageOf(config, stage);
    const { makes } = ALGORITHMS[train.algorithm];
    context ??= contextIn(tensors, makes);
    const shapeOf = (model: string) => ({ ...modelOf(config, model === 'critic' ? (start['reward'] ?? stage) : stage), vocabulary, context: context ?? 0 });
    checkFit(tensors, shapeOf, makes, `${stage}, step ${step}`);
  }
}

/** A zip without a manifest of this format is something else. A newer major version may differ in anything but format and version. */
function majorOf(entries: Entries): number {
  if (!entries.has(MANIFEST)) throw new Failure('not-a-run-file', detail('none-inside', MANIFEST));
  if (readJson(entries, MANIFEST, Format).format !== FORMAT) throw new Failure('not-a-run-file', detail('other-kind', MANIFEST));
  const { version } = readJson(entries, MANIFEST, Version);
  if (version.major > RUN_FILE_VERSION.major) throw new Failure('newer-run-file', detail('format-version', `${version.major}.${version.minor}`, RUN_FILE_VERSION.major));
  return version.major;
}

function migrated(entries: Entries, from: number): Entries {
  let current = entries;
  for (let major = from; major < RUN_FILE_VERSION.major; major++) {
    const migrate = MIGRATIONS[major];
    if (!migrate) throw new Error(`migrated: want a migration from run file ${major}, got none`);
    current = migrate(current);
  }
  return current;
}

function configOf(given: unknown): RunConfig {
  try {
    return parseRunConfig(given);
  } catch (error) {
    if (error instanceof Failure) throw new Failure('unreadable-run-file', error.detail);
    throw error;
  }
}
