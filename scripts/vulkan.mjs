/** Where a Chromium keeps the Vulkan loader and the software driver it brings along: Dawn under Node needs both on a machine without a GPU. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** @returns {string | undefined} a folder with `libvulkan.so.1` and `vk_swiftshader_icd.json`; none where Dawn needs neither or nothing is found */
export function vulkanFolder() {
  if (process.platform !== 'linux') return undefined;
  const { CHROME_PATH } = process.env;
  const folders = [...(CHROME_PATH ? [dirname(CHROME_PATH)] : []), '/usr/lib/chromium', '/opt/google/chrome', '/opt/microsoft/msedge'];
  return folders.find((folder) => ['libvulkan.so.1', 'vk_swiftshader_icd.json'].every((name) => existsSync(join(folder, name))));
}
