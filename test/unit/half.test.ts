/** Half precision: every half is itself again, every float goes to the nearest. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { floatsOf, fromBrain, fromHalf, toHalf } from '../../src/storage/half';
import { decodeSafetensors, encodeSafetensors } from '../../src/storage/safetensors';

const EVERY = Array.from({ length: 2 ** 16 }, (_, half) => half);

test('every half that is a number comes back', () => {
  const numbers = EVERY.filter((half) => !Number.isNaN(fromHalf(half)));
  expect(numbers).toHaveLength(2 ** 16 - 2 * 1023);
  for (const half of numbers) if (toHalf(fromHalf(half)) !== half) throw new Error(`${half} became ${toHalf(fromHalf(half))}`);
});

test.each([
  [1, 0x3c00], [-2, 0xc000], [0.1, 0x2e66], [65504, 0x7bff], [65519, 0x7bff], [65520, 0x7c00], [-Infinity, 0xfc00],
  [2 ** -24, 1], [2 ** -25, 0], [1.5 * 2 ** -24, 2], [2.5 * 2 ** -24, 2], [-0, 0x8000], [1 + 2 ** -11, 0x3c00], [1 + 3 * 2 ** -11, 0x3c02], [NaN, 0x7e00],
])('%d is %d', (number, half) => {
  expect(toHalf(number)).toBe(half);
});

test('bfloat16 is the upper half of a float', () => {
  const bits = new Uint32Array(1);
  for (const half of EVERY) {
    bits[0] = half * 2 ** 16;
    if (!Object.is(fromBrain(half), new Float32Array(bits.buffer)[0])) throw new Error(`${half} became ${fromBrain(half)}`);
  }
});

test('many at once are the same as each by itself', () => {
  for (const of of [fromHalf, fromBrain]) expect(floatsOf(Uint16Array.from(EVERY), of)).toEqual(Float32Array.from(EVERY, of));
});

test('no other half is nearer', () => {
  const finite = EVERY.map(fromHalf).filter(Number.isFinite);
  fc.assert(
    fc.property(fc.float({ min: -65504, max: 65504, noNaN: true }), (x) => {
      const found = Math.abs(fromHalf(toHalf(x)) - x);
      for (const other of finite) if (Math.abs(other - x) < found) throw new Error(`${other} is nearer to ${x} than ${fromHalf(toHalf(x))}`);
    }),
    { numRuns: 50 },
  );
});

test('a safetensors file of halves is half as large and holds the nearest numbers', () => {
  const data = Float32Array.of(0.1, -3, 1e-7, 1000.3);
  const file = encodeSafetensors({ 'policy/a': { shape: [2, 2], data } }, {}, 'F16');
  expect(encodeSafetensors({ 'policy/a': { shape: [2, 2], data } }).length - file.length).toBe(8);
  expect(decodeSafetensors(file)).toEqual({ 'policy/a': { shape: [2, 2], data: data.map((x) => fromHalf(toHalf(x))) } });
});
