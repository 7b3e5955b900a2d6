/** A stream of bytes as numbered lines of text: a file of any size is never held whole. Says what it cannot read instead of showing wrong letters. */
import { Failure } from '../contract/failures';

export interface Line {
  /** From 1. */
  number: number;
  text: string;
}

/** Longer lines are no data for small models; they are more likely one file without line ends. Characters. */
export const LONGEST_LINE = 16 * 2 ** 20;

const GZIP = [0x1f, 0x8b];

/** What the first bytes of a file that is no UTF-8 text look like. */
function otherEncoding(first: Uint8Array): string | undefined {
  const [a, b, c, d] = first;
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return 'UTF-16';
  if (a === 0 && b !== undefined && b !== 0) return 'UTF-16';
  if (a !== undefined && a !== 0 && b === 0 && d === 0 && c !== 0) return 'UTF-16';
  return undefined;
}

/** Bytes as they come, unpacked where they are gzip. */
async function* unpacked(bytes: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const [look, whole] = bytes.tee();
  const reader = look.getReader();
  const { value: first = new Uint8Array() } = await reader.read();
  void reader.cancel(); // the other branch goes on
  const isGzip = GZIP.every((byte, i) => first[i] === byte);
  // DecompressionStream is typed for buffers of its own; ours are plain arrays of bytes.
  const stream = isGzip ? whole.pipeThrough(new DecompressionStream('gzip') as unknown as ReadableWritablePair<Uint8Array, Uint8Array>) : whole;
  const chunks = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await chunks.read();
      if (done) return;
      yield value;
    }
  } catch (error) {
    if (isGzip) throw new Failure('unreadable-data', `the gzip file is damaged or cut short: ${error instanceof Error ? error.message : String(error)}`);
    throw error;
  } finally {
    void chunks.cancel().catch(() => {}); // it may have failed already
  }
}

/**
 * @param bytes of a text file, plain or gzip
 * @param onBytes told how many bytes have been read, unpacked
 * Throws `unreadable-data`.
 */
export async function* linesOf(bytes: ReadableStream<Uint8Array>, onBytes: (count: number) => void = () => {}): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let number = 0;
  let rest = '';
  let count = 0;
  const decoded = (chunk?: Uint8Array): string => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    } catch {
      throw new Failure('unreadable-data', `after line ${number} it is not UTF-8 text; save it as UTF-8`);
    }
  };
  for await (const chunk of unpacked(bytes)) {
    const other = count === 0 ? otherEncoding(chunk) : undefined;
    if (other) throw new Failure('unreadable-data', `it is ${other} text; save it as UTF-8`);
    count += chunk.length;
    onBytes(count);
    const parts = (rest + decoded(chunk)).split('\n');
    rest = parts.pop()!; // a split has at least one part
    for (const part of parts) yield { number: ++number, text: part.endsWith('\r') ? part.slice(0, -1) : part };
    if (rest.length > LONGEST_LINE) throw new Failure('unreadable-data', `line ${number + 1} is longer than ${LONGEST_LINE.toLocaleString('en')} characters`);
  }
  rest += decoded();
  if (rest !== '') yield { number: ++number, text: rest.endsWith('\r') ? rest.slice(0, -1) : rest };
}
