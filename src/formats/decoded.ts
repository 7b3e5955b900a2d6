/** A stream of bytes as text, piece by piece: a file of any size is never held whole. Says what it cannot read instead of showing wrong letters. */
import { detail } from '../contract/details';
import { Failure } from '../contract/failures';

/** How far a file has been read, in bytes: of the file itself, and of what it unpacks to. */
export type OnBytes = (bytes: { read: number; unpacked: number }) => void;

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
async function* unpacked(bytes: ReadableStream<Uint8Array>, onRead: (count: number) => void): AsyncGenerator<Uint8Array> {
  const [look, whole] = bytes.tee();
  const reader = look.getReader();
  const { value: first = new Uint8Array() } = await reader.read();
  void reader.cancel(); // the other branch goes on
  let read = 0;
  const counted = whole.pipeThrough(new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      onRead((read += chunk.length));
      controller.enqueue(chunk);
    },
  }));
  const isGzip = GZIP.every((byte, i) => first[i] === byte);
  // DecompressionStream is typed for buffers of its own; ours are plain arrays of bytes.
  const stream = isGzip ? counted.pipeThrough(new DecompressionStream('gzip') as unknown as ReadableWritablePair<Uint8Array, Uint8Array>) : counted;
  const chunks = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await chunks.read();
      if (done) return;
      yield value;
    }
  } catch (error) {
    if (isGzip) throw new Failure('unreadable-data', detail('damaged-gzip', error instanceof Error ? error.message : String(error)));
    throw error;
  } finally {
    void chunks.cancel().catch(() => {}); // it may have failed already
  }
}

/**
 * @param bytes of a text file, plain or gzip
 * @yields pieces of text, cut anywhere but within a character
 * Throws `unreadable-data`.
 */
export async function* textIn(bytes: ReadableStream<Uint8Array>, onBytes: OnBytes = () => {}): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let count = 0;
  let read = 0;
  const decoded = (chunk?: Uint8Array): string => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    } catch {
      throw new Failure('unreadable-data', detail('not-utf8', count));
    }
  };
  for await (const chunk of unpacked(bytes, (so) => (read = so))) {
    const other = count === 0 ? otherEncoding(chunk) : undefined;
    if (other) throw new Failure('unreadable-data', detail('other-encoding', other));
    count += chunk.length;
    onBytes({ read, unpacked: count });
    yield decoded(chunk);
  }
  yield decoded();
}
