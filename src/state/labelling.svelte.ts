/**
 * The Label screen's truth: a session in which the visitor labels pairs. It is a run like any other, of a recipe with such a session: what is said is kept as it is said,
 * a session left in the middle goes on where it was, and what was learned from it is in the same file. It lives as long as the page.
 */
import { asksVisitor, parseRunConfig, stageOf, withSettings, type RunConfig } from '../contract/config';
import type { EngineChoice } from '../contract/engine';
import { newRunId, type RunId } from '../contract/ids';
import { agreementWith, lastWords, pairKey, reportOf, turnedTo, type Answered } from '../contract/label-report';
import type { Choice, PairQuestion } from '../contract/preferences';
import type { CheckpointRef, RunRecord } from '../contract/run';
import { configOf, RECIPES, type Recipe } from '../recipes';
import type { PairSplit, Task } from '../tasks';
import { errorText } from '../words/spoken';
import { checkpointOffers, putBorrowed, type CheckpointOffer } from './borrow';
import { configFrom, nameOf } from './link';
import { Pipeline, type PipelineDoors } from './pipeline.svelte';

export interface LabellingDoors extends PipelineDoors {
  appVersion: string;
  engine(): EngineChoice;
  openTask(config: RunConfig['task']): Promise<Task>;
}

const askingStage = (config: RunConfig) => config.stages.find((stage) => stage.train.algorithm === 'labels' && asksVisitor(stage));

/** Recipes in which the visitor labels, one a task. */
export const LABEL_RECIPES: readonly Recipe[] = RECIPES.filter(({ stages }) => stages.some(({ algorithm, set }) => algorithm === 'labels' && set['judge'] === 'visitor'));

export interface StoredSession {
  id: RunId;
  name: string;
  answered: number;
  total: number;
}

let first: RunConfig | undefined;
const firstDraft = (): RunConfig => (first ??= configOf(LABEL_RECIPES[0]!, 1)); // names has one

export class Labelling {
  /** Null stands for the first recipe as it is, which takes a while to read and is looked at on one screen only. */
  #draft = $state.raw<RunConfig | null>(null);
  /** Stored policies that may write what is compared, in place of one trained here. */
  offers = $state.raw<readonly CheckpointOffer[]>([]);
  borrowed = $state.raw<CheckpointRef | null>(null);
  stored = $state.raw<readonly StoredSession[]>([]);
  pipeline = $state.raw<Pipeline | null>(null);
  /** What the visitor has said in this session. */
  answers = $state.raw<readonly Answered[]>([]);
  #task = $state.raw<Task | null>(null);
  /** What was said of pairs in other sessions. */
  #others = $state.raw<ReadonlyMap<string, Answered>>(new Map());
  /** When the question in sight came up, and which that is. */
  #shown: { question: PairQuestion; at: number } | undefined;
  #line: Promise<void> = Promise.resolve();

  readonly stage = $derived.by(() => this.pipeline?.stages.find(({ algorithm, asks }) => algorithm === 'labels' && asks) ?? null);
  readonly question = $derived.by(() => this.stage?.questions?.current ?? null);
  readonly total = $derived.by(() => labelsIn(this.pipeline?.record.config ?? this.draft));
  readonly isLabelled = $derived.by(() => this.stage?.isDone === true);
  readonly report = $derived.by(() => reportOf(this.answers));
  readonly withGold = $derived.by(() => agreementWith(this.answers, (question) => goldChoice(this.#task, question)));
  readonly withOthers = $derived.by(() => agreementWith(this.answers, (question) => {
    const theirs = this.#others.get(pairKey(question));
    return theirs && turnedTo(question, theirs);
  }));

  constructor(private readonly doors: LabellingDoors) {}

  get draft(): RunConfig {
    return this.#draft ?? firstDraft();
  }

  set draft(config: RunConfig) {
    this.#draft = config;
  }

  /** What there is to begin with: stored sessions, and policies that fit the draft. */
  async #look(): Promise<void> {
    const offers = await checkpointOffers(this.doors.store, this.draft);
    this.offers = offers['sft'] ?? [];
    if (!this.offers.some(({ ref }) => JSON.stringify(ref) === JSON.stringify(this.borrowed))) this.borrowed = null;
    this.stored = await Promise.all((await this.#sessions()).map(async ({ record, stage }) => ({ id: record.id, name: record.name, answered: (await this.#said(record.id, stage)).length, total: labelsIn(record.config) })));
  }

  /** Takes what an address says to label; one that says nothing changes nothing. */
  follow(params: URLSearchParams): Promise<void> {
    return this.#inLine(async () => {
      const draft = params.has('recipe') ? configFrom(params) : undefined;
      if (draft && askingStage(draft) && LABEL_RECIPES.some(({ id }) => id === draft.recipe)) this.draft = draft;
      await this.#look();
    });
  }

  choose(recipe: Recipe, seed: number, settings: readonly string[]): Promise<void> {
    return this.#inLine(async () => {
      const from = recipe.id === this.draft.recipe ? parseRunConfig({ ...this.draft, seed }) : configOf(recipe, seed);
      this.draft = withSettings(from, settings);
      await this.#look();
    });
  }

