/**
 * A lesson as a file, `<name>.nudge-lesson`: JSON that any text editor opens, `{ format, version, app, lesson }`. A newer major version is refused; whatever else is not known here is left out and named,
 * with the place where it stands, so that a lesson of a newer or older page still opens. Elements that speak of something left out are left out too.
 */
import * as v from 'valibot';
import { CONTROL_NAME, CONTROL_STATES, canLock, type Controls } from '../contract/controls';
import { partsOf } from '../contract/config';
import { Failure } from '../contract/failures';
import { METRIC_NAMES } from '../contract/metrics';
import type { Block, Claim, Formula, LeftOutKind, Lesson, Maths, Page } from '../lessons/lesson';
import { configOf, recipeOf } from '../recipes';
import { brokenAt, placeOf } from '../storage/json-place';
import { DEEPEST_FORMULA, MOST_CONTROLS, MOST_LESSON_FILE } from '../storage/limits';
import { words } from '../words/words.svelte';
import { unknownControls } from './handout';
import { BLOCKS, SCHEMAS, TARGETS, type RawPage } from './lesson-schema';

const VERSION = { major: 1, minor: 0 } as const;

export interface LeftOut {
  kind: LeftOutKind;
  name: string;
  /** In the file, `pages[0].blocks[2]`. */
  where: string;
}

export interface ReadLesson {
  lesson: Lesson;
  leftOut: readonly LeftOut[];
}

export const lessonFileName = (id: string): string => `${id}.nudge-lesson`;
/** Also where a browser or a mail program has put an ending of its own behind. */
export const isLessonFile = ({ name }: File): boolean => /\.nudge-lesson(?:\.json|\.txt)?$/i.test(name);

export const writeLesson = (lesson: Lesson, app: string): string => `${JSON.stringify({ format: 'nudge-lesson', version: VERSION, app, lesson }, null, 2)}\n`;

type Raw = Readonly<Record<string, unknown>>;
const isRaw = (value: unknown): value is Raw => typeof value === 'object' && value !== null && !Array.isArray(value);
const shortOf = (value: unknown): string => String(typeof value === 'object' ? JSON.stringify(value) : value).slice(0, 80);
const METRICS: readonly unknown[] = METRIC_NAMES;

/** What is wrong and where, from the first thing that a schema minds; inside what may be of several shapes, the one that came nearest. */
function issueText(issues: readonly v.BaseIssue<unknown>[]): string {
  const [issue] = issues;
  const path = issue?.path?.map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('').replace(/^\./, '');
  return `${path === undefined || path === '' ? '' : `${path}: `}${issue?.message ?? ''}`;
}

function strictly<Schema extends v.GenericSchema>(schema: Schema, value: unknown): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, value);
  if (!parsed.success) throw new Failure('unreadable-lesson', issueText(parsed.issues));
  return parsed.output;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const at = brokenAt(text) ?? text.length;
    const { line, column } = placeOf(text, at);
    throw new Failure('unreadable-lesson', text.slice(at).trim() === '' ? words().lessonFiles.ended : words().lessonFiles.place(line, column));
  }
}

function depthOf(value: unknown, most: number): number {
  if (typeof value !== 'object' || value === null || most < 0) return 0;
  return 1 + Object.values(value).reduce((deepest: number, each) => Math.max(deepest, depthOf(each, most - 1)), 0);
}

/** Levels of a lesson around its formulas. */
const AROUND = 8;

