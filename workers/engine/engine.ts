/**
 * Chooses and starts the engine: WebGPU where the visitor has a real adapter, else WASM.
 * A failed try is never fatal while another engine is left: it becomes the note beside the engine's badge.
 */
import { backend, env, ready, setBackend } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import type { EngineChoice, EngineInfo } from '../../src/contract/engine';
import { detail, type Detail, detailText } from '../../src/contract/details';
import { Failure } from '../../src/contract/failures';
import { recallWays, rememberWays } from '../../src/storage/adapter-memory';
import { setMachine } from '../kernels';
import { CpuMachine } from '../kernels/machines/plain';
import type { WebgpuMachine } from '../kernels/machines/webgpu';
import { tune } from './tuning';
import { addWasmKernels, prepareWasm } from './wasm-backend';
import { addWebgpuKernels, findAdapter, prepareWebgpu } from './webgpu-backend';

export interface EngineStart extends EngineInfo {
  /** Resolves with the reason if the GPU device is lost or refuses a shader; never on WASM. */
  lost: Promise<string>;
  /** Gives the GPU device back, lost or not: nothing on it can be used any more. Does nothing on WASM. */
  discard(): void;
}

export interface EngineOptions {
  /** On WebGPU: time the ways to do each pass that are not remembered. Default true; a probe has no time for it. */
  tuning?: boolean;
}

/** What is not on a device is neither lost nor given back. */
const SAFE = { lost: new Promise<string>(() => {}), discard: () => {} };

/** Starts an engine for this thread. Throws `no-webgpu` when WebGPU was asked for by name and cannot be had, `no-engine` when nothing works. */
export async function startEngine(choice: EngineChoice, { tuning = true }: EngineOptions = {}): Promise<EngineStart> {
  if (choice === 'wasm') return startWasm();
  if (choice === 'wasm-fast') return startRelaxed();
  if (choice === 'cpu') return startCpu();
  const found = await findAdapter();
  if (choice === 'webgpu') {
    if ('problem' in found) throw new Failure('no-webgpu', found.problem);
    try {
      return await startWebgpu(found.adapter, tuning);
    } catch (error) {
      throw new Failure('no-webgpu', reasonOf(error));
    }
  }
  if ('problem' in found) return startWasm(found.problem);
  if (found.software) return startWasm(detail('software-adapter', nameOf(found.adapter)));
  try {
    return await startWebgpu(found.adapter, tuning);
  } catch (error) {
    return startWasm(detail('webgpu-not-started', reasonOf(error)));
  }
}

async function startWebgpu(adapter: GPUAdapter, tuning: boolean): Promise<EngineStart> {
  const { lost, discard } = await prepareWebgpu(adapter);
  // Long command buffers: the default of 15 dispatches per submit costs more than it saves for small models.
  env().set('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE', 64);
  try {
    await use('webgpu');
    const { refused, machine } = addWebgpuKernels();
    const ended = Promise.race([lost, refused.then((reason) => `it refused a kernel, ${reason}`)]);
    // A device lost this early may leave what is measured on it open for ever.
    const failed = ended.then((reason) => Promise.reject(new Error(reason)));
    failed.catch(() => {}); // later, `lost` tells it
    const remember = await Promise.race([tuneFor(machine, adapter, tuning), failed]);
    await remember();
    return { engine: 'webgpu', adapter: nameOf(adapter), note: '', lost: ended, discard };
  } catch (error) {
    discard();
    throw error;
  }
}

/** Picks the adapter's ways to do each pass: those remembered, else measured now. An adapter is known by all it tells of itself. @returns remembers them, for a device that is still well */
async function tuneFor(machine: WebgpuMachine, { info }: GPUAdapter, isMeasuring: boolean): Promise<() => Promise<void>> {
  const adapter = [info.vendor, info.architecture, info.device, info.description].join(' / ');
  const known = await recallWays(adapter);
  const ways = await tune(machine, known, isMeasuring ? undefined : 0);
  return async () => {
    if (Object.keys(ways).some((pass) => ways[pass] !== known[pass])) await rememberWays(adapter, ways);
  };
}

async function startWasm(told?: Detail, isRelaxed = false): Promise<EngineStart> {
  try {
    await prepareWasm();
    await use('wasm');
    await addWasmKernels(isRelaxed);
  } catch (error) {
    throw new Failure('no-engine', reasonOf(error));
  }
  return { engine: 'wasm', adapter: isRelaxed ? 'relaxed SIMD, one thread' : 'SIMD, one thread', note: told ? detailText(told) : '', ...(told && { told }), ...SAFE };
}

/** A browser without relaxed SIMD refuses the module that uses it. */
async function startRelaxed(): Promise<EngineStart> {
  try {
    return await startWasm(undefined, true);
  } catch {
    return startWasm(detail('no-relaxed'));
  }
}

/** The plain reference engine, for tests. Loaded on demand so that it is not in the page's way. */
async function startCpu(): Promise<EngineStart> {
  await import('@tensorflow/tfjs-backend-cpu');
  await use('cpu');
  setMachine(backend(), new CpuMachine(backend()));
  return { engine: 'cpu', adapter: 'plain JavaScript', note: '', ...SAFE };
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

async function use(backend: string): Promise<void> {
  if (!(await setBackend(backend))) throw new Error(`${backend} did not start`);
  await ready();
}

/** Name of a GPU for people; browsers tell more or less of it. */
export function nameOf({ info }: GPUAdapter): string {
  return info.description || info.device || [info.vendor, info.architecture].filter(Boolean).join(' ') || 'GPU';
}
