/**
 * Safetensors files (Hugging Face): 8 bytes little-endian header length, a JSON header, then raw numbers. Ours hold float32 only.
 * Reading trusts nothing: a malformed file is refused before a number of it is used.
 */
import { Failure } from '../contract/failures';
import { sizeOf } from '../contract/model-shape';

export interface NamedTensor {
  shape: number[];
  data: Float32Array;
}

/** Hugging Face's own bound on headers, bytes. */
const LONGEST_HEADER = 100_000_000;

/** @param metadata strings about the file, as the format allows */
export function encodeSafetensors(tensors: Record<string, NamedTensor>, metadata: Record<string, string> = {}): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {};
  let end = 0;
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    if (sizeOf(shape) !== data.length) throw new Error(`encodeSafetensors: want ${sizeOf(shape)} numbers for ${name}, got ${data.length}`);
    header[name] = { dtype: 'F32', shape, data_offsets: [end, (end += data.byteLength)] };
  }
  const plain = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(plain.length / 8) * 8; // numbers start aligned; the format pads with spaces
  const file = new Uint8Array(8 + length + end).fill(0x20, 8, 8 + length);
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true);
  file.set(plain, 8);
  let offset = 8 + length;
  for (const { data } of Object.values(tensors)) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return file;
}

/** Shapes and places of what a file holds. Throws `unreadable-run-file`. */
export function readSafetensorsHeader(bytes: Uint8Array): { shapes: Record<string, number[]>; offsets: Record<string, [number, number]>; metadata: Record<string, string>; start: number } {
  const refuse = (what: string) => new Failure('unreadable-run-file', `safetensors: ${what}`);
  if (bytes.length < 8) throw refuse('shorter than its header');
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const start = 8 + length;
  if (length > LONGEST_HEADER || start > bytes.length) throw refuse('shorter than its header');
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, start)));
  } catch {
    throw refuse('the header is not JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) throw refuse('the header is not a table');
  const { __metadata__: metadata = {}, ...entries } = header as Record<string, unknown>; // checked to be a table just above
  const shapes: Record<string, number[]> = {};
  const offsets: Record<string, [number, number]> = {};
  let expected = 0;
  for (const [name, entry] of Object.entries(entries)) {
    if (!isEntry(entry)) throw refuse(`${name} is not described as float32 with a shape and a place`);
    const [from, to] = entry.data_offsets;
    if (from !== expected || to - from !== 4 * sizeOf(entry.shape) || start + to > bytes.length) throw refuse(`${name} does not lie where it should`);
    expected = to;
    shapes[name] = entry.shape;
    offsets[name] = [from, to];
  }
  if (start + expected !== bytes.length) throw refuse('there are bytes that belong to nothing');
  return { shapes, offsets, metadata: isStrings(metadata) ? metadata : {}, start };
}

/** Numbers are copied: the file's bytes may be let go. */
export function decodeSafetensors(bytes: Uint8Array): Record<string, NamedTensor> {
  const { shapes, offsets, start } = readSafetensorsHeader(bytes);
  return Object.fromEntries(
    Object.entries(offsets).map(([name, [from, to]]) => {
      const own = bytes.slice(start + from, start + to);
      return [name, { shape: shapes[name]!, data: new Float32Array(own.buffer, own.byteOffset, own.length / 4) }];
    }),
  );
}

interface Entry {
  shape: number[];
  data_offsets: [number, number];
}

const isCount = (x: unknown): x is number => typeof x === 'number' && Number.isSafeInteger(x) && x >= 0;

function isEntry(entry: unknown): entry is Entry {
  if (typeof entry !== 'object' || entry === null) return false;
  const { dtype, shape, data_offsets: place } = entry as Record<string, unknown>; // every field is checked below
  return dtype === 'F32' && Array.isArray(shape) && shape.every(isCount) && Array.isArray(place) && place.length === 2 && place.every(isCount);
}

const isStrings = (x: unknown): x is Record<string, string> => typeof x === 'object' && x !== null && Object.values(x).every((value) => typeof value === 'string');
