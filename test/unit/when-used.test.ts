/** What is changed in packages when the page is built: fflate packs and unpacks as it comes, and makes nothing ready before; a package that has become another fails the build. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as Fflate from 'fflate';
import { expect, test } from 'vitest';
import { whenUsed } from '../../scripts/when-used-plugin.mjs';
import { Random } from '../../src/contract/random';

const PATH = 'node_modules/fflate/esm/browser.js';
const text = readFileSync(PATH, 'utf8');

/** The package after the plugin. Throws what the plugin says of a text that it does not know. */
function changed(code: string, path = `/nudge/${PATH}`): string | undefined {
  const { transform } = whenUsed();
  if (typeof transform !== 'function') throw new Error('the plugin has no function that changes modules');
  // All that it uses of the builder is how it fails.
  const builder = { error: (message: string) => { throw new Error(message); } } as unknown as ThisParameterType<typeof transform>;
  const made = transform.call(builder, code, path, { moduleType: 'js' });
  return made && typeof made === 'object' && 'code' in made && typeof made.code === 'string' ? made.code : undefined;
}
const load = async (code: string): Promise<typeof Fflate> => await import(/* @vite-ignore */ `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`) as typeof Fflate; // it is that package

const isSame = (one: Uint8Array, other: Uint8Array) => Buffer.compare(one, other) === 0;

const random = Random.of(1, 'packed');
const TEXTS = [
  new Uint8Array(0),
  new TextEncoder().encode('one recipe and its settings'),
  new TextEncoder().encode('the same again and again. '.repeat(5000)),
  Uint8Array.from({ length: 70_000 }, () => random.below(256)),
  Uint8Array.from({ length: 70_000 }, (_, i) => (random.next() < 0.9 ? i % 7 : random.below(256))),
];

test('the same bytes are packed, and unpacked again, at once and in pieces', async () => {
  const [before, after] = [await load(text), await load(changed(text)!)]; // it is changed
  for (const bytes of TEXTS) {
    for (const level of [1, 6, 9] as const) {
      const packed = after.deflateSync(bytes, { level });
      expect(isSame(packed, before.deflateSync(bytes, { level }))).toBe(true);
      expect(isSame(after.inflateSync(packed), bytes)).toBe(true);
    }
    const pieces: Uint8Array[] = [];
    const inflate = new after.Inflate((piece) => pieces.push(piece));
    const packed = before.deflateSync(bytes);
    inflate.push(packed.subarray(0, 9));
    inflate.push(packed.subarray(9), true);
    expect(isSame(Buffer.concat(pieces), bytes)).toBe(true);
  }
});

test('nothing is made ready before it is used, and the first that is asked for may be unpacking', async () => {
  const packed = (await load(text)).deflateSync(TEXTS[2]!); // there are five
  const { isReady, inflateSync } = await load(`${changed(text)!}\nexport const isReady = () => rev !== undefined;`) as typeof Fflate & { isReady(): boolean }; // says so
  expect(isReady()).toBe(false);
  expect(isSame(inflateSync(packed), TEXTS[2]!)).toBe(true);
  expect(isReady()).toBe(true);
});

test('none of ours uses the functions of fflate that start workers of their own, which would lack what is made ready', () => {
  const names = ['src', 'workers', 'scripts']
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)))
    .filter((path) => /\.(?:ts|mjs|svelte)$/.test(path))
    .flatMap((path) => [...readFileSync(path, 'utf8').matchAll(/import \{([^}]*)\} from 'fflate'/g)].flatMap(([, list]) => list!.split(','))) // the pattern has one group
    .map((name) => name.trim());
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name) => !/Sync$|^(?:Inflate|Zip|ZipDeflate|ZipPassThrough|strFromU8|strToU8)$/.test(name))).toEqual([]);
});

test('a package that has become another is said to be, and other files stay as they are', () => {
  expect(() => changed(text.replace('var rev = new u16(32768);', 'var rev = new u16(65536);'))).toThrow('has not exactly one “var rev = new u16(32768);” any more');
  expect(changed(text, '/nudge/node_modules/fflate/esm/index.mjs')).toBeUndefined();
});
