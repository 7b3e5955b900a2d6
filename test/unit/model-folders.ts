/** The folders of test/fixtures/hugging-face.zip, as they are or changed in one place. */
import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { readModel } from '../../src/state/import-model';
import type { ModelFiles } from '../../src/storage/hugging-face/read-folder';
import { decodeSafetensors, encodeSafetensors } from '../../src/storage/safetensors';

export const FIXTURE = unzipSync(new Uint8Array(readFileSync('test/fixtures/hugging-face.zip')));
export const CASES = ['f32', 'f16-in-shards', 'bf16-bare'] as const;

export const utf8 = new TextEncoder();

/** Files of one folder, some of them changed or taken away. */
export function folder(name: (typeof CASES)[number], changes: Record<string, Uint8Array | string | ((json: Record<string, unknown>) => unknown) | undefined> = {}): Record<string, Uint8Array<ArrayBuffer>> {
  const files: Record<string, Uint8Array<ArrayBuffer>> = Object.fromEntries(Object.entries(FIXTURE).flatMap(([path, bytes]) => (path.startsWith(`${name}/`) ? [[path.slice(name.length + 1), bytes]] : [])));
  for (const [file, change] of Object.entries(changes)) {
    if (change === undefined) delete files[file];
    else if (typeof change === 'function') {
      const json = JSON.parse(new TextDecoder().decode(files[file])) as Record<string, unknown>; // one of the fixture
      files[file] = utf8.encode(JSON.stringify(change(json) ?? json));
    } else files[file] = typeof change === 'string' ? utf8.encode(change) : new Uint8Array(change);
  }
  return files;
}
const blobs = (files: Record<string, Uint8Array<ArrayBuffer>>): ModelFiles => new Map(Object.entries(files).map(([name, bytes]) => [name, new Blob([bytes])]));
export const read = (name: (typeof CASES)[number], changes: Parameters<typeof folder>[1] = {}) => readModel(blobs(folder(name, changes)), name);

/** The one weight file, with its tensors changed. */
export const weights = (change: (tensors: ReturnType<typeof decodeSafetensors>) => void): Uint8Array => {
  const tensors = decodeSafetensors(folder('f32')['model.safetensors']!);
  change(tensors);
  return encodeSafetensors(tensors);
};
export const type = (from: string, to: string): Uint8Array => {
  const bytes = folder('f32')['model.safetensors']!.slice();
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  bytes.set(utf8.encode(new TextDecoder('latin1').decode(bytes.subarray(8, 8 + length)).replace(from, to)), 8);
  return bytes;
};
export const tokenizer = (change: (file: { added_tokens: Record<string, unknown>[]; model: { vocab: Record<string, number>; merges: unknown[] } } & Record<string, unknown>) => void) => (json: Record<string, unknown>) => { change(json as never); return undefined; }; // that of the fixture
