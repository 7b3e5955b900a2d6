/**
 * A knob is one schema line: validation, default, slider, label and the source of its default are all read from it.
 * The page draws a form from `knobsOf`, the batch door and links set knobs by name through `parseKnob`.
 */
import * as v from 'valibot';
import { detail, type Detail } from './details';

export interface KnobInfo {
  title: string;
  /** What it does, one sentence. */
  help: string;
  /** Where the default comes from. */
  source: string;
  /** Shown on the stage card; the rest stand under Advanced. */
  essential?: boolean;
}

/** A number may have a slider over the part of its range where something happens. */
interface NumberInfo extends KnobInfo {
  slider?: readonly [low: number, high: number];
}

/** A number between two bounds. */
export const knob = (value: number, min: number, max: number, info: NumberInfo) =>
  v.optional(v.pipe(v.number(), v.minValue(min), v.maxValue(max), v.metadata({ ...info, min, max, whole: false })), value);

/** A whole number between two bounds. */
export const wholeKnob = (value: number, min: number, max: number, info: KnobInfo) =>
  v.optional(v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max), v.metadata({ ...info, min, max, whole: true })), value);

/** One of a few words. */
export const choiceKnob = <const Options extends readonly [string, ...string[]]>(value: Options[number], options: Options, info: KnobInfo) =>
  v.optional(v.pipe(v.picklist(options), v.metadata({ ...info, options })), value);

/** A number that no setting changes. */
export const fixed = <const Value extends number>(value: Value) => v.exactOptional(v.literal(value), value);

/** Words that name a data set of the visitor: its id. */
const DATASET = /^[0-9a-f]{64}$/;

/** A data set of the visitor, by its id; empty where none is chosen. */
export const datasetKnob = (info: KnobInfo) => v.optional(v.pipe(v.string(), v.check((id) => id === '' || DATASET.test(id), 'it is no id of a data set'), v.metadata({ ...info, isDataset: true })), '');

/** What a form needs to know about one field. */
export type Knob = KnobInfo & { name: string; initial: number | string } & (
    | { kind: 'number'; min: number; max: number; whole: boolean; slider?: readonly [low: number, high: number] }
    /** An option is the word of links, files and the command line; its name, where it has another, is for people. */
    | { kind: 'choice'; options: readonly string[]; names?: Readonly<Record<string, string>> }
    | { kind: 'dataset' }
  );

/** The schemas these functions understand: flat objects of knobs (other fields, such as literals, are passed over). */
export type KnobSchema = v.ObjectSchema<v.ObjectEntries, undefined>;

/** Schemas do not change, and every form, address and report asks for their knobs. */
const known = new WeakMap<KnobSchema, readonly Knob[]>();

/** The knobs of a schema in the order written. */
export function knobsOf(schema: KnobSchema): readonly Knob[] {
  const before = known.get(schema);
  if (before) return before;
  const knobs: Knob[] = [];
  for (const [name, entry] of Object.entries(schema.entries)) {
    if (entry.type !== 'optional') continue;
    // Entries of type 'optional' in our schemas are made by the four functions above and by nothing else.
    const field = entry as ReturnType<typeof knob> | ReturnType<typeof choiceKnob> | ReturnType<typeof datasetKnob>;
    const meta = v.getMetadata(field.wrapped) as NumberInfo & { min?: number; max?: number; whole?: boolean; options?: readonly string[]; isDataset?: boolean };
    const { title, help, source, essential = false, slider } = meta;
    const about = { name, title, help, source, essential, initial: field.default as number | string };
    if (meta.isDataset) knobs.push({ ...about, kind: 'dataset' });
    else if (meta.options) knobs.push({ ...about, kind: 'choice', options: meta.options });
    else knobs.push({ ...about, kind: 'number', min: meta.min!, max: meta.max!, whole: meta.whole!, ...(slider && { slider }) });
  }
  known.set(schema, knobs);
  return knobs;
}

/** What fits a knob, in words. */
export function fitting(knob: Knob): Detail {
  if (knob.kind === 'choice') return detail('one-of', knob.options.join(', '));
  if (knob.kind === 'dataset') return detail('data-set-id');
  return detail('number-in', knob.min, knob.max, knob.whole);
}

/** Turns the text of a knob (from a link or the command line) into its value; undefined when it is not one. */
export function parseKnob(knob: Knob, text: string): number | string | undefined {
  if (knob.kind === 'choice') return knob.options.includes(text) ? text : undefined;
  if (knob.kind === 'dataset') return text === '' || DATASET.test(text) ? text : undefined;
  const value = text.trim() === '' ? NaN : Number(text);
  const fits = value >= knob.min && value <= knob.max && (!knob.whole || Number.isInteger(value));
  return fits ? value : undefined;
}
