import fc from 'fast-check';
import { expect, test } from 'vitest';
import { grouped } from '../../src/words/grouped';

test('a count is grouped as the browser groups it', () => {
  fc.assert(fc.property(fc.integer(), (count) => {
    expect(grouped(count, ',')).toBe(count.toLocaleString('en'));
  }), { examples: [[0], [999], [1000], [-1000], [1_234_567]] });
  fc.assert(fc.property(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), (thousandths) => {
    expect(grouped(thousandths / 1000, ',')).toBe((thousandths / 1000).toLocaleString('en'));
  }));
  expect(grouped(12_345.6, '\u202f')).toBe('12\u202f345.6');
});
