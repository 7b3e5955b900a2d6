/**
 * Sentences that workers and the store say besides a failure's own: the fact behind it, why this engine and no other, why a run cannot be trained again, how far data are made ready.
 * A detail crosses threads and is kept as its name and what is in it, so that the page says it in the language that is spoken; here it is in English, as files and the batch door say it.
 */
import * as v from 'valibot';
import { FILE_DETAILS } from './files';
import { MODEL_DETAILS } from './models';
import { TRAINING_DETAILS } from './training';

export const DETAILS = { ...TRAINING_DETAILS, ...FILE_DETAILS, ...MODEL_DETAILS };

export type DetailName = keyof typeof DETAILS;
/** A text may itself be a detail; what the browser or a library says stays the text it is. */
type Given = string | number | boolean | Detail;

export interface Detail {
  readonly name: string;
  readonly given: readonly Given[];
}

type Taken<Value> = Value extends string ? string | Detail : Value;
type GivenTo<Name extends DetailName> = (typeof DETAILS)[Name] extends (...given: infer Values extends readonly unknown[]) => string ? { [Place in keyof Values]: Taken<Values[Place]> } : [];

/** @param given what its sentence names, in order */
export const detail = <Name extends DetailName>(name: Name, ...given: GivenTo<Name>): Detail => ({ name, given: given as readonly Given[] }); // what any of the sentences takes

/** Details in details in details: none of ours go deeper, and a file could be made to go on for ever. */
const DEEPEST = 3;
const schemaOf = (depth: number): v.GenericSchema<Detail> => v.object({ name: v.string(), given: v.array(v.union([v.string(), v.number(), v.boolean(), ...(depth > 0 ? [schemaOf(depth - 1)] : [])])) });

/** As it stands in files, whose word is not trusted: a name that is not known, or too little to name, is said by nobody. */
export const DetailSchema = schemaOf(DEEPEST);

/** The sentences of a language. */
export type DetailWords = Readonly<Record<DetailName, string | ((...given: never[]) => string)>>;

/** The sentence of a detail; undefined where this version has none for it. */
export function detailSaid({ name, given }: Detail, say: DetailWords = DETAILS): string | undefined {
  if (!Object.hasOwn(say, name)) return undefined;
  const sentence = say[name as DetailName] as string | ((...given: (string | number | boolean)[]) => string); // just looked up; what is given is what `detail` was given
  if (typeof sentence === 'string') return sentence;
  return given.length < sentence.length ? undefined : sentence(...given.map((value) => (typeof value === 'object' ? (detailSaid(value, say) ?? '') : value)));
}

/** In English, as made by `detail`. */
export const detailText = (told: Detail | string): string => (typeof told === 'string' ? told : (detailSaid(told) ?? ''));
