/** The QR code of a link, read back by another library than the one that made it. */
import fc from 'fast-check';
import jsQR from 'jsqr';
import { expect, test } from 'vitest';
import { QUIET, scanCodeOf, type ScanCode } from '../../src/charts/scan-code';

/** As a camera would see it, if it saw every module as `SIZE` pixels. */
const SIZE = 3;
function seen({ side, path }: ScanCode): string | undefined {
  const width = side * SIZE;
  const pixels = new Uint8ClampedArray(4 * width * width).fill(255);
  for (const [, x, y, length] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let row = Number(y) * SIZE; row < (Number(y) + 1) * SIZE; row++) {
      for (let column = Number(x) * SIZE; column < (Number(x) + Number(length)) * SIZE; column++) pixels.fill(0, 4 * (row * width + column), 4 * (row * width + column) + 3);
    }
  }
  return jsQR(pixels, width, width)?.data;
}

test('what is read is the link, whatever stands in it', () => {
  fc.assert(fc.property(fc.webUrl({ withFragments: true, size: 'medium' }), (link) => {
    expect(seen(scanCodeOf(link)!)).toBe(link); // as short as they are, each has one
  }), { seed: 1, numRuns: 40 });
});

test('a mended module or two do no harm, and a torn half does', () => {
  const link = 'https://nudge.example/#/lab?recipe=names-dpo&seed=4&hide=recipe,seed,dpo.*';
  const code = scanCodeOf(link)!; // it is short
  const runs = code.path.match(/M[^z]*z/g)!; // it has dark modules
  expect(seen({ ...code, path: runs.filter((_, i) => i !== Math.floor(runs.length / 2)).join('') })).toBe(link);
  expect(seen({ ...code, path: runs.slice(0, runs.length / 2).join('') })).not.toBe(link);
});

test('it stands in a quiet border, and grows with the link until there is no room', () => {
  const sides = [20, 200, 2000].map((length) => {
    const { side, path } = scanCodeOf(`https://a.example/#${'x'.repeat(length)}`)!; // a code holds some 2,300
    const places = [...path.matchAll(/M(\d+) (\d+)h(\d+)/g)].map((found) => found.slice(1).map(Number) as [x: number, y: number, length: number]); // three numbers are matched
    expect(Math.min(...places.flatMap(([x, y]) => [x, y]))).toBe(QUIET);
    expect(Math.max(...places.flatMap(([x, y, length]) => [x + length, y + 1]))).toBe(side - QUIET);
    return side;
  });
  expect(sides).toEqual([...new Set(sides)].toSorted((a, b) => a - b));
  expect(scanCodeOf(`https://a.example/#${'x'.repeat(3000)}`)).toBeNull();
});
