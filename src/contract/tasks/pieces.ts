/** Tokens of an imported model, as they stand in the configuration of every run that reads with them: what was not learned here must travel along. How they cut text: src/tasks/tokenizer/imported.ts. */
import * as v from 'valibot';

export const Pieces = v.object({
  /** Merges in their order: ids of both sides in base 36, a space between all. */
  merges: v.pipe(v.string(), v.maxLength(2 ** 20), v.regex(/^(?:[0-9a-z]+(?: [0-9a-z]+)*)?$/, 'merges are ids with a space between')),
  /** Names of tokens that no merge makes, behind all others. */
  others: v.pipe(v.array(v.pipe(v.string(), v.minLength(1))), v.maxLength(4096)),
  /** Which of those are found in a text before it is cut, by their place in the list; the others stand in no text. */
  found: v.array(v.pipe(v.number(), v.integer(), v.minValue(0))),
  /** Id of the token that begins every text. */
  start: v.pipe(v.number(), v.integer(), v.minValue(1)),
});
export type Pieces = v.InferOutput<typeof Pieces>;

/** Tokens of the vocabulary: padding, the end, 256 bytes, the merges and the others. */
export const countOfPieces = ({ merges, others }: Pieces): number => 258 + (merges === '' ? 0 : (merges.split(' ').length >> 1)) + others.length;
