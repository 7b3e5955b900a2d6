/** The Lab's truth: either a draft that may still be changed, or a stored run that is open. */
import { parseRunConfig, stageOf, withSettings, type RunConfig } from '../contract/config';
import type { EngineChoice, Measured } from '../contract/engine';
import { detail } from '../contract/details';
import { Failure } from '../contract/failures';
import { asRunId, newRunId, type RunId } from '../contract/ids';
import type { CheckpointRef, Retention, RunRecord } from '../contract/run';
import { configOf, recipeOf } from '../recipes';
import { errorText } from '../words/spoken';
import { words } from '../words/words.svelte';
import { adviceFor, sizeText, timeText } from './advice';
import { branchFrom, checkpointOffers, fittedTo, isFitted, putBorrowed, skippedStages, type Borrowed, type CheckpointOffer } from './borrow';
import { shortName } from './short-name';
import { isSameHandout, unknownControls, type Handout } from './handout';
import { branchIn, configFrom, defaultRecipe, describesDraft, engineOf, handoutOf, isNewer, isUnveiling, linkTo, nameOf, settingsOf } from './link';
import { Pipeline, type PipelineDoors } from './pipeline.svelte';

export interface LabDoors extends PipelineDoors {
  appVersion: string;
  /** Reads and stores a run file, or a model in a zip; throws what importing throws. */
  importRun(file: File): Promise<RunRecord>;
  /** Which checkpoints of a new run stay beside the newest; null where none do. */
  keepOf?(): Retention | null;
  /** Told after each Save that was made. */
  saved?(): void;
  /** Hands a run to the visitor as a file. */
  exportRun(id: RunId): Promise<void>;
  /** What the visitor calls a data set; undefined where it is not here. */
  calledOf?(dataset: string): Promise<string | undefined>;
  /** Nothing was trained here yet, and the Lab is shown for itself. */
  isFirst?(): boolean;
  /** How fast this machine's engines are, asked by who waits; null where that takes too long. */
  measure?(): Promise<Measured | null>;
}

const isSame = (a: CheckpointRef, b: CheckpointRef): boolean => a.run === b.run && a.stage === b.stage && a.step === b.step;

