/** The runs kept on this machine as the Runs screen sees them: what is stored of each, and the histories of those chosen for comparison. */
import { SvelteMap } from 'svelte/reactivity';
import { asRunId, type RunId } from '../contract/ids';
import type { MetricColumns } from '../contract/metrics';
import type { RunRecord, StageRecord } from '../contract/run';
import { settingsOf } from '../state/link';
import type { RunStore } from '../storage/run-store';

export interface StoredRun {
  record: RunRecord;
  /** In the order of its configuration; a stage that has not begun has no record. */
  stages: { id: string; record: StageRecord | undefined }[];
  /** `part.knob=value` for everything that differs from the recipe. */
  settings: string[];
  bytes: number;
}

/** Stage id -> everything it measured. */
export type Histories = ReadonlyMap<string, MetricColumns>;

export class StoredRuns {
  /** Newest first; null until read. */
  list = $state.raw<StoredRun[] | null>(null);
  /** What the browser says about room, in bytes; null where it does not say. */
  room = $state.raw<{ used: number; quota: number } | null>(null);
  /** Chosen for comparison, in the order of choosing; null while its histories are being read. */
  readonly chosen = new SvelteMap<RunId, Histories | null>();
  readonly bytes = $derived((this.list ?? []).reduce((sum, run) => sum + run.bytes, 0));
  readonly #store: RunStore;

  constructor(store: RunStore) {
    this.#store = store;
  }

  async load(): Promise<void> {
    const records = await this.#store.runs();
    const list = await Promise.all(records.map((record) => this.#describe(record)));
    this.list = list.sort((a, b) => b.record.created - a.record.created);
    for (const id of this.chosen.keys()) if (!list.some(({ record }) => record.id === id)) this.chosen.delete(id);
    // Not in every browser, and absent outside secure contexts whatever its type says.
    const { usage, quota } = (await (navigator.storage as StorageManager | undefined)?.estimate?.()) ?? {};
    this.room = usage === undefined || quota === undefined ? null : { used: usage, quota };
  }

  async rename(run: StoredRun, name: string): Promise<void> {
    const record = await this.#store.run(run.record.id);
    if (record) await this.#store.putRun({ ...record, name }); // it may have been deleted in another tab
    await this.load();
  }

  async remove(run: StoredRun): Promise<void> {
    await this.#store.deleteRun(run.record.id);
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
      if (record) histories.set(id, (await this.#store.history(runId, id)).metrics);
    }
    // It may have been unticked meanwhile.
    if (this.chosen.has(runId)) this.chosen.set(runId, histories);
  }

  /** Place among the chosen, which decides hue and dash; -1 if not chosen. */
  placeOf(id: string): number {
    return [...this.chosen.keys()].indexOf(asRunId(id));
  }

  async #describe(record: RunRecord): Promise<StoredRun> {
    const [stages, bytes] = await Promise.all([this.#store.stages(record.id), this.#store.bytes(record.id)]);
    return {
      record,
      stages: record.config.stages.map(({ id }) => ({ id, record: stages.find((stage) => stage.stage === id) })),
      settings: settingsOf(record.config),
      bytes,
    };
  }
}

export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'] as const;
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${value.toFixed(power === 0 || value >= 100 ? 0 : 1)} ${units[power] ?? 'B'}`;
}
