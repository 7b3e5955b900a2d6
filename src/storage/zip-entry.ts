/** One entry of a zip, read piece by piece into memory of exactly its own size. */
import { Inflate, ZipPassThrough } from 'fflate';
import { detail, type Detail } from '../contract/details';
import { Failure } from '../contract/failures';
import { PIECE } from './limits';
import type { Place } from './zip-directory';

const HEADER = 0x04034b50;
const HEADER_LENGTH = 30;
/** Deflate makes at most about a thousand bytes of one, so that a piece never unpacks to more than this many MiB. */
const PACKED_PIECE = 2 ** 14;

/** Throws `truncated-run-file`, `unreadable-run-file` when it is larger than it says, `wrong-hash` when its checksum is another. */
export async function entryOf(file: Blob, name: string, place: Place): Promise<Uint8Array<ArrayBuffer>> {
  const { isStored, crc, packed, size, from, to } = place;
  const damaged = (what: string | Detail) => new Failure('truncated-run-file', detail('at', name, what));
  const header = new DataView(await file.slice(from, from + HEADER_LENGTH).arrayBuffer());
  if (header.byteLength < HEADER_LENGTH || header.getUint32(0, true) !== HEADER) throw damaged(detail('no-beginning'));
  const start = from + HEADER_LENGTH + header.getUint16(26, true) + header.getUint16(28, true);
  if (start + packed > to) throw damaged(detail('runs-into-next'));
  const bytes = new Uint8Array(size);
  let at = 0;
  const put = (piece: Uint8Array): void => {
    if (at + piece.length > size) throw new Failure('unreadable-run-file', detail('unpacks-longer', name));
    bytes.set(piece, at);
    at += piece.length;
  };
  try {
    await (isStored ? piecesOf(file, start, packed, PIECE, put) : inflated(file, start, packed, put));
  } catch (error) {
    throw error instanceof Failure ? error : damaged(error instanceof Error ? error.message : String(error));
  }
  if (at !== size) throw damaged(detail('shorter-than-said'));
  if (crcOf(bytes) !== crc) throw new Failure('wrong-hash', detail('changed', name));
  return bytes;
}

async function piecesOf(file: Blob, start: number, length: number, piece: number, take: (bytes: Uint8Array, isLast: boolean) => void): Promise<void> {
  for (let at = 0; at < length; at += piece) {
    const end = Math.min(length, at + piece);
    take(new Uint8Array(await file.slice(start + at, start + end).arrayBuffer()), end === length);
  }
}

async function inflated(file: Blob, start: number, length: number, put: (piece: Uint8Array) => void): Promise<void> {
  const inflate = new Inflate((piece) => put(piece));
  await piecesOf(file, start, length, PACKED_PIECE, (piece, isLast) => inflate.push(piece, isLast));
}

/** CRC-32 as zip has it: fflate counts it for what it writes. */
export function crcOf(bytes: Uint8Array): number {
  const counter = new ZipPassThrough('');
  counter.ondata = () => {};
  counter.push(bytes, true);
  return counter.crc >>> 0;
}
