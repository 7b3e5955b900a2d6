import fc from 'fast-check';
import { expect, test } from 'vitest';
import { grouped } from '../../src/words/grouped';

test('a count is grouped as the browser groups it', () => {
  fc.assert(fc.property(fc.integer(), (count) => {
    expect(grouped(count, ',')).toBe(count.toLocaleString('en'));
  }), { examples: [[0], [999], [1000], [-1000], [1_234_567]] });
  expect(grouped(1234.6, '\u202f')).toBe('1\u202f235');
});
