/** Launches in plain numbers: on arrays of our own in double precision (the reference of all engines), and on TF.js's CPU backend (the `cpu` engine of tests). */
import type { KernelBackend, TensorInfo, TypedArray } from '@tensorflow/tfjs-core';
import type { Launch, Numbers } from '../launch';
import { isWindow, type Given, type Machine, type Operands } from '../machine';

abstract class PlainMachine<Buffer> implements Machine<Buffer> {
  abstract make(count: number, element?: 'f32' | 'i32'): Buffer;
  abstract put(numbers: Float32Array | Int32Array): Buffer;
  abstract free(buffer: Buffer): void;
  abstract hold(buffer: Buffer): Buffer;
  protected abstract numbers(buffer: Buffer): Numbers;

  clear(buffer: Buffer): void {
    this.numbers(buffer).fill(0);
  }

  count(buffer: Buffer): number {
    return this.numbers(buffer).length;
  }

  peek(buffer: Buffer): Float32Array | Int32Array {
    return this.numbers(buffer) as Float32Array | Int32Array; // read only, and doubles read like floats
  }

  run<Operand extends string, Size extends string, Missing extends Operand>(launch: Launch<Operand, Size, Missing>, operands: Operands<Buffer, Operand, Missing>, sizes: Record<Size, number>): void {
    const given: Given<Buffer> = operands;
    const plain: Record<string, Numbers> = {};
    for (const name in launch.operands) {
      const operand = given[name];
      if (operand === undefined) continue;
      plain[name] = isWindow(operand) ? this.numbers(operand.buffer).subarray(operand.offset, operand.offset + operand.count) : this.numbers(operand);
    }
    launch.reference(plain as Parameters<typeof launch.reference>[0], sizes); // the operands of this launch, by the loop above
  }
}

/** Double precision: what every engine is compared with. */
export class Float64Machine extends PlainMachine<Float64Array | Int32Array> {
  make(count: number, element: 'f32' | 'i32' = 'f32'): Float64Array | Int32Array {
    return element === 'f32' ? new Float64Array(count).fill(NaN) : new Int32Array(count);
  }

  put(numbers: Float32Array | Int32Array): Float64Array | Int32Array {
    return numbers instanceof Float32Array ? Float64Array.from(numbers) : numbers.slice();
  }

  free(): void {}

  hold(buffer: Float64Array | Int32Array): Float64Array | Int32Array {
    return buffer;
  }

  protected numbers(buffer: Float64Array | Int32Array): Numbers {
    return buffer;
  }
}

/** What we use of TF.js's CPU backend, whose package is loaded only by tests. */
interface CpuBackend extends KernelBackend {
  makeTensorInfo(shape: number[], dtype: 'float32' | 'int32', values: TypedArray): TensorInfo;
  data: { get(dataId: object): { values: TypedArray } };
}

export class CpuMachine extends PlainMachine<TensorInfo> {
  readonly #backend: CpuBackend;

  constructor(backend: KernelBackend) {
    super();
    this.#backend = backend as CpuBackend; // the engine calls this for that backend only
  }

  make(count: number, element: 'f32' | 'i32' = 'f32'): TensorInfo {
    return element === 'f32' ? this.#backend.makeTensorInfo([count], 'float32', new Float32Array(count)) : this.#backend.makeTensorInfo([count], 'int32', new Int32Array(count));
  }

  put(numbers: Float32Array | Int32Array): TensorInfo {
    return this.#backend.makeTensorInfo([numbers.length], numbers instanceof Float32Array ? 'float32' : 'int32', numbers.slice());
  }

  free({ dataId }: TensorInfo): void {
    this.#backend.disposeData(dataId);
  }

  hold(buffer: TensorInfo): TensorInfo {
    this.#backend.incRef(buffer.dataId);
    return buffer;
  }

  protected numbers({ dataId }: TensorInfo): Numbers {
    const entry = this.#backend.data.get(dataId);
    // A tensor made from another may share its numbers until somebody writes.
    return entry.values as Numbers;
  }
}
