/** What of a task's time the machine itself stood still. */
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { stalledWithin, watchStalls } from '../../scripts/soak/stalls';

it.each<[string, number, number, number]>([
  ['a stall within a task', 100, 60, 20],
  ['one that began before it', 120, 60, 10],
  ['one that ended after it', 100, 20, 10],
  ['none of it', 200, 60, 0],
])('%s counts for what they share', (_, at, took, shared) => {
  expect(stalledWithin([{ at: 110, took: 20 }], at, took)).toBe(shared);
});

it('two cores that stand still at once do so once', () => {
  expect(stalledWithin([{ at: 110, took: 20 }, { at: 112, took: 20 }], 100, 60)).toBe(20);
  expect(stalledWithin([], 100, 60)).toBe(0);
});

it('hears of nothing after it is stopped', async () => {
  const { stalls, stop } = watchStalls();
  await pause(100);
  await stop();
  const heard = stalls.length;
  await pause(50);
  expect(stalls.length).toBe(heard);
});
