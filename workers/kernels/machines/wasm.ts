/**
 * Launches on WASM: our AssemblyScript functions on the tensors' own bytes. The module imports TF.js's memory, so nothing is copied, and addresses stay right
 * when that memory grows. Plain SIMD gives the same bits on every machine; relaxed SIMD (fused multiply-add) is faster and does not promise that.
 */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { Launch } from '../launch';
import { isWindow, OutOfMemory, type Given, type Machine, type Operands, type Window } from '../machine';

/** What we use of TF.js's WASM backend that its types keep to themselves. */
interface Internals {
  wasm: { asm: { memory: WebAssembly.Memory }; _malloc(bytes: number): number };
  dataIdMap: { get(dataId: object): { memoryOffset: number } };
}

type Functions = Record<string, (...numbers: number[]) => void>;

/** Bytes of the room our functions have for packed matrices and tiles. */
const SCRATCH = 24 * 2 ** 20;

export class WasmMachine implements Machine<TensorInfo> {
  readonly #internals: Internals;

  private constructor(
    private readonly backend: BackendWasm,
    private readonly functions: Functions,
  ) {
    this.#internals = internalsOf(backend);
  }

  /** @param binary bytes of a build of kernels/assembly */
  static async over(backend: BackendWasm, binary: BufferSource): Promise<WasmMachine> {
    const { wasm } = internalsOf(backend);
    const { instance } = await WebAssembly.instantiate(binary, { env: { memory: wasm.asm.memory } });
    const functions = instance.exports as Functions; // the plugin refuses a module that exports anything else
    functions['setScratch']!(wasm._malloc(SCRATCH) >>> 0, SCRATCH);
    return new WasmMachine(backend, functions);
  }

  make(count: number, element: 'f32' | 'i32' = 'f32'): TensorInfo {
    const made = this.backend.makeOutput([count], element === 'f32' ? 'float32' : 'int32');
    // TF.js does not ask what it was given: with 0 it would write over the beginning of everything.
    if (count > 0 && this.#internals.dataIdMap.get(made.dataId).memoryOffset === 0) throw new OutOfMemory(count);
    return made;
  }

  put(numbers: Float32Array | Int32Array): TensorInfo {
    const made = this.make(numbers.length, numbers instanceof Float32Array ? 'f32' : 'i32');
    this.backend.typedArrayFromHeap(made).set(numbers);
    return made;
  }

  free({ dataId }: TensorInfo): void {
    this.backend.disposeData(dataId);
  }

  hold(buffer: TensorInfo): TensorInfo {
    this.backend.incRef(buffer.dataId);
    return buffer;
  }

  clear(buffer: TensorInfo): void {
    this.backend.typedArrayFromHeap(buffer).fill(0);
  }

  count({ shape }: TensorInfo): number {
    return shape.reduce((product, side) => product * side, 1);
  }

  peek(buffer: TensorInfo): Float32Array | Int32Array {
    return this.backend.typedArrayFromHeap(buffer) as Float32Array | Int32Array; // launches have no other types
  }

  run<Operand extends string, Size extends string, Missing extends Operand>(launch: Launch<Operand, Size, Missing>, operands: Operands<TensorInfo, Operand, Missing>, sizes: Record<Size, number>): void {
    const given: Given<TensorInfo> = operands;
    const numbers: number[] = [];
    for (const name in launch.operands) numbers.push(this.#address(given[name]));
    for (const name in launch.sizes) numbers.push(sizes[name]!);
    this.functions[launch.name]!(...numbers);
  }

  #address(operand: TensorInfo | Window<TensorInfo> | undefined): number {
    if (operand === undefined) return 0;
    if (isWindow(operand)) return this.#internals.dataIdMap.get(operand.buffer.dataId).memoryOffset + operand.offset * 4;
    return this.#internals.dataIdMap.get(operand.dataId).memoryOffset;
  }
}

const internalsOf = (backend: BackendWasm): Internals => backend as unknown as Internals; // see Internals
