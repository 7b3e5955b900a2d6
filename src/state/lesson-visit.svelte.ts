/**
 * A visitor in a lesson: what was foretold, what this tab measured of it, and the orders that pages give to the Lab. What was foretold and found outlives a reload of the tab;
 * the run is the Lab's own, and nothing here can do what its buttons could not.
 */
import * as v from 'valibot';
import { settingsBetween, type RunConfig } from '../contract/config';
import type { Block, Claim, Lesson, Moment, Page } from '../lessons/lesson';
import { pagesOf } from '../lessons/lesson';
import { checked, hasCome, isIn, type Checked, type Seen } from '../lessons/measuring';
import { configOf, recipeOf } from '../recipes';
import { keep, kept } from './kept';
import type { Lab } from './lab.svelte';
import { linkTo } from './link';

type SetBlock = Extract<Block, { kind: 'set' }>;

const Notes = v.object({ said: v.record(v.string(), v.union([v.string(), v.number()])), found: v.record(v.string(), v.number()) });
type Notes = v.InferOutput<typeof Notes>;

/** Stages that others are made from, themselves among them. */
function withBelow(config: RunConfig, ids: readonly string[]): Set<string> {
  const below = new Set(ids);
  for (const id of below) for (const from of Object.values(config.stages.find((stage) => stage.id === id)?.start ?? {})) below.add(from); // a set is walked to its end, also where it grows
  return below;
}

export class LessonVisit {
  #notes = $state.raw<Notes>({ said: {}, found: {} });
  /** Where training is to pause. */
  #until = $state.raw<Moment | null>(null);
  /** What each page sets on top of the lesson's own settings, from it on. */
  readonly #settings: ReadonlyMap<string, readonly string[]>;