export class Lab {
  draft = $state.raw<RunConfig>(configFrom(new URLSearchParams()));
  engineChoice = $state<EngineChoice>('auto');
  /** What a teacher's link says beside the draft; stays while other runs are opened or imported. */
  handout = $state.raw<Handout | null>(null);
  /** The visitor has asked to see the controls that are hidden, and to change those that are locked. */
  isUnveiled = $state(false);
  borrowed = $state.raw<Borrowed>({});
  offers = $state.raw<Record<string, CheckpointOffer[]>>({});
  pipeline = $state.raw<Pipeline | null>(null);
  /** No run was opened or begun since the page was. */
  isUntouched = $state(true);
  /** How fast this machine's engines are, once that was measured. */
  measured = $state.raw<Measured>({});
  /** The page's own recipe, before anything was trained here: it is to be over within a minute. */
  readonly #isFirst = $derived.by(() => this.isUntouched && !this.handout && this.config.recipe === defaultRecipe() && (this.doors.isFirst?.() ?? false));
  readonly advice = $derived.by(() => adviceFor(this.config, this.measured, this.#isFirst));
  /** A draft made smaller for this machine, and what it was. Addresses name what it was: another machine, or this one tomorrow, may not need it. */
  #fitted = $state.raw<{ draft: RunConfig; from: RunConfig } | null>(null);
  #isSizeChosen = false; // by the visitor, who is not asked twice
  readonly isMadeSmaller = $derived.by(() => !this.pipeline && this.draft === this.#fitted?.draft);
  /** A new run waits for this machine to be measured. */
  isMeasuring = $state(false);
  readonly engine = $derived.by(() => this.#resolved(this.engineChoice));
  /** Runs being opened, made or imported. */
  #underWay = $state(0);
  readonly isBusy = $derived.by(() => this.#underWay > 0);
  readonly config = $derived(this.pipeline?.record.config ?? this.draft);
  readonly #addressed = $derived(this.isMadeSmaller ? this.#fitted!.from : this.config); // it was fitted
  readonly skipped = $derived(skippedStages(this.draft, this.borrowed));
  readonly link = $derived(linkTo({ config: this.#addressed, run: this.pipeline?.record.id ?? null }, this.engineChoice, this.handout));
  /** The same for somebody else: a run stored here is none there. */
  readonly shared = $derived(linkTo({ config: this.#addressed, run: null }, this.engineChoice, this.handout));
  /** The same without what was handed out. */
  readonly bare = $derived(linkTo({ config: this.#addressed, run: this.pipeline?.record.id ?? null }, this.engineChoice));
  #line: Promise<void> = Promise.resolve();

  constructor(private readonly doors: LabDoors) {}

  /** Shows what an address says; one that says nothing changes nothing. A run that is not stored here leaves a fresh draft and a sentence. */
  follow(params: URLSearchParams): Promise<void> {
    return this.#inLine(async () => {
      const id = params.get('run');
      const handed = handoutOf(params);
      if (params.has('backend')) await this.#useEngine(engineOf(params));
      const from = params.get('from');
      if (from !== null) return this.#branch(branchIn(from));
      const isDraft = describesDraft(params);
      const unveils = isUnveiling(params);
      if (id === null && !isDraft) {
        if (handed) this.#hand(handed, unveils);
        return this.#readOffers();
      }
      const record = id === null ? undefined : await this.doors.store.run(asRunId(id));
      if (record) {
        await this.#show(record);
        if (isDraft || handed) this.#hand(handed, unveils);
        return;
      }
      if (isDraft) {
        const draft = configFrom(params);
        if (isNewer(params)) this.doors.notice({ text: words().lab.says.newerLink, kind: 'info' });
        await this.#close();
        this.draft = draft;
        this.borrowed = {};
        this.#hand(handed, unveils);
        if (this.#isFirst && !this.#isSizeChosen) this.#suitMachine();
        await this.#readOffers();
      }
      if (id !== null) throw new Failure('run-elsewhere');
    });
  }

  /** An open run is put aside for it. */
  setRecipe(id: string): Promise<void> {
    return this.#inLine(async () => {
      const draft = configOf(recipeOf(id), this.config.seed);
      await this.#close();
      this.draft = draft;
      this.borrowed = {};
      await this.#readOffers();
    });
  }

  /** An open run is put aside for it. */
  setSeed(seed: number): Promise<void> {
    return this.#inLine(async () => {
      const draft = parseRunConfig({ ...this.config, seed });
      await this.#putAside();
      this.draft = draft;
      await this.#readOffers();
    });
  }

  setKnob(part: string, name: string, value: number | string): void {
    this.#edit(() => (this.draft = withSettings(this.draft, [`${part}.${name}=${value}`])));
    if (part === 'model') this.#isSizeChosen = true;
    if (part === 'model' || part === 'task') void this.refreshOffers();
  }

  setEngine(choice: EngineChoice): Promise<void> {
    return this.#inLine(() => this.#useEngine(choice));
  }

  /** Takes what was measured of this machine. */
  learnSpeeds(measured: Measured): Promise<void> {
    return this.#inLine(async () => this.#learn(measured));
  }

  #learn(measured: Measured): void {
    this.measured = measured;
    this.#suitMachine();
  }

  /**
   * Sizes are only offered, since a recipe's documented results belong to its own; but where an untouched recipe would take a slow machine many minutes,
   * or the first run of all more than one, the smaller size is taken, and said. What a teacher handed out is the same on every machine.
   */
  #suitMachine(): void {
    const { advice, draft } = this;
    if (!advice?.size || advice.size.seconds >= advice.seconds || this.pipeline || this.handout || settingsOf(draft).length > 0) return;
    const isSaidBeside = this.#isFirst; // above the page it would push away what is being looked at
    this.#useSize();
    this.#fitted = { draft: this.draft, from: draft };
    if (!isSaidBeside) this.doors.notice({ text: words().lab.says.smaller(timeText(advice.seconds), sizeText(advice.size.model)), kind: 'info' });
  }

  /** Takes the size that is advised; an open run is put aside for it. */
  useAdvisedSize(): Promise<void> {
    return this.#inLine(async () => {
      if (!this.advice?.size) return;
      await this.#putAside();
      this.#isSizeChosen = true;
      this.#useSize();
      await this.#readOffers();
    });
  }

  #useSize(): void {
    const { model } = this.advice!.size!; // both callers looked
    this.draft = withSettings(this.config, Object.entries(model).map(([name, value]) => `model.${name}=${value}`));
  }

  /** Starting from an imported model, the draft takes over its shape and its tokens. */
  borrow(stage: string, ref: CheckpointRef | null): void {
    const { [stage]: _, ...others } = this.borrowed;
    this.borrowed = ref ? { ...others, [stage]: ref } : others;
    const from = ref && this.offers[stage]?.find((offer) => isSame(offer.ref, ref))?.from;
    if (!from || isFitted(this.draft, stage, from)) return;
    this.#edit(() => (this.draft = fittedTo(this.draft, from)));
    void this.refreshOffers();
  }

  async train(): Promise<void> {
    await this.#withOpened((pipeline) => pipeline.train());
  }

  async step(): Promise<void> {
    await this.#withOpened((pipeline) => pipeline.step());
  }

  /** Whether a stage's own Step would do something; of a draft: whether all it starts from is borrowed. */
  canStep(stage: string): boolean {
    if (this.pipeline) return this.pipeline.canStep(stage);
    return !this.borrowed[stage] && !this.skipped.has(stage) && Object.values(stageOf(this.draft, stage).start).every((from) => this.borrowed[from]);
  }

  async stepStage(stage: string): Promise<void> {
    await this.#told(() => this.#withOpened((pipeline) => pipeline.stepStage(stage)));
  }

  async pause(): Promise<void> {
    await this.#line; // a run may be on its way
    await this.pipeline?.pause();
  }

  async save(): Promise<void> {
    const { pipeline } = this;
    if (!pipeline) return;
    await this.#told(async () => {
      await pipeline.save();
      if (pipeline.problem !== '') return;
      this.doors.saved?.();
      this.doors.notice({ text: words().lab.says.saved(pipeline.record.name, pipeline.current.step, pipeline.current.id), kind: 'info' });
    });
  }

  /** The run is gone from the store: nothing of it is worth saving. */
  forget(id: RunId): Promise<void> {
    return this.#inLine(async () => {
      const { pipeline } = this;
      if (pipeline?.record.id !== id) return;
      this.draft = pipeline.record.config;
      this.pipeline = null;
      pipeline.abandon();
      await this.#readOffers();
    });
  }

