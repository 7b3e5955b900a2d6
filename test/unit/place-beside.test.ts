/** Where the tour's card stands: beside what it speaks of, within the window. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeBeside, type Box } from '../../src/views/place-beside';

const room: Box = { left: 0, top: 0, right: 1440, bottom: 800 };
const card = { width: 350, height: 200 };
const covers = (at: { left: number; top: number }, target: Box) => at.left < target.right && at.left + card.width > target.left && at.top < target.bottom && at.top + card.height > target.top;

test('to the right of a column on the left, to the left of one on the right', () => {
  expect(placeBeside({ left: 16, top: 100, right: 336, bottom: 300 }, card, room)).toEqual({ left: 348, top: 100 });
  expect(placeBeside({ left: 1080, top: 100, right: 1420, bottom: 700 }, card, room)).toEqual({ left: 718, top: 100 });
});

test('below what fills a phone’s width, above it where that is at the bottom', () => {
  const phone = { left: 0, top: 0, right: 375, bottom: 600 };
  expect(placeBeside({ left: 16, top: 60, right: 359, bottom: 300 }, card, phone)).toEqual({ left: 13, top: 312 });
  expect(placeBeside({ left: 16, top: 300, right: 359, bottom: 590 }, card, phone)).toEqual({ left: 13, top: 88 });
});

test('never over it while a side has room, and never outside the window', () => {
  const side = (low: number, high: number) => fc.tuple(fc.integer({ min: low, max: high }), fc.integer({ min: low, max: high })).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
  fc.assert(fc.property(side(0, 1440), side(-400, 1200), ([left, right], [top, bottom]) => {
    const target = { left, top, right, bottom };
    const at = placeBeside(target, card, room);
    expect(at.left >= 0 && at.left + card.width <= room.right && at.top >= 0 && at.top + card.height <= room.bottom).toBe(true);
    // What is out of sight is covered by nothing.
    const [seenTop, seenBottom] = [Math.max(top, 0), Math.max(Math.min(bottom, room.bottom), 0)];
    const hasRoom = room.right - right >= card.width + 24 || left >= card.width + 24 || room.bottom - seenBottom >= card.height + 24 || seenTop >= card.height + 24;
    if (hasRoom) expect(covers(at, { ...target, top: seenTop, bottom: seenBottom })).toBe(false);
  }));
});
