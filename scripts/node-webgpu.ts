/** WebGPU under Node: Dawn from the npm package `webgpu`, put where a browser's worker has it. */
import { existsSync } from 'node:fs';

/** Debian's Chromium brings a software Vulkan driver; used when the machine shows no GPU of its own. */
const SOFTWARE_DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** Call before anything imports TF.js: it looks for WebGPU once, when it is loaded. */
export async function installWebgpu(): Promise<void> {
  const hasGpu = existsSync('/dev/dri') || existsSync('/proc/driver/nvidia');
  if (!hasGpu && existsSync(SOFTWARE_DRIVER)) process.env['VK_ICD_FILENAMES'] ??= SOFTWARE_DRIVER;
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals, { WorkerGlobalScope: class {} });
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: create([]), userAgent: 'node' }, configurable: true });
}
