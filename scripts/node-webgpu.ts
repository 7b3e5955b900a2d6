/** WebGPU under Node: Dawn from the npm package `webgpu`, put where a browser's worker has it. */
import { existsSync } from 'node:fs';
import { vulkanFolder } from './vulkan.mjs';

/** Call before anything imports TF.js: it looks for WebGPU once, when it is loaded. */
export async function installWebgpu(): Promise<void> {
  const hasGpu = existsSync('/dev/dri') || existsSync('/proc/driver/nvidia');
  const folder = vulkanFolder();
  if (!hasGpu && folder) process.env['VK_ICD_FILENAMES'] ??= `${folder}/vk_swiftshader_icd.json`; // in software, where the machine shows no GPU of its own
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals, { WorkerGlobalScope: class {} });
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: create([]), userAgent: 'node' }, configurable: true });
}
