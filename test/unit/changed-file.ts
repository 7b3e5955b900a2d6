/** Run files changed from the inside, for tests of what must be refused. */
import { strToU8, unzipSync, zipSync, type Unzipped } from 'fflate';
import { readFileSync } from 'node:fs';
import { hashesOf } from '../../src/storage/archive';
import { encodeSafetensors } from '../../src/storage/safetensors';

/** Written once by test/fixtures/write-run-file-v1.ts. */
export const v1 = new Uint8Array(readFileSync(new URL('../fixtures/run-file.v1.nudge', import.meta.url)));

/** Of the file above, as loosely as a bad file needs it. */
export interface Manifest {
  [field: string]: unknown;
  version: { major: number; minor: number };
  run: { id: string };
  config: { model: { width: number; heads: number }; stages: { train: { algorithm: string } }[] };
  stages: { id: string; checkpoints: number[] }[];
}

/** The manifest comes parsed. Checksums are made anew unless they are what is tested. */
export async function changed(change: (entries: Unzipped, manifest: Manifest) => void, { keepHashes = false } = {}): Promise<Uint8Array> {
  const entries = unzipSync(v1);
  const manifest = JSON.parse(new TextDecoder().decode(entries['manifest.json'])) as Manifest; // the fixture's never changes
  change(entries, manifest);
  if (!keepHashes) manifest['hashes'] = await hashesOf(new Map(Object.entries(entries)), 'manifest.json');
  entries['manifest.json'] = strToU8(JSON.stringify(manifest));
  return zipSync(entries, { level: 0 });
}

export const withManifest = (change: (manifest: Manifest) => void): Promise<Uint8Array> => changed((_, manifest) => change(manifest));

export const withEntry = (name: string, content: string | Uint8Array<ArrayBuffer>): Promise<Uint8Array> =>
  changed((entries) => void (entries[name] = typeof content === 'string' ? strToU8(content) : content));

export const weightsOf = (stage: string): string => `${stage}/checkpoints/100/weights.safetensors`;
export const withWeights = (stage: string, tensors: Parameters<typeof encodeSafetensors>[0]): Promise<Uint8Array> => withEntry(weightsOf(stage), encodeSafetensors(tensors));

/** A name replaced by one of the same length wherever it stands in the bytes of a zip. */
export function respelled(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1').replaceAll(from, to);
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

/** A zip with one entry that says of itself, in both its headers, that it unpacks to `size` bytes. */
export function boasting(size: number): Uint8Array {
  const bytes = zipSync({ 'manifest.json': strToU8('{}'.repeat(50)) });
  const view = new DataView(bytes.buffer);
  const central = view.getUint32(bytes.length - 22 + 16, true);
  for (const place of [22, central + 24]) view.setUint32(place, size, true);
  return bytes;
}

/** A zip whose second entry's directory record points at the first one's bytes: small files that claim to hold a large one many times are made so. */
export function overlapping(): Uint8Array {
  const bytes = zipSync({ 'manifest.json': strToU8('{}'), 'manifest.jsom': strToU8('{}') }, { level: 0 });
  const view = new DataView(bytes.buffer);
  const second = view.getUint32(bytes.length - 22 + 16, true) + 46 + 'manifest.json'.length;
  view.setUint32(second + 42, 0, true);
  return bytes;
}

/** An entry that unpacks to a thousand times what both its headers say. */
export function lying(): Uint8Array {
  const bytes = zipSync({ 'manifest.json': new Uint8Array(1e6) }, { level: 9 });
  const view = new DataView(bytes.buffer);
  const central = view.getUint32(bytes.length - 22 + 16, true);
  for (const place of [22, central + 24]) view.setUint32(place, 1000, true);
  return bytes;
}

/** @param offset of a 16-bit field in the one record of a zip's directory */
export function withField(offset: number, value: number): Uint8Array {
  const bytes = zipSync({ 'manifest.json': strToU8('{}') });
  const view = new DataView(bytes.buffer);
  view.setUint16(view.getUint32(bytes.length - 22 + 16, true) + offset, value, true);
  return bytes;
}