/** Throws `not-a-lesson`, `newer-lesson`, `lesson-too-large`, `unreadable-lesson` with the place, or `unknown-recipe`. */
export function readLesson(text: string): ReadLesson {
  if (text.length > MOST_LESSON_FILE) throw new Failure('lesson-too-large');
  if (!/^\s*\{/.test(text)) throw new Failure('not-a-lesson');
  const value = jsonOf(text);
  if (!isRaw(value) || value['format'] !== 'nudge-lesson') throw new Failure('not-a-lesson');
  if (depthOf(value, DEEPEST_FORMULA + AROUND) > DEEPEST_FORMULA + AROUND) throw new Failure('unreadable-lesson', words().lessonFiles.tooDeep);
  const { version, lesson } = strictly(SCHEMAS.whole, value);
  if (version.major > VERSION.major) throw new Failure('newer-lesson', words().lessonFiles.version(version.major, version.minor));
  return new Reader(strictly(SCHEMAS.lesson, lesson)).read();
}

/** Reads what may be left out, and notes what is. */
class Reader {
  readonly #leftOut: LeftOut[] = [];
  readonly #recipe;
  readonly #stages: ReadonlySet<unknown>;
  readonly #knobs: ReadonlySet<string>;
  #claims: ReadonlySet<unknown> = new Set();
  #formulas: ReadonlySet<string> = new Set();

  constructor(private readonly raw: v.InferOutput<typeof SCHEMAS.lesson>) {
    this.#recipe = recipeOf(raw.recipe);
    const config = configOf(this.#recipe, raw.seed);
    this.#stages = new Set(config.stages.map(({ id }) => id));
    this.#knobs = new Set([...partsOf(config)].flatMap(([part, { knobs }]) => knobs.map(({ name }) => `${part}.${name}`)));
  }

  read(): ReadLesson {
    const { raw } = this;
    const settings = this.#settings([], raw.settings, 'settings');
    const claims = this.#readClaims();
    this.#claims = new Set(claims.map(({ id }) => id));
    const formulas = raw.formulas.flatMap((each, i) => this.#formula(each, `formulas[${i}]`) ?? []);
    this.#formulas = new Set(formulas.map(({ id }) => id));
    const page = ({ blocks, ...rest }: RawPage, where: string): Page => ({ ...rest, blocks: blocks.flatMap((block, i) => this.#block(block, settings, `${where}.blocks[${i}]`) ?? []) });
    const controls = raw.controls && this.#controls(raw.controls);
    const pages = raw.pages.map((each, i) => page(each, `pages[${i}]`));
    const { id, title, learns, minutes, recipe, seed, questions } = raw;
    const lesson: Lesson = { id, title, learns, minutes, recipe, seed, settings, claims, formulas, pages, ...(raw.breakIt && { breakIt: page(raw.breakIt, 'breakIt') }), questions, ...(controls && { controls }) };
    return { lesson, leftOut: this.#leftOut };
  }

  #note(kind: LeftOutKind, name: unknown, where: string): null {
    this.#leftOut.push({ kind, name: shortOf(name), where });
    return null;
  }

  #parsed<Schema extends v.GenericSchema>(schema: Schema, value: unknown, where: string): v.InferOutput<Schema> | null {
    const parsed = v.safeParse(schema, value);
    return parsed.success ? parsed.output : this.#note('unreadable', issueText(parsed.issues), where);
  }

  /** Names of stages, metrics and knobs, wherever they stand in an element, that are not there. */
  #unknownIn(value: unknown): { kind: LeftOutKind; name: unknown }[] {
    if (Array.isArray(value)) return value.flatMap((each) => this.#unknownIn(each));
    if (!isRaw(value)) return [];
    const here: { kind: LeftOutKind; name: unknown }[] = [];
    if (typeof value['metric'] === 'string' && !METRICS.includes(value['metric'])) here.push({ kind: 'metric', name: value['metric'] });
    if (typeof value['stage'] === 'string' && !this.#stages.has(value['stage'])) here.push({ kind: 'stage', name: value['stage'] });
    if (typeof value['part'] === 'string' && typeof value['name'] === 'string' && !this.#knobs.has(`${value['part']}.${value['name']}`)) here.push({ kind: 'knob', name: `${value['part']}.${value['name']}` });
    return [...here, ...Object.values(value).flatMap((each) => this.#unknownIn(each))];
  }

  #isKnown(value: unknown, where: string): boolean {
    const unknown = this.#unknownIn(value);
    for (const { kind, name } of unknown) this.#note(kind, name, where);
    return unknown.length === 0;
  }

  #readClaims(): Claim[] {
    let claims = this.raw.claims.flatMap((each, i) => {
      const where = `claims[${i}]`;
      const claim = this.#isKnown(each, where) ? this.#parsed(SCHEMAS.claim, each, where) : null;
      return claim ? [{ claim, where }] : [];
    });
    // What another claim found can be measured against only where that one is there.
    for (;;) {
      const there = new Set<unknown>(claims.map(({ claim }) => claim.id));
      const fit = claims.filter(({ claim, where }) => claimsIn(claim).every((id) => there.has(id) || this.#note('claim', id, where) !== null));
      if (fit.length === claims.length) return claims.map(({ claim }) => claim);
      claims = fit;
    }
  }

  #formula(value: Raw, where: string): Formula | null {
    const symbols = isRaw(value['symbols']) ? Object.entries(value['symbols']) : [];
    // A symbol may do without its knob or its curve.
    const known = symbols.map(([name, symbol]) => {
      if (!isRaw(symbol)) return [name, symbol] as const;
      return [name, Object.fromEntries(Object.entries(symbol).filter(([field, of]) => (field !== 'knob' && field !== 'curve') || this.#isKnown(of, `${where}.symbols.${name}`)))] as const;
    });
    const formula = this.#parsed(SCHEMAS.formula, { ...value, symbols: Object.fromEntries(known) }, where);
    const missing = formula && symbolsIn(formula.maths).find((name) => !Object.hasOwn(formula.symbols, name));
    return missing === null || missing === undefined ? formula : this.#note('symbol', missing, where);
  }

  #block(value: unknown, base: readonly string[], where: string): Block | null {
    const kind = isRaw(value) ? value['kind'] : undefined;
    if (!isRaw(value) || !BLOCKS.includes(String(kind))) return this.#note('block', kind ?? value, where);
    const { at } = value;
    if (kind === 'look' && isRaw(at) && !TARGETS.includes(String(at['kind']))) return this.#note('target', at['kind'], where);
    if (!this.#isKnown(value, where)) return null;
    const block = this.#parsed(SCHEMAS.block, value, where);
    switch (block?.kind) {
      case 'set':
        return { ...block, settings: this.#settings(base, block.settings, where), keeps: block.keeps.filter((stage) => this.#stages.has(stage) || this.#note('stage', stage, where) !== null) };
      case 'predict':
        return this.#claims.has(block.claim) ? block : this.#note('claim', block.claim, where);
      case 'check': {
        const claims = block.claims.filter((id) => this.#claims.has(id) || this.#note('claim', id, where) !== null);
        return claims.length > 0 ? { ...block, claims } : null;
      }
      case 'train': {
        const missing = claimsIn(block).find((id) => !this.#claims.has(id));
        return missing === undefined ? block : this.#note('claim', missing, where);
      }
      case 'formula':
        return this.#formulas.has(block.formula) ? block : this.#note('formula', block.formula, where);
      default:
        return block;
    }
  }

  /** All of them where they go together, else those that do. @param base they stand on top of these */
  #settings(base: readonly string[], wanted: readonly string[], where: string): readonly string[] {
    const goes = (settings: readonly string[]): boolean => {
      try {
        configOf(this.#recipe, this.raw.seed, [...base, ...settings]);
        return true;
      } catch {
        return false; // which of them is at fault is found below
      }
    };
    if (goes(wanted)) return wanted;
    return wanted.reduce<string[]>((kept, setting) => (goes([...kept, setting]) || this.#note('setting', setting, where) !== null ? [...kept, setting] : kept), []);
  }

  #controls(raw: Raw): Controls {
    const named = Object.entries(raw).slice(0, MOST_CONTROLS).flatMap(([name, wanted]) => {
      const state = CONTROL_STATES.find((each) => each === wanted);
      const isFit = state !== undefined && CONTROL_NAME.test(name) && (state !== 'locked' || canLock(name));
      if (!isFit) this.#note('control', `${name}: ${shortOf(wanted)}`, 'controls');
      return isFit ? [[name, state] as const] : [];
    });
    const unknown = new Set(unknownControls(Object.fromEntries(named), configOf(this.#recipe, this.raw.seed)));
    for (const name of unknown) this.#note('control', name, 'controls');
    return Object.fromEntries(named.filter(([name]) => !unknown.has(name)));
  }
}

/** Ids of the claims that an element measures against. */
function claimsIn(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(claimsIn);
  if (!isRaw(value)) return [];
  return Object.entries(value).flatMap(([field, each]) => (field === 'claim' ? [each] : claimsIn(each)));
}

function symbolsIn(maths: Maths): string[] {
  if (typeof maths === 'string' || 'name' in maths) return [];
  if ('symbol' in maths) return [maths.symbol];
  const parts = 'row' in maths ? maths.row : 'lines' in maths ? maths.lines : 'over' in maths ? maths.over : [maths.base, maths.sub, maths.sup].filter((each) => each !== undefined);
  return parts.flatMap(symbolsIn);
}
