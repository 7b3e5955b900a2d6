/** A lesson as a file may say it, element by element: the types of `src/lessons/lesson.ts`, with texts in one language or more. */
import * as v from 'valibot';
import { METRIC_NAMES } from '../contract/metrics';
import type { Block, Claim, Formula, FormulaSymbol, Maths, Question, Text } from '../lessons/lesson';
import { LONGEST_LESSON_TEXT, MOST_IN_LESSON } from '../storage/limits';

/** A name that an element is found by, in addresses and from other elements; none that every object has. */
const Id = v.pipe(v.string(), v.regex(/^[a-zA-Z0-9][a-zA-Z0-9_-]{0,60}$/), v.check((id) => !(id in {}), 'another name, since programs use this one'));
const Words = v.pipe(v.string(), v.maxLength(LONGEST_LESSON_TEXT));
const list = <Item extends v.GenericSchema>(item: Item) => v.pipe(v.array(item), v.maxLength(MOST_IN_LESSON));
const Unread = v.record(v.string(), v.unknown());

/** In one language only it is shown as it is. */
const TextSchema: v.GenericSchema<unknown, Text> = v.pipe(
  v.union([Words, v.object({ en: v.exactOptional(Words), de: v.exactOptional(Words) })], 'a text, or one in "en" or "de"'),
  v.check((text) => typeof text === 'string' || text.en !== undefined || text.de !== undefined, 'a text in "en" or "de"'),
  v.transform((text) => {
    if (typeof text === 'string') return { en: text, de: text };
    const only = text.en ?? text.de ?? '';
    return { en: text.en ?? only, de: text.de ?? only };
  }),
);

const Metric = v.picklist(METRIC_NAMES);
const Reading = v.union([v.object({ stage: v.string(), metric: Metric, at: v.union([v.picklist(['first', 'last']), v.pipe(v.number(), v.integer())]) }), v.object({ claim: Id })]);
const End = v.union([v.number(), Reading]);
const Range = v.object({ low: v.exactOptional(End), high: v.exactOptional(End) });

const ClaimSchema: v.GenericSchema<unknown, Claim> = v.object({
  id: Id,
  names: TextSchema,
  asks: TextSchema,
  prediction: v.variant('kind', [
    v.object({ kind: v.literal('choice'), choices: v.pipe(list(v.object({ id: Id, says: TextSchema, if: Range })), v.minLength(1)) }),
    v.object({ kind: v.literal('number'), min: v.number(), max: v.number(), step: v.number() }),
  ]),
  measured: v.object({ of: Reading, minus: v.exactOptional(Reading) }),
  holds: Range,
  says: TextSchema,
  field: v.object({ says: TextSchema, source: Words }),
});

const MathsSchema: v.GenericSchema<unknown, Maths> = v.lazy(() =>
  v.union([
    Words,
    v.object({ name: Words }),
    v.object({ symbol: v.string() }),
    v.object({ row: list(MathsSchema) }),
    v.object({ lines: list(MathsSchema) }),
    v.object({ over: v.tuple([MathsSchema, MathsSchema]) }),
    v.object({ base: MathsSchema, sub: v.exactOptional(MathsSchema), sup: v.exactOptional(MathsSchema) }),
  ]),
);

const SymbolSchema: v.GenericSchema<unknown, FormulaSymbol> = v.object({
  glyph: MathsSchema,
  means: TextSchema,
  knob: v.exactOptional(v.object({ part: v.string(), name: v.string() })),
  curve: v.exactOptional(v.object({ stage: v.string(), metric: Metric })),
});

const FormulaSchema: v.GenericSchema<unknown, Formula> = v.object({ id: Id, says: TextSchema, maths: MathsSchema, symbols: v.record(v.string(), SymbolSchema) });

const Target = v.variant('kind', [
  v.object({ kind: v.literal('knob'), part: v.string(), name: v.string() }),
  v.object({ kind: v.literal('chart'), stage: v.string(), metric: Metric }),
  v.object({ kind: v.literal('stage'), stage: v.string() }),
  v.object({ kind: v.literal('answers') }),
  v.object({ kind: v.literal('transport') }),
]);
export const TARGETS: readonly string[] = Target.options.map(({ entries }) => entries.kind.literal);

const Moment = v.object({ stage: v.string(), step: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0))), reaches: v.exactOptional(v.object({ metric: Metric, range: Range })) });

const BlockVariants = v.variant('kind', [
  v.object({ kind: v.literal('text'), text: TextSchema }),
  v.object({ kind: v.literal('set'), says: TextSchema, settings: list(v.string()), keeps: list(v.string()) }),
  v.object({ kind: v.literal('train'), until: Moment, says: TextSchema }),
  v.object({ kind: v.literal('look'), at: Target, says: TextSchema }),
  v.object({ kind: v.literal('predict'), claim: Id }),
  v.object({ kind: v.literal('check'), claims: list(Id) }),
  v.object({ kind: v.literal('formula'), formula: Id }),
]);
const BlockSchema: v.GenericSchema<unknown, Block> = BlockVariants;
export const BLOCKS: readonly string[] = BlockVariants.options.map(({ entries }) => entries.kind.literal);

const QuestionSchema: v.GenericSchema<unknown, Question> = v.object({ asks: TextSchema, answer: TextSchema });

/** A page whose blocks are still to be read, one by one. */
const RawPage = v.object({ id: v.pipe(Id, v.notValue('questions', 'another name: the last page has this one')), title: TextSchema, blocks: list(v.unknown()) });

/** What a lesson cannot be without, and lists whose elements are still to be read. */
const RawLesson = v.object({
  id: Id,
  title: TextSchema,
  learns: v.optional(TextSchema, ''),
  minutes: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(10_000)), 0),
  recipe: v.string(),
  seed: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 31 - 1)), 1),
  settings: v.optional(list(v.string()), []),
  claims: v.optional(list(Unread), []),
  formulas: v.optional(list(Unread), []),
  pages: v.pipe(list(RawPage), v.minLength(1)),
  breakIt: v.exactOptional(RawPage),
  questions: v.optional(list(QuestionSchema), []),
  controls: v.exactOptional(Unread),
});

const Whole = v.object({ format: v.literal('nudge-lesson'), version: v.object({ major: v.pipe(v.number(), v.integer()), minor: v.pipe(v.number(), v.integer()) }), lesson: v.unknown() });

export const SCHEMAS = { whole: Whole, lesson: RawLesson, claim: ClaimSchema, formula: FormulaSchema, block: BlockSchema };
export type RawPage = v.InferOutput<typeof RawPage>;
