/**
 * Launches on WebGPU, encoded into TF.js's own stream of commands so that both see each other's results in order. Host time is what a small model on a fast GPU
 * waits for, so everything that can be kept is: pipelines, the small buffers that hold sizes, and bind groups (TF.js's pool hands out the same buffers step after step).
 */
import { env, type TensorInfo } from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { Launch, Pass, Variant } from '../launch';
import { isWindow, type Given, type Machine, type Operands } from '../machine';
import { shaderOf } from './shader-text';

/** What we use of TF.js's WebGPU backend that its types keep to themselves. */
interface Internals {
  device: GPUDevice;
  commandEncoder: GPUCommandEncoder | null;
  computePassEncoder: GPUComputePassEncoder | null;
  commandQueueOwnedIds: WeakSet<object>;
  dispatchCountInPass: number;
  tensorMap: { get(dataId: object): { resource?: GPUBuffer | null; values?: Float32Array | Int32Array | null } };
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
}

interface Program {
  pipeline: GPUComputePipeline;
  layout: GPUBindGroupLayout;
  /** Names of the operands bound, in order. */
  bound: readonly string[];
  key: number;
}

/** More than training ever makes; a bound, so that nothing grows for ever. */
const MOST_BIND_GROUPS = 8192;
const MOST_SIZES = 4096;

const MOST_GROUPS = 65_535;

export class WebgpuMachine implements Machine<TensorInfo> {
  /** Dispatches so far: for tests and the bench. */
  dispatches = 0;
  /** Told when a shader does not compile or a dispatch is refused. */
  onFailure: (reason: string) => void = () => {};
  readonly #of: Internals;
  readonly #programs = new Map<string, Program>();
  readonly #sizes = new Map<string, { buffer: GPUBuffer; key: number }>();
  readonly #bindGroups = new Map<string, GPUBindGroup>();
  readonly #keys = new WeakMap<GPUBuffer, number>();
  readonly #chosen = new Map<string, string>();
  #nextKey = 1;

  constructor(private readonly backend: WebGPUBackend) {
    this.#of = backend as unknown as Internals; // see Internals
  }

  make(count: number, element: 'f32' | 'i32' = 'f32'): TensorInfo {
    return this.backend.makeTensorInfo([count], element === 'f32' ? 'float32' : 'int32');
  }

  put(numbers: Float32Array | Int32Array): TensorInfo {
    return this.backend.makeTensorInfo([numbers.length], numbers instanceof Float32Array ? 'float32' : 'int32', numbers);
  }

  free({ dataId }: TensorInfo): void {
    this.backend.disposeData(dataId);
  }

  hold(buffer: TensorInfo): TensorInfo {
    this.backend.incRef(buffer.dataId);
    return buffer;
  }

  clear(buffer: TensorInfo): void {
    const resource = this.#resourceOf(buffer, true);
    this.#of.ensureCommandEncoderReady();
    this.#of.endComputePassEncoder();
    this.#of.commandEncoder!.clearBuffer(resource); // made ready above
  }

  count({ shape }: TensorInfo): number {
    return shape.reduce((product, side) => product * side, 1);
  }

  peek({ dataId }: TensorInfo): Float32Array | Int32Array | undefined {
    return this.#of.tensorMap.get(dataId).values ?? undefined;
  }

  run<Operand extends string, Size extends string, Missing extends Operand>(launch: Launch<Operand, Size, Missing>, operands: Operands<TensorInfo, Operand, Missing>, sizes: Record<Size, number>): void {
    const given: Given<TensorInfo> = operands;
    // Every operand is on the device before anything is encoded, since an upload ends the pass; what is written is no longer what the host remembers.
    for (const name in launch.operands) {
      const operand = given[name];
      if (operand !== undefined) this.#resourceOf(isWindow(operand) ? operand.buffer : operand, !launch.operands[name].startsWith('in '));
    }
    launch.passes.forEach((pass, index) => this.#dispatch(launch, pass, index, given, sizes));
  }

  /** Which variant of each pass is used, by `launch/pass`: measured by the engine, kept by the page. */
  choose(pass: string, variant: string): void {
    this.#chosen.set(pass, variant);
  }

  /** Whether this device has what a variant needs. */
  can({ feature }: Pick<Variant<string, string>, 'feature'>): boolean {
    return feature === undefined || this.#of.device.features.has(feature);
  }

  #dispatch<Operand extends string, Size extends string, Missing extends Operand>(launch: Launch<Operand, Size, Missing>, pass: Pass<Operand, Size>, index: number, given: Given<TensorInfo>, sizes: Record<Size, number>): void {
    if (pass.needs !== undefined && given[pass.needs] === undefined) return;
    const variant = this.#variantOf(`${launch.name}/${index}`, pass, sizes);
    const program = this.#programOf(launch, pass, index, variant, given, sizes);
    const uniform = this.#uniformOf(launch.sizes, sizes);
    let key = `${program.key},${uniform.key}`;
    const entries: GPUBindGroupEntry[] = [];
    for (const name of program.bound) {
      const operand = given[name]!; // bound only where given
      const info = isWindow(operand) ? operand.buffer : operand;
      const buffer = this.#of.tensorMap.get(info.dataId).resource!; // put there by run
      const [offset, size] = isWindow(operand) ? [operand.offset * 4, operand.count * 4] : [0, buffer.size];
      key += `,${this.#keyOf(buffer)}:${offset}:${size}`;
      entries.push({ binding: entries.length, resource: { buffer, offset, size } });
      this.#of.commandQueueOwnedIds.add(info.dataId);
    }
    entries.push({ binding: entries.length, resource: { buffer: uniform.buffer } });
    const pipelinePass = this.#openPass();
    pipelinePass.setPipeline(program.pipeline);
    pipelinePass.setBindGroup(0, this.#bindGroupOf(key, program, entries));
    const groups = variant.groups(sizes);
    pipelinePass.dispatchWorkgroups(Math.min(groups, MOST_GROUPS), Math.ceil(groups / MOST_GROUPS));
    this.dispatches += 1;
    this.#of.dispatchCountInPass += 1;
    if (this.#of.dispatchCountInPass >= (env().get('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE') as number)) {
      this.#of.endComputePassEncoder();
      this.#of.submitQueue();
    }
  }

  #openPass(): GPUComputePassEncoder {
    this.#of.ensureCommandEncoderReady();
    return (this.#of.computePassEncoder ??= this.#of.commandEncoder!.beginComputePass()); // made ready above
  }

  #variantOf<Operand extends string, Size extends string>(pass: string, { variants }: Pass<Operand, Size>, sizes: Record<Size, number>): Variant<Operand, Size> {
    const wanted = this.#chosen.get(pass);
    const fitting = variants.filter((variant) => this.can(variant) && (variant.fits?.(sizes) ?? true));
    const found = fitting.find(({ name }) => name === wanted) ?? fitting[0];
    if (!found) throw new Error(`${pass}: want a variant for any sizes, got none for ${JSON.stringify(sizes)}`);
    return found;
  }