  /** Begins a session; the model it needs is trained first, or copied. */
  begin(): Promise<void> {
    return this.#inLine(async () => {
      if (this.pipeline) return; // pressed twice
      const { store, appVersion } = this.doors;
      const config = this.draft;
      const borrowed = this.borrowed ? { sft: this.borrowed } : {};
      const record: RunRecord = { id: newRunId(), name: nameOf(config), config, created: Date.now(), appVersion, parents: Object.values(borrowed) };
      await store.putRun(record);
      try {
        await putBorrowed(store, record, borrowed);
      } catch (error) {
        await store.deleteRun(record.id); // nothing half-done
        throw error;
      }
      await this.#open(record);
    });
  }

  /** Goes on with a stored session. */
  open(id: RunId): Promise<void> {
    return this.#inLine(async () => {
      const record = await this.doors.store.run(id);
      if (record) await this.#open(record);
      else await this.#look();
    });
  }

  /** Puts the session aside; it stays among the runs. */
  close(): Promise<void> {
    return this.#inLine(async () => {
      await this.pipeline?.close();
      this.pipeline = null;
      this.answers = [];
      await this.#look();
    });
  }

  /** The run is gone from the store. */
  forget(id: RunId): void {
    if (this.pipeline?.record.id !== id) return;
    this.pipeline.abandon();
    this.pipeline = null;
    this.answers = [];
  }

  async answer(choice: Choice): Promise<void> {
    const { question, pipeline } = this;
    if (!question || !pipeline) return;
    const now = performance.now();
    const seconds = this.#shown ? (now - this.#shown.at) / 1000 : 0;
    this.answers = [...this.answers, { question, choice, seconds }];
    this.#shown = undefined;
    await pipeline.answer(choice);
  }

  async undo(): Promise<void> {
    if (!this.stage?.questions?.canUndo) return;
    this.answers = this.answers.slice(0, -1);
    this.#shown = undefined;
    await this.pipeline?.undo();
  }

  /** The question is in sight: from now on its time runs. */
  show(question: PairQuestion | null): void {
    if (question && this.#shown?.question !== question) this.#shown = { question, at: performance.now() };
  }

  /** Learns from the labels, or goes on with what was interrupted. */
  train(): Promise<void> {
    return this.#inLine(async () => this.pipeline?.train());
  }

  /** Held-out pairs that the last evaluation of a stage looks at; undefined while the task is not open. */
  pairsOf(stage: string, split: PairSplit): number | undefined {
    if (!this.#task || !this.pipeline) return undefined;
    return Math.min(this.#task.pairs(split).length, 4 * stageOf(this.pipeline.record.config, stage).train.evaluateOn);
  }

  /** For a page that is being left. */
  abandon(): void {
    this.pipeline?.abandon();
  }

  async #open(record: RunRecord): Promise<void> {
    await this.pipeline?.close();
    const pipeline = await Pipeline.open(record, this.doors.engine(), this.doors);
    const stage = askingStage(record.config);
    pipeline.stopAfter = stage?.id ?? '';
    this.answers = stage ? await this.#said(record.id, stage.id) : [];
    this.pipeline = pipeline;
    if (!this.isLabelled) void pipeline.train();
    await this.#readOthers(record.id);
    this.#task = null;
    this.#task = await this.doors.openTask(record.config.task);
  }

  async #sessions() {
    return (await this.doors.store.runs()).flatMap((record) => { const stage = askingStage(record.config); return stage ? [{ record, stage: stage.id }] : []; });
  }

  async #said(run: RunId, stage: string): Promise<Answered[]> {
    return lastWords((await this.doors.store.history(run, stage)).preferences ?? []);
  }

  /** Earlier sessions are a second rater of pairs that were asked about there too; of several the newest. */
  async #readOthers(run: RunId): Promise<void> {
    const others = new Map<string, Answered>();
    for (const { record, stage } of (await this.#sessions()).toSorted((a, b) => a.record.created - b.record.created)) {
      if (record.id === run) continue;
      for (const answered of await this.#said(record.id, stage)) others.set(pairKey(answered.question), answered);
    }
    this.#others = others;
  }

  /** One thing at a time, in the order of asking; what fails is told. */
  #inLine(work: () => Promise<void>): Promise<void> {
    this.#line = this.#line.then(work).catch((error: unknown) => this.doors.notice({ text: errorText(error), kind: 'error' }));
    return this.#line;
  }
}

/** How many questions the session of a configuration asks. */
export function labelsIn(config: RunConfig): number {
  const train = askingStage(config)?.train;
  return train?.algorithm === 'labels' ? train.steps * train.questions : 0;
}

/** What the true reward says, where there is one and it is known by now. */
function goldChoice(task: Task | null, { prompt, a, b }: PairQuestion): Choice | undefined {
  if (!task?.gold) return undefined;
  const above = task.gold(prompt.tokens, a.tokens) - task.gold(prompt.tokens, b.tokens);
  return above > 0 ? 'a' : above < 0 ? 'b' : 'tie';
}
