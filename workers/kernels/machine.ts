/** What runs launches: one machine an engine, and one in double precision for tests. Programs made of launches (workers/model) know only this. */
import type { Launch } from './launch';

/** A run of numbers in a machine's buffer. Offsets and counts are in numbers, not bytes. */
export interface Window<Buffer> {
  readonly buffer: Buffer;
  readonly offset: number;
  readonly count: number;
}

/** What a launch is given: a buffer or a window for each operand, but for those that may be missing. */
export type Operands<Buffer, Operand extends string, Missing extends string> = Record<Exclude<Operand, Missing>, Buffer | Window<Buffer>> & Partial<Record<Missing, Buffer | Window<Buffer> | undefined>>;

/** The same without names, as a machine walks over it. */
export type Given<Buffer> = Readonly<Record<string, Buffer | Window<Buffer> | undefined>>;

export interface Machine<Buffer = unknown> {
  /** A buffer of so many numbers with anything in it. */
  make(count: number, element?: 'f32' | 'i32'): Buffer;
  /** A buffer with these numbers in it. */
  put(numbers: Float32Array | Int32Array): Buffer;
  free(buffer: Buffer): void;
  /** One more owner: the buffer lives until it has been freed once more. */
  hold(buffer: Buffer): Buffer;
  /** Sets every number of a buffer to 0. */
  clear(buffer: Buffer): void;
  count(buffer: Buffer): number;
  run<Operand extends string, Size extends string, Missing extends Operand>(launch: Launch<Operand, Size, Missing>, operands: Operands<Buffer, Operand, Missing>, sizes: Record<Size, number>): void;
  /** The numbers of a buffer as they are now, where looking costs nothing; undefined where it would mean waiting for a device. Not to be changed or kept. */
  peek(buffer: Buffer): Float32Array | Int32Array | undefined;
}

export const isWindow = <Buffer>(operand: Buffer | Window<Buffer>): operand is Window<Buffer> =>
  typeof operand === 'object' && operand !== null && 'buffer' in operand && 'offset' in operand && 'count' in operand;

/** The machine has no room left. */
export class OutOfMemory extends Error {
  override readonly name = 'OutOfMemory';
  constructor(readonly count: number) {
    super(`Machine.make: want room for ${count} numbers, got none`);
  }
}