  /** What the open run has measured; nothing where it is no run of this lesson. */
  readonly seen = $derived.by((): Seen => {
    const stages = this.lab.pipeline?.stages ?? [];
    for (const { points } of stages) void points; // histories grow in place
    return { stages: new Map(stages.map((stage) => [stage.id, { history: stage.history, isDone: stage.isDone }])), found: this.#notes.found };
  });

  constructor(
    readonly lesson: Lesson,
    private readonly lab: Lab,
  ) {
    let settings: readonly string[] = [];
    this.#settings = new Map(pagesOf(lesson).map(({ id, blocks }) => [id, (settings = blocks.findLast((block) => block.kind === 'set')?.settings ?? settings)]));
    this.#notes = this.#kept();
  }

  /** Sets the Lab up, unless the tab was only reloaded and its run is on the way back. */
  async begin(): Promise<void> {
    const isReturn = kept('visit', 'lesson') === this.lesson.id && (this.lab.pipeline !== null || kept('visit', 'run') !== null);
    keep('visit', 'lesson', this.lesson.id);
    if (isReturn) return;
    this.lab.isUnveiled = false;
    await this.#setUp([], []);
  }

  /** As a page wants the Lab. */
  configAt(page: string): RunConfig {
    const { recipe, seed, settings } = this.lesson;
    return configOf(recipeOf(recipe), seed, [...settings, ...(this.#settings.get(page) ?? [])]);
  }

  linkAt(page: string): string {
    return linkTo({ config: this.configAt(page), run: null }, this.lab.engineChoice);
  }

  /** Whether the Lab is set as a page wants it. Another seed is as good: a claim should hold for that too. */
  isSet(page: string): boolean {
    const [is, wanted] = [this.lab.config, this.configAt(page)];
    return is.recipe === wanted.recipe && settingsBetween({ ...wanted, seed: is.seed }, is).length === 0;
  }

  async set(page: string): Promise<void> {
    const block = pagesOf(this.lesson).find(({ id }) => id === page)?.blocks.find((each): each is SetBlock => each.kind === 'set');
    await this.#setUp(this.#settings.get(page) ?? [], block?.keeps ?? []);
  }

  async train(page: string, until: Moment): Promise<void> {
    if (!this.isSet(page)) await this.set(page);
    this.#until = until;
    await this.lab.train();
    // The end of a stage is no step to wait for: the next would have begun by then.
    if (this.lab.pipeline) this.lab.pipeline.stopAfter = until.stage;
  }

  pause(): Promise<void> {
    this.#until = null;
    return this.lab.pause();
  }

  hasCome(page: string, until: Moment): boolean {
    return this.isSet(page) && hasCome(until, this.seen);
  }

  /** To be called whenever something was measured. */
  look(): void {
    const { pipeline } = this.lab;
    if (this.#until && hasCome(this.#until, this.seen)) {
      this.#until = null;
      if (pipeline?.phase === 'training') void this.lab.pause();
    }
    for (const claim of this.lesson.claims) {
      const { measured, isSettled } = this.#live(claim) ?? {};
      if (isSettled && measured !== undefined && this.#notes.found[claim.id] !== measured) this.#write({ ...this.#notes, found: { ...this.#notes.found, [claim.id]: measured } });
    }
  }

  saidOf(claim: string): string | number | undefined {
    return this.#notes.said[claim];
  }

  foretell(claim: string, said: string | number): void {
    this.#write({ ...this.#notes, said: { ...this.#notes.said, [claim]: said } });
  }

  /** What the run says to a claim; what an earlier run said where this one is about something else. */
  check(claim: Claim): Checked {
    const live = this.#live(claim);
    if (live?.measured !== undefined) return live;
    const measured = this.#notes.found[claim.id];
    if (measured === undefined) return { measured, holds: undefined, isSettled: false };
    return { measured, holds: isIn(measured, claim.holds, this.seen), isSettled: true };
  }

  /** Whether what was foretold came true; undefined where there is nothing to be right about. */
  wasRight(claim: Claim): boolean | undefined {
    const { prediction } = claim;
    const { measured } = this.check(claim);
    const choice = prediction.kind === 'choice' ? prediction.choices.find(({ id }) => id === this.saidOf(claim.id)) : undefined;
    return choice && measured !== undefined ? isIn(measured, choice.if, this.seen) : undefined;
  }

  /** Forgets what was foretold and found, and sets the Lab up as for the first page. */
  async startOver(): Promise<void> {
    this.#until = null;
    this.#write({ said: {}, found: {} });
    await this.#setUp([], []);
  }

  #live(claim: Claim): Checked | undefined {
    const page = pagesOf(this.lesson).find(({ blocks }) => blocks.some((block) => block.kind === 'check' && block.claims.includes(claim.id)));
    return page && this.isSet(page.id) ? checked(claim, this.seen) : undefined;
  }

  /** A run of another configuration. @param keeps stages whose results are taken over from the run that is open, if they would be the same */
  async #setUp(settings: readonly string[], keeps: readonly string[]): Promise<void> {
    this.#until = null;
    const { lesson, lab } = this;
    const wanted = configOf(recipeOf(lesson.recipe), lesson.seed, [...lesson.settings, ...settings]);
    const before = lab.pipeline?.record;
    const done = lab.pipeline?.stages.filter(({ id, isDone }) => isDone && keeps.includes(id)).map(({ id }) => id) ?? [];
    const needed = withBelow(wanted, keeps);
    const isSame = before?.config.recipe === wanted.recipe && before.config.seed === wanted.seed && settingsBetween(before.config, wanted).every((setting) => {
      const part = setting.slice(0, setting.indexOf('.'));
      return part !== 'task' && part !== 'model' && !needed.has(part);
    });
    const [, query = ''] = linkTo({ config: wanted, run: null }, lab.engineChoice).split('?', 2);
    await lab.follow(new URLSearchParams(query));
    if (!isSame) return;
    for (const stage of done) {
      const offer = lab.offers[stage]?.find(({ ref }) => ref.run === before.id && ref.stage === stage); // the newest comes first
      if (offer) lab.borrow(stage, offer.ref);
    }
  }

  #write(notes: Notes): void {
    this.#notes = notes;
    keep('visit', `lesson.${this.lesson.id}`, JSON.stringify(notes));
  }

  #kept(): Notes {
    try {
      return v.parse(Notes, JSON.parse(kept('visit', `lesson.${this.lesson.id}`) ?? ''));
    } catch {
      return { said: {}, found: {} }; // nothing there, or nothing that could be read
    }
  }
}

export const pageOf = (lesson: Lesson, id: string): Page | undefined => pagesOf(lesson).find((page) => page.id === id);
