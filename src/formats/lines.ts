/** A stream of bytes as numbered lines of text. */
import { detail } from '../contract/details';
import { Failure } from '../contract/failures';
import { textIn, type OnBytes } from './decoded';

export interface Line {
  /** From 1. */
  number: number;
  text: string;
}

/** Longer lines are no data for small models; they are more likely one file without line ends. Characters. */
export const LONGEST_LINE = 16 * 2 ** 20;

/** Ends of lines may be those of Windows. Throws `unreadable-data`. */
export async function* linesOf(bytes: ReadableStream<Uint8Array>, onBytes?: OnBytes): AsyncGenerator<Line> {
  let number = 0;
  let rest = '';
  const line = (text: string): Line => ({ number: ++number, text: text.endsWith('\r') ? text.slice(0, -1) : text });
  for await (const piece of textIn(bytes, onBytes)) {
    const parts = (rest + piece).split('\n');
    rest = parts.pop()!; // a split has at least one part
    for (const part of parts) yield line(part);
    if (rest.length > LONGEST_LINE) throw new Failure('unreadable-data', detail('long-line', number + 1, LONGEST_LINE));
  }
  if (rest !== '') yield line(rest);
}
