/**
 * Draws the token of the next column of each sequence and writes it there: Gumbel-max (Gumbel 1954; logit + Gumbel noise, then the largest), the noise made from
 * counter-based uniforms (Threefry-2x32, src/contract/random.ts), so the numbers are the same on every engine and nothing comes from the host.
 * A column that belongs to the prompt is left as it is; a sequence that has ended takes padding.
 * `tf.multinomial` is not used: on WebGPU it always returns token 0 for row 0 (tfjs #8057), and its seeds do not carry across engines.
 */
import { defineLaunch } from '../launch';
import { sampleReference } from './reference';
import { samplePasses } from './shader';

/**
 * logits [rows, V] of column `column`; the token drawn goes to column + 1 of tokens [B, context]. given [B]: length of each prompt. alive [B]: 1 until EOS.
 * stream [4]: seed, stream, and how many numbers were drawn before the first column, as two words. Number ((column·B + b)·V + v) after those belongs to token v of sequence b.
 * Temperature 0 takes the likeliest (the first of equals). topK > 0: only the k likeliest may be drawn (ties with the k-th too).
 */
export const sampleColumn = defineLaunch({
  name: 'sampleColumn',
  operands: { logits: 'in f32', chosen: 'in i32', given: 'in i32', stream: 'in u32', tokens: 'inout i32', alive: 'inout i32' },
  optional: ['chosen'],
  sizes: { rows: 'i32', batch: 'i32', vocabulary: 'i32', context: 'i32', column: 'i32', topK: 'i32', endOfSequence: 'i32', padding: 'i32', temperature: 'f32' },
  reference: sampleReference,
  passes: samplePasses,
});
