/** The runs kept on this machine as the Runs screen sees them: what is stored of each, what those in sight came to, and the histories of those chosen for comparison. */
import { SvelteMap } from 'svelte/reactivity';
import { asRunId, type RunId } from '../contract/ids';
import { emptyColumns, type MetricColumns } from '../contract/metrics';
import type { CheckpointRef, RunRecord, StageRecord } from '../contract/run';
import { settingsOf } from '../state/link';
import { outcomeOf, type Outcome } from '../state/outcome';
import { momentBytes } from '../storage/moments';
import { outdated } from '../storage/retention';
import { isFinished, type CheckpointSummary, type RunBundle, type RunStore, type RunSummary } from '../storage/run-store';

export interface StoredRun {
  record: RunRecord;
  /** In the order of its configuration; a stage that has not begun has no record. */
  stages: { id: string; record: StageRecord | undefined }[];
  /** Newest first. */
  checkpoints: readonly CheckpointSummary[];
  /** `part.knob=value` for everything that differs from the recipe. */
  settings: string[];
  bytes: number;
  isFinished: boolean;
  /** Everything the filter looks in, in small letters. */
  words: string;
}

/** Stage id -> everything it measured. */
export type Histories = ReadonlyMap<string, MetricColumns>;

/** A run that another one began with, and where; no run where it is not stored here any more. */
export interface Parent {
  ref: CheckpointRef;
  run: StoredRun | undefined;
}

/** Histories read at a time where all are wanted. */
const AT_ONCE = 8;

