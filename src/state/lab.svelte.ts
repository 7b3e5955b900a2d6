/** The Lab's truth: either a draft that may still be changed, or a stored run that is open. */
import { withSettings, type RunConfig } from '../contract/config';
import type { EngineChoice } from '../contract/engine';
import { Failure, sentenceOf, toRecord } from '../contract/failures';
import { newRunId, type RunId } from '../contract/ids';
import type { CheckpointRef, RunRecord } from '../contract/run';
import { configOf, recipeOf } from '../recipes';
import { checkpointOffers, putBorrowed, skippedStages, type Borrowed, type CheckpointOffer } from './borrow';
import { configFrom, engineOf, linkTo, nameOf, settingsOf } from './link';
import { Pipeline, type PipelineDoors } from './pipeline.svelte';

export interface LabDoors extends PipelineDoors {
  appVersion: string;
  /** Reads and stores a run file; throws what importing throws. */
  importRun(bytes: Uint8Array): Promise<RunRecord>;
  /** Hands a run to the visitor as a file. */
  exportRun(id: RunId): Promise<void>;
  notice(notice: { text: string; kind: 'error' | 'info' }): void;
}

export class Lab {
  draft = $state.raw<RunConfig>(configFrom(new URLSearchParams()));
  engineChoice = $state<EngineChoice>('auto');
  borrowed = $state.raw<Borrowed>({});
  offers = $state.raw<Record<string, CheckpointOffer[]>>({});
  pipeline = $state.raw<Pipeline | null>(null);
  /** A run is being opened, made or imported. */
  isBusy = $state(false);
  readonly config = $derived(this.pipeline?.record.config ?? this.draft);
  readonly isOpen = $derived(this.pipeline !== null);
  readonly skipped = $derived(skippedStages(this.draft, this.borrowed));
  readonly link = $derived(linkTo({ config: this.config, run: this.pipeline?.record.id ?? null }, this.engineChoice));

  constructor(private readonly doors: LabDoors) {}

  /** Shows what an address says. A run that is not stored here leaves a fresh draft and a sentence. */
  async follow(params: URLSearchParams): Promise<void> {
    this.engineChoice = engineOf(params);
    const id = params.get('run');
    await this.attempt(async () => {
      const record = id === null ? undefined : await this.doors.store.run(id as RunId); // any text may stand in an address; the store knows which are ids
      if (record) return this.#show(record);
      await this.#close();
      this.draft = configFrom(params);
      if (id !== null) throw new Failure('missing-checkpoint', 'the run in this address is not stored in this browser');
    });
    await this.refreshOffers();
  }

  setRecipe(id: string): void {
    void this.attempt(async () => {
      this.draft = configOf(recipeOf(id), this.draft.seed);
      this.borrowed = {};
      await this.refreshOffers();
    });
  }

  setSeed(seed: number): void {
    void this.attempt(async () => {
      this.draft = configOf(recipeOf(this.draft.recipe), seed, settingsOf(this.draft));
    });
  }

  setKnob(part: string, name: string, value: number | string): void {
    void this.attempt(async () => {
      this.draft = withSettings(this.draft, [`${part}.${name}=${value}`]);
      if (part === 'model' || part === 'task') await this.refreshOffers();
    });
  }

  borrow(stage: string, ref: CheckpointRef | null): void {
    const { [stage]: _, ...others } = this.borrowed;
    this.borrowed = ref ? { ...others, [stage]: ref } : others;
  }

  async train(): Promise<void> {
    await this.#begun((pipeline) => pipeline.train());
  }

  async step(): Promise<void> {
    await this.#begun((pipeline) => pipeline.step());
  }

  async pause(): Promise<void> {
    await this.pipeline?.pause();
  }

  async save(): Promise<void> {
    await this.pipeline?.save();
  }

  /** Closes the run, which stays among the runs, and goes back to a draft of the same configuration. */
  async reset(): Promise<void> {
    const config = this.pipeline?.record.config;
    await this.#close();
    if (config) this.draft = config;
    await this.refreshOffers();
  }

  async exportOpen(): Promise<void> {
    const { pipeline } = this;
    if (!pipeline) return;
    await this.attempt(async () => {
      await pipeline.save();
      await this.doors.exportRun(pipeline.record.id);
    });
  }

  async importFile(file: File): Promise<void> {
    await this.attempt(async () => {
      const record = await this.doors.importRun(new Uint8Array(await file.arrayBuffer()));
      await this.#show(record);
      this.doors.notice({ text: `Imported ${record.name}. Press Train to go on with it.`, kind: 'info' });
    });
  }

  async open(id: RunId): Promise<void> {
    await this.attempt(async () => {
      const record = await this.doors.store.run(id);
      if (record) await this.#show(record);
    });
  }

  async refreshOffers(): Promise<void> {
    await this.attempt(async () => {
      this.offers = await checkpointOffers(this.doors.store, this.draft);
      const offered = new Set(Object.values(this.offers).flatMap((offers) => offers.map(({ ref }) => `${ref.run} ${ref.stage} ${ref.step}`)));
      this.borrowed = Object.fromEntries(Object.entries(this.borrowed).filter(([, { run, stage, step }]) => offered.has(`${run} ${stage} ${step}`)));
    });
  }

  async #begun(work: (pipeline: Pipeline) => Promise<void>): Promise<void> {
    if (this.isBusy) return;
    if (!this.pipeline) await this.attempt(() => this.#begin());
    if (this.pipeline) await work(this.pipeline);
  }

  async #begin(): Promise<void> {
    const config = $state.snapshot(this.draft) as RunConfig; // a copy of plain data has the type of the original
    const parents = Object.values(this.borrowed);
    const record: RunRecord = { id: newRunId(), name: nameOf(config), config, created: Date.now(), appVersion: this.doors.appVersion, parents };
    const { store } = this.doors;
    await store.putRun(record);
    await putBorrowed(store, record, this.borrowed);
    this.borrowed = {};
    await this.#show(record);
  }

  async #show(record: RunRecord): Promise<void> {
    if (this.pipeline?.record.id === record.id) return;
    const pipeline = await Pipeline.open(record, this.engineChoice, this.doors);
    await this.#close();
    this.pipeline = pipeline;
  }

  async #close(): Promise<void> {
    const { pipeline } = this;
    this.pipeline = null;
    await pipeline?.close();
  }

  /** Runs something that may fail for a reason the visitor must know. */
  async attempt(work: () => Promise<void>): Promise<void> {
    this.isBusy = true;
    try {
      await work();
    } catch (error) {
      this.doors.notice({ text: sentenceOf(toRecord(error)), kind: 'error' });
    } finally {
      this.isBusy = false;
    }
  }
}