  /** Closes the run, which stays among the runs, and goes back to a draft of the same configuration. */
  reset(): Promise<void> {
    return this.#inLine(async () => {
      const config = this.pipeline?.record.config;
      await this.#putAside();
      if (config) this.draft = config;
      await this.#readOffers();
    });
  }

  async exportOpen(): Promise<void> {
    const { pipeline } = this;
    if (!pipeline) return;
    await this.#inLine(async () => {
      await pipeline.save();
      await this.doors.exportRun(pipeline.record.id);
    });
  }

  importFile(file: File): Promise<void> {
    return this.#inLine(async () => {
      const record = await this.doors.importRun(file);
      await this.#show(record);
      this.doors.notice({ text: this.pipeline?.phase === 'finished' ? words().lab.says.importedDone(record.name) : words().lab.says.imported(record.name), kind: 'info' });
    });
  }

  refreshOffers(): Promise<void> {
    return this.#inLine(() => this.#readOffers());
  }

  /** Takes what a link hands out, and says what of it is not known here. */
  #hand(handed: ReturnType<typeof handoutOf>, unveils: boolean): void {
    const { handout, misspelt } = handed ?? { handout: null, misspelt: [] };
    const isNew = !isSameHandout(handout, this.handout);
    this.handout = handout;
    if (isNew) this.isUnveiled = unveils;
    const unknown = handout && isNew ? [...misspelt, ...unknownControls(handout.controls, this.config)] : [];
    if (unknown.length > 0) this.doors.notice({ text: words().handout.unknown(unknown), kind: 'info' });
  }

  /** A draft of a stored run's configuration that starts from one of its checkpoints. */
  async #branch(ref: CheckpointRef): Promise<void> {
    const { store, notice } = this.doors;
    const [record, kept] = [await store.run(ref.run), await store.checkpoints(ref.run)];
    const isKept = kept.some(({ stage, step }) => stage === ref.stage && step === ref.step);
    const borrowed = record && isKept ? branchFrom(record.config, ref, kept) : null;
    if (!record || !borrowed) throw new Failure('missing-checkpoint', detail('step-of-run', ref.stage, ref.step, record?.name ?? ref.run));
    await this.#close();
    this.draft = record.config;
    this.borrowed = borrowed;
    await this.#readOffers();
    notice({ text: words().lab.says.branched(ref.stage, ref.step, shortName(record.name)), kind: 'info' });
  }

  async #readOffers(): Promise<void> {
    this.offers = await checkpointOffers(this.doors.store, this.draft);
    const isOffered = ([stage, borrowed]: [string, CheckpointRef]) => Object.values(this.offers).flat().some(({ ref, from }) => isSame(ref, borrowed) && (!from || isFitted(this.draft, stage, from)));
    this.borrowed = Object.fromEntries(Object.entries(this.borrowed).filter(isOffered));
  }

  /** Asks something of the open run, a new one of the draft where none is open, before anything that is asked later; of nobody where none could be made. */
  async #withOpened(ask: (pipeline: Pipeline) => Promise<void>): Promise<void> {
    let answer: Promise<void> | undefined;
    await this.#inLine(async () => {
      if (!this.pipeline) {
        if (this.#isFirst && !this.advice) await this.#measure();
        await this.#begin();
      }
      answer = this.pipeline ? ask(this.pipeline) : undefined;
    });
    await answer;
  }

  /** Here and now, since what is trained depends on it. */
  async #measure(): Promise<void> {
    this.isMeasuring = true;
    try {
      const measured = await this.doors.measure?.();
      if (measured) this.#learn(measured);
    } finally {
      this.isMeasuring = false;
    }
  }

  async #begin(): Promise<void> {
    const { store, appVersion } = this.doors;
    const keep = this.doors.keepOf?.();
    const config = await this.#named(this.draft);
    const record: RunRecord = { id: newRunId(), name: nameOf(config), config, created: Date.now(), appVersion, parents: Object.values(this.borrowed), ...(keep && { keep }) };
    await store.putRun(record);
    try {
      await putBorrowed(store, record, this.borrowed);
    } catch (error) {
      await store.deleteRun(record.id); // nothing half-done
      throw error;
    }
    this.borrowed = {};
    await this.#show(record);
  }

  /** A run remembers what its data set was called, for the day when it is not here. */
  async #named(config: RunConfig): Promise<RunConfig> {
    const { task } = config;
    if (task.id !== 'yours' || task.dataset === '') return config;
    const called = await this.doors.calledOf?.(task.dataset);
    return called === undefined ? config : { ...config, task: { ...task, called } };
  }

  async #show(record: RunRecord): Promise<void> {
    if (this.pipeline?.record.id === record.id) return;
    const pipeline = await Pipeline.open(record, this.engine, this.doors);
    await this.#close();
    this.pipeline = pipeline;
    this.isUntouched = false;
  }

  /** Closes the run, but remembers what it was started from, which belongs to its settings. */
  async #putAside(): Promise<void> {
    const stages = this.pipeline?.stages ?? [];
    await this.#close();
    if (stages.length > 0) this.borrowed = Object.fromEntries(stages.flatMap(({ id, origin }) => (origin ? [[id, origin]] : [])));
  }

  /** Resolves when everything is stored and the worker is gone. Rejects, and leaves the run open, when the last steps could not be stored. */
  async #close(): Promise<void> {
    await this.pipeline?.close();
    this.pipeline = null;
  }

  async #useEngine(choice: EngineChoice): Promise<void> {
    await this.pipeline?.setEngine(this.#resolved(choice));
    this.engineChoice = choice;
  }

  /** What Automatic means here: WASM where both engines were measured and that is faster for this model, else as the worker finds. */
  #resolved(choice: EngineChoice): EngineChoice {
    return choice === 'auto' && this.measured.webgpu && this.advice?.engine === 'wasm' ? 'wasm' : choice;
  }

  #edit(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.doors.notice({ text: errorText(error), kind: 'error' });
    }
  }

  /** One thing at a time, in the order of asking; what fails is told. */
  #inLine(work: () => Promise<void>): Promise<void> {
    this.#underWay += 1;
    this.#line = this.#line.then(() => this.#told(work)).finally(() => (this.#underWay -= 1));
    return this.#line;
  }

  async #told(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.doors.notice({ text: errorText(error), kind: 'error' });
    }
  }
}