export class StoredRuns {
  /** Newest first; null until read. */
  list = $state.raw<StoredRun[] | null>(null);
  /** What the browser says about room, in bytes; null where it does not say. */
  room = $state.raw<{ used: number; quota: number } | null>(null);
  /** Chosen for comparison, in the order of choosing; null while its histories are being read. */
  readonly chosen = new SvelteMap<RunId, Histories | null>();
  /** Read when a run comes into sight. */
  readonly outcomes = new SvelteMap<RunId, Outcome>();
  readonly bytes = $derived((this.list ?? []).reduce((sum, run) => sum + run.bytes, 0));
  readonly #byId = $derived(new Map((this.list ?? []).map((run) => [run.record.id, run])));
  /** Runs that began with a checkpoint of another. */
  readonly #branches = $derived.by(() => {
    const found = new Map<RunId, StoredRun[]>();
    for (const run of this.list ?? []) for (const id of new Set(run.record.parents.map((ref) => ref.run))) found.set(id, [...(found.get(id) ?? []), run]);
    return found;
  });
  readonly #store: RunStore;
  #line: Promise<void> = Promise.resolve();
  /** Run -> what its outcome was read of. */
  readonly #read = new Map<RunId, string>();

  constructor(store: RunStore) {
    this.#store = store;
  }

  async load(): Promise<void> {
    const list = (await this.#store.overview()).map(described).sort((a, b) => b.record.created - a.record.created);
    for (const id of this.chosen.keys()) if (!list.some(({ record }) => record.id === id)) this.chosen.delete(id);
    const stamps = new Map(list.map((run) => [run.record.id, stampOf(run)]));
    for (const [id, stamp] of this.#read) {
      if (stamps.get(id) === stamp) continue; // nothing new
      this.#read.delete(id);
      this.outcomes.delete(id);
    }
    this.list = list;
    await this.#measureRoom();
  }

  /** What the run came to. Read once, as long as nothing is added to it. */
  async readOutcome(run: StoredRun): Promise<void> {
    const { id } = run.record;
    const stamp = stampOf(run);
    if (this.#read.get(id) === stamp) return;
    this.#read.set(id, stamp);
    const stage = lastTrained(run);
    try {
      const outcome = outcomeOf(stage ?? '', stage === undefined ? emptyColumns() : await this.#store.metrics(id, stage));
      if (this.#read.get(id) === stamp) this.outcomes.set(id, outcome);
    } catch (error) {
      this.#read.delete(id);
      throw error;
    }
  }

  /** Of all, to sort by it. */
  async readOutcomes(): Promise<void> {
    const waiting = [...(this.list ?? [])];
    const work = async () => {
      for (let run = waiting.shift(); run; run = waiting.shift()) await this.readOutcome(run);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  parentsOf({ record }: StoredRun): Parent[] {
    return record.parents.map((ref) => ({ ref, run: this.#byId.get(ref.run) }));
  }

  branchesOf({ record }: StoredRun): readonly StoredRun[] {
    return this.#branches.get(record.id) ?? [];
  }

  rename(run: StoredRun, name: string): Promise<void> {
    return this.#change(run, (record) => ({ ...record, name }));
  }

  tag(run: StoredRun, change: (tags: readonly string[]) => string[]): Promise<void> {
    return this.#change(run, ({ tags: before = [], ...record }) => {
      const tags = change(before);
      return { ...record, ...(tags.length > 0 && { tags }) };
    });
  }

  /** @returns everything of it, to bring it back with `restore`; null where it is damaged, undefined where it was gone already */
  async remove({ record: { id } }: StoredRun): Promise<RunBundle | null | undefined> {
    const bundle = await this.#store.bundle(id).catch(() => null); // what cannot be read is deleted all the same
    await this.#store.deleteRun(id);
    this.list = (this.list ?? []).filter(({ record }) => record.id !== id);
    this.chosen.delete(id);
    await this.#measureRoom();
    return bundle;
  }

  async restore(bundle: RunBundle): Promise<void> {
    await this.#store.putBundle(bundle);
    await this.load();
  }

  async choose(run: StoredRun, isChosen: boolean): Promise<void> {
    const { id: runId } = run.record;
    if (!isChosen) {
      this.chosen.delete(runId);
      return;
    }
    this.chosen.set(runId, null);
    const histories = new Map<string, MetricColumns>();
    for (const { id, record } of run.stages) {
      if (record) histories.set(id, await this.#store.metrics(runId, id));
    }
    // It may have been unticked meanwhile.
    if (this.chosen.has(runId)) this.chosen.set(runId, histories);
  }

  /** Place among the chosen, which decides hue and dash; -1 if not chosen. */
  placeOf(id: string): number {
    return [...this.chosen.keys()].indexOf(asRunId(id));
  }

  /** What `RunStore.slim` would free of a run. Reads the weights that would stay, whose header alone says what of them are moments. */
  async spareBytes({ record, isFinished: isDone, stages, checkpoints }: StoredRun): Promise<number> {
    if (!isDone) return 0;
    let bytes = 0;
    for (const { id, record: stage } of stages) {
      const own = checkpoints.filter((checkpoint) => checkpoint.stage === id);
      const old = outdated(own, 1, record.keep, stage?.total ?? 0);
      for (const checkpoint of own) {
        if (old.includes(checkpoint)) bytes += checkpoint.bytes;
        else {
          const whole = await this.#store.checkpoint(checkpoint).catch(() => undefined); // a damaged one is no reason to leave the others
          if (whole) bytes += momentBytes(whole.tensors); // else it went in another tab meanwhile
        }
      }
    }
    return bytes;
  }

  slim({ record }: StoredRun): Promise<number> {
    return this.#store.slim(record.id);
  }

  /** Writes a changed record, one after the other; one that was deleted in another tab goes from the list. */
  #change(run: StoredRun, change: (record: RunRecord) => RunRecord): Promise<void> {
    const done = this.#line.then(() => this.#write(run, change));
    this.#line = done.catch(() => {}); // told to whoever asked for it
    return done;
  }

  async #write({ record: { id } }: StoredRun, change: (record: RunRecord) => RunRecord): Promise<void> {
    const record = await this.#store.run(id);
    if (!record) return this.load();
    const changed = change(record);
    await this.#store.putRun(changed);
    this.list = (this.list ?? []).map((run) => (run.record.id === id ? { ...run, record: changed, words: wordsOf(changed, run.settings) } : run));
  }

  async #measureRoom(): Promise<void> {
    // Not in every browser, and absent outside secure contexts whatever its type says.
    const { usage, quota } = (await (navigator.storage as StorageManager | undefined)?.estimate?.()) ?? {};
    this.room = usage === undefined || quota === undefined ? null : { used: usage, quota };
  }
}

function described({ record, stages, checkpoints, bytes }: RunSummary): StoredRun {
  const settings = settingsOf(record.config);
  return {
    record,
    stages: record.config.stages.map(({ id }) => ({ id, record: stages.find((stage) => stage.stage === id) })),
    checkpoints,
    settings,
    bytes,
    isFinished: isFinished(record, stages),
    words: wordsOf(record, settings),
  };
}

const wordsOf = (record: RunRecord, settings: readonly string[]): string =>
  [record.name, record.config.recipe, `seed ${record.config.seed}`, ...settings, ...(record.tags ?? [])].join(' ').toLowerCase();

const lastTrained = ({ stages }: StoredRun): string | undefined => stages.findLast(({ record }) => record && !record.borrowed && record.step > 0)?.id;

/** Another one as soon as something was added to the run. */
const stampOf = ({ stages }: StoredRun): string => stages.map(({ record }) => `${record?.step} ${record?.updated}`).join();

export { bytesText } from './bytes-text';
