/**
 * The WebGPU engine: TF.js's backend on a device we request ourselves. The stock factory cannot be used again after a lost device,
 * asks for few features, and hangs where requestAdapter hangs.
 */
import { backend, findBackendFactory, registerBackend, removeBackend } from '@tensorflow/tfjs-core';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { type Detail, detail } from '../../src/contract/details';
import { setMachine } from '../kernels';
import { WebgpuMachine } from '../kernels/machines/webgpu';

/** Some drivers never answer; a visitor should not wait for them. Milliseconds. */
const PATIENCE = 5000;

/** Used where the adapter offers them; kernels ask the device which it got. */
const FEATURES = ['shader-f16', 'subgroups', 'timestamp-query'] as const satisfies readonly GPUFeatureName[];

const LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
] as const satisfies readonly (keyof GPUSupportedLimits)[];

type Found = { adapter: GPUAdapter; software: boolean } | { problem: Detail };

function orSilence<Answer>(asked: Promise<Answer>): Promise<Answer | 'silence'> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<'silence'>((resolve) => (timer = setTimeout(resolve, PATIENCE, 'silence')));
  return Promise.race([asked.finally(() => clearTimeout(timer)), silence]);
}

/** Never throws: no WebGPU, no adapter, a refusal and a silence are four ordinary states. */
export async function findAdapter(): Promise<Found> {
  if (typeof navigator === 'undefined' || !navigator.gpu) return { problem: detail('no-webgpu') };
  try {
    const adapter = await orSilence(navigator.gpu.requestAdapter({ powerPreference: 'high-performance' }));
    if (adapter === 'silence') return { problem: detail('silent-adapter') };
    if (!adapter) return { problem: detail('no-adapter') };
    return { adapter, software: adapter.info.isFallbackAdapter || adapter.info.architecture === 'swiftshader' };
  } catch (error) {
    return { problem: detail('refused-adapter', error instanceof Error ? error.message : String(error)) };
  }
}

/** Registers a fresh backend on a fresh device of this adapter, which is asked for what it offers and never for more: less is refused where a kernel needs it. */
export async function prepareWebgpu(adapter: GPUAdapter): Promise<{ lost: Promise<string>; discard(): void }> {
  const device = await orSilence(adapter.requestDevice({
    requiredFeatures: FEATURES.filter((feature) => adapter.features.has(feature)),
    // Every limit in the list is a number; the interface has no index signature to say so.
    requiredLimits: Object.fromEntries(LIMITS.map((name) => [name, adapter.limits[name] as number])),
  }));
  if (device === 'silence') throw new Error('the browser did not answer when asked for a device');
  if (findBackendFactory('webgpu')) removeBackend('webgpu');
  const factory = () => new WebGPUBackend(device, adapter.info);
  registerBackend('webgpu', factory, 3);
  return {
    lost: device.lost.then(({ message, reason }) => message || reason),
    discard: () => {
      if (findBackendFactory('webgpu') === factory) removeBackend('webgpu'); // no later device's
      device.destroy();
    },
  };
}

/** Our kernels beside TF.js's, once its backend stands. @returns resolves with the reason if one of them is refused by this device */
export function addWebgpuKernels(): { machine: WebgpuMachine; refused: Promise<string> } {
  const of = backend() as WebGPUBackend; // just set
  const machine = new WebgpuMachine(of);
  setMachine(of, machine);
  return { machine, refused: new Promise((resolve) => (machine.onFailure = resolve)) };
}