  #programOf<Operand extends string, Size extends string, Missing extends Operand>(launch: Launch<Operand, Size, Missing>, pass: Pass<Operand, Size>, index: number, variant: Variant<Operand, Size>, given: Given<TensorInfo>, sizes: Record<Size, number>): Program {
    const names = pass.binds ?? (Object.keys(launch.operands) as Operand[]); // the keys are the operands
    const bound = names.filter((name) => given[name] !== undefined);
    const key = `${launch.name}/${index}/${variant.name}/${bound.join()}/${(variant.constants ?? []).map((size) => sizes[size]).join()}`;
    const known = this.#programs.get(key);
    if (known) return known;
    const { device } = this.#of;
    device.pushErrorScope('validation');
    const layout = device.createBindGroupLayout({
      entries: [
        ...bound.map((name, binding): GPUBindGroupLayoutEntry => ({ binding, visibility: 4, buffer: { type: launch.operands[name].startsWith('in ') ? 'read-only-storage' : 'storage' } })), // 4: compute
        { binding: bound.length, visibility: 4, buffer: { type: 'uniform' } },
      ],
    });
    const module = device.createShaderModule({ label: key, code: shaderOf(launch, variant, bound, sizes) });
    const pipeline = device.createComputePipeline({ label: key, layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }), compute: { module, entryPoint: 'main' } });
    device.popErrorScope().then((error) => error && this.onFailure(`${key}: ${error.message}`), () => {}); // a lost device says so elsewhere
    const program = { pipeline, layout, bound, key: this.#nextKey++ };
    this.#programs.set(key, program);
    return program;
  }

  #uniformOf<Size extends string>(kinds: Readonly<Record<Size, 'i32' | 'f32'>>, sizes: Record<Size, number>): { buffer: GPUBuffer; key: number } {
    const names = Object.keys(kinds) as Size[]; // the keys are the sizes
    const key = names.map((name) => `${kinds[name]}${sizes[name]}`).join();
    const known = this.#sizes.get(key);
    if (known) return known;
    if (this.#sizes.size >= MOST_SIZES) this.#forget();
    const words = new DataView(new ArrayBuffer(Math.ceil(names.length / 4) * 16));
    names.forEach((name, i) => (kinds[name] === 'i32' ? words.setInt32(i * 4, sizes[name], true) : words.setFloat32(i * 4, sizes[name], true)));
    const buffer = this.#of.device.createBuffer({ size: words.byteLength, usage: 0x40 | 0x8 }); // uniform, copied to
    this.#of.device.queue.writeBuffer(buffer, 0, words.buffer as ArrayBuffer); // made above
    const made = { buffer, key: this.#nextKey++ };
    this.#sizes.set(key, made);
    return made;
  }

  #bindGroupOf(key: string, { layout }: Program, entries: GPUBindGroupEntry[]): GPUBindGroup {
    const known = this.#bindGroups.get(key);
    if (known) return known;
    if (this.#bindGroups.size >= MOST_BIND_GROUPS) this.#bindGroups.clear();
    const made = this.#of.device.createBindGroup({ layout, entries });
    this.#bindGroups.set(key, made);
    return made;
  }

  /** Small buffers in commands not yet submitted live on as long as those do. */
  #forget(): void {
    this.#sizes.clear();
    this.#bindGroups.clear();
  }

  #keyOf(buffer: GPUBuffer): number {
    const known = this.#keys.get(buffer);
    if (known !== undefined) return known;
    this.#keys.set(buffer, this.#nextKey);
    return this.#nextKey++;
  }

  #resourceOf({ dataId }: TensorInfo, isWritten: boolean): GPUBuffer {
    const data = this.#of.tensorMap.get(dataId);
    if (!data.resource) this.backend.uploadToGPU(dataId);
    if (isWritten) data.values = null;
    return data.resource!; // uploaded above
  }
}

