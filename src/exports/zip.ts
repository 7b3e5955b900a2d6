/** Files as one zip, in pieces: neither a file nor the zip is ever whole in memory before it is asked for. The same files give the same bytes. */
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import type { Content, ExportFile } from './format';

/** As in run files: zip writes local time, and every zone has a noon. */
const NO_TIME = new Date(1980, 0, 1, 12);
/** Endings of what is compressed already, or hardly can be. */
const DENSE = /\.(png|safetensors)$/;

export function* zipped(files: readonly ExportFile[]): Content & Generator<Uint8Array<ArrayBuffer>> {
  let ready: Uint8Array<ArrayBuffer>[] = [];
  const zip = new Zip((error, piece) => {
    if (error) throw error;
    ready.push(piece as Uint8Array<ArrayBuffer>); // fflate makes no shared memory, and neither do we
  });
  const taken = () => {
    const pieces = ready;
    ready = [];
    return pieces;
  };
  for (const { name, content } of files) {
    const entry = DENSE.test(name) ? new ZipPassThrough(name) : new ZipDeflate(name, { level: 6 });
    entry.mtime = NO_TIME;
    zip.add(entry);
    for (const piece of content) {
      entry.push(piece);
      yield* taken();
    }
    entry.push(new Uint8Array(0), true);
    yield* taken();
  }
  zip.end();
  yield* taken();
}
