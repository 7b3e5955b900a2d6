/**
 * Safetensors files (Hugging Face): 8 bytes little-endian header length, a JSON header, then raw numbers. Ours hold float32, shipped models float16.
 * Reading trusts nothing: a malformed file is refused before a number of it is used.
 */
import { detail, type Detail } from '../contract/details';
import { Failure } from '../contract/failures';
import { sizeOf } from '../contract/model-shape';
import { fromHalf, toHalf } from './half';
import { LONGEST_HEADER } from './limits';

/** Bytes of a number, of the types that are written here. */
const WIDTHS = { F32: 4, F16: 2 } as const;
type Dtype = keyof typeof WIDTHS;

export interface NamedTensor {
  shape: number[];
  data: Float32Array;
}

/** Where a tensor lies, in bytes after the header. */
export interface Place<Type extends string = Dtype> {
  dtype: Type;
  shape: number[];
  from: number;
  to: number;
}

export interface SafetensorsHeader {
  /** By name, in the order they lie in. */
  tensors: Map<string, Place>;
  /** Shapes alone, by name. */
  shapes: Record<string, number[]>;
  metadata: Record<string, string>;
  /** Where the numbers begin, bytes. */
  start: number;
}

/** The one name that is not a tensor's. */
const METADATA = '__metadata__';

/** @param metadata strings about the file, as the format allows @param dtype F16 rounds each number to the nearest of half precision */
export function encodeSafetensors(tensors: Record<string, NamedTensor>, metadata: Record<string, string> = {}, dtype: Dtype = 'F32'): Uint8Array<ArrayBuffer> {
  const entries: [string, unknown][] = Object.keys(metadata).length > 0 ? [[METADATA, metadata]] : [];
  let end = 0;
  for (const [name, { shape, data }] of Object.entries(tensors)) {
    if (name === METADATA) throw new Error(`encodeSafetensors: want a tensor's name, got ${name}`);
    if (sizeOf(shape) !== data.length) throw new Error(`encodeSafetensors: want ${sizeOf(shape)} numbers for ${name}, got ${data.length}`);
    entries.push([name, { dtype, shape, data_offsets: [end, (end += WIDTHS[dtype] * data.length)] }]);
  }
  const plain = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const length = Math.ceil(plain.length / 8) * 8; // numbers start aligned; the format pads with spaces
  const file = new Uint8Array(8 + length + end).fill(0x20, 8, 8 + length);
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true);
  file.set(plain, 8);
  let offset = 8 + length;
  for (const { data } of Object.values(tensors)) {
    const numbers = dtype === 'F32' ? data : Uint16Array.from(data, toHalf);
    file.set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength), offset);
    offset += numbers.byteLength;
  }
  return file;
}

const refuse = (what: Detail) => new Failure('unreadable-run-file', detail('safetensors', what));

/** What a file holds and where, without reading a number. Throws `unreadable-run-file` unless every byte belongs to exactly one tensor. */
export function readSafetensorsHeader(bytes: Uint8Array): SafetensorsHeader {
  const start = startOf(bytes, bytes.length);
  const { tensors, metadata } = tensorsIn(bytes.subarray(8, start), bytes.length - start, WIDTHS, 'float32 or float16');
  const shapes = Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]));
  return { tensors, shapes, metadata, start };
}

/** Where the numbers of a file begin. @param head its first 8 bytes at least @param size of the file. Throws `unreadable-run-file`. */
export function startOf(head: Uint8Array, size: number): number {
  if (head.length < 8) throw refuse(detail('shorter-than-header'));
  const length = Number(new DataView(head.buffer, head.byteOffset).getBigUint64(0, true));
  if (length > LONGEST_HEADER || 8 + length > size) throw refuse(detail('shorter-than-header'));
  return 8 + length;
}

/** @param json the header @param room bytes after it @param widths bytes of a number, of each type that may stand in it @param types those in words. Throws as above. */
export function tensorsIn<Type extends string>(json: Uint8Array, room: number, widths: Readonly<Record<Type, number>>, types: string | Detail): { tensors: Map<string, Place<Type>>; metadata: Record<string, string> } {
  const { [METADATA]: metadata = {}, ...entries } = tableIn(json);
  if (!isTable(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) throw refuse(detail('metadata-no-text'));
  const isType = (dtype: unknown): dtype is Type => typeof dtype === 'string' && Object.hasOwn(widths, dtype);
  const places = Object.entries(entries).map(([name, entry]): [string, Place<Type>] => {
    const place = placeOf(entry, isType);
    if (!place) throw refuse(detail('not-described', name, types));
    return [name, place];
  });
  places.sort(([, a], [, b]) => a.from - b.from || a.to - b.to);
  let end = 0;
  for (const [name, { dtype, shape, from, to }] of places) {
    if (from !== end || to - from !== widths[dtype] * sizeOf(shape)) throw refuse(detail('misplaced', name));
    end = to;
  }
  if (end !== room) throw refuse(detail(end > room ? 'too-few-bytes' : 'too-many-bytes'));
  return { tensors: new Map(places), metadata: metadata as Record<string, string> }; // every value was checked above
}

/** Numbers are copied: the file's bytes may be let go. Throws `unreadable-run-file`. */
export function decodeSafetensors(bytes: Uint8Array): Record<string, NamedTensor> {
  const { tensors, start } = readSafetensorsHeader(bytes);
  return Object.fromEntries(
    [...tensors].map(([name, { dtype, shape, from, to }]) => {
      const numbers = new (dtype === 'F32' ? Float32Array : Uint16Array)((to - from) / WIDTHS[dtype]);
      new Uint8Array(numbers.buffer).set(bytes.subarray(start + from, start + to));
      return [name, { shape, data: numbers instanceof Float32Array ? numbers : Float32Array.from(numbers, fromHalf) }];
    }),
  );
}

function tableIn(json: Uint8Array): Record<string, unknown> {
  let table: unknown;
  try {
    table = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(json));
  } catch {
    throw refuse(detail('header-no-json'));
  }
  if (!isTable(table)) throw refuse(detail('header-no-table'));
  return table;
}

const isTable = (x: unknown): x is Record<string, unknown> => typeof x === 'object' && x !== null && !Array.isArray(x);
const isCount = (x: unknown): x is number => typeof x === 'number' && Number.isSafeInteger(x) && x >= 0;
const isCounts = (x: unknown): x is number[] => Array.isArray(x) && x.every(isCount);

function placeOf<Type extends string>(entry: unknown, isType: (dtype: unknown) => dtype is Type): Place<Type> | undefined {
  if (!isTable(entry)) return undefined;
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!isType(dtype) || !isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) return undefined;
  const [from = 0, to = 0] = offsets;
  return { dtype, shape, from, to };
}
