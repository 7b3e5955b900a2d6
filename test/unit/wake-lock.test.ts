/** Awake while training, and not a moment longer. */
import { expect, it } from 'vitest';
import { AwakeWhileTraining, type Sentinel } from '../../src/state/wake-lock';

function browser({ refuses = false } = {}) {
  const now = { isInSight: true, asked: 0, held: 0 };
  let sentinel: (Sentinel & { released: boolean }) | undefined;
  const letGo = async () => {
    if (sentinel && !sentinel.released) now.held -= 1;
    if (sentinel) sentinel.released = true;
  };
  const request = async (): Promise<Sentinel> => {
    now.asked += 1;
    if (refuses) throw new DOMException('battery', 'NotAllowedError');
    now.held += 1;
    return (sentinel = { released: false, release: letGo });
  };
  return { now, letGo, doors: { request, isInSight: () => now.isInSight } };
}

it('is held while something trains, once', async () => {
  const { now, doors } = browser();
  const awake = new AwakeWhileTraining(doors);
  await awake.want(true);
  await awake.want(true);
  expect([now.held, now.asked, awake.isHeld]).toEqual([1, 1, true]);
  await awake.want(false);
  expect([now.held, awake.isHeld]).toEqual([0, false]);
});

it('what the browser takes away while the page is hidden is asked for again when it is seen', async () => {
  const { now, doors, letGo } = browser();
  const awake = new AwakeWhileTraining(doors);
  await awake.want(true);
  now.isInSight = false;
  await letGo(); // the browser does so by itself
  await awake.look();
  expect([now.held, now.asked]).toEqual([0, 1]);
  now.isInSight = true;
  await awake.look();
  expect([now.held, now.asked]).toEqual([1, 2]);
});

it('paused in the background, it is not asked for when the page is seen again', async () => {
  const { now, doors, letGo } = browser();
  const awake = new AwakeWhileTraining(doors);
  await awake.want(true);
  now.isInSight = false;
  await letGo();
  await awake.want(false);
  now.isInSight = true;
  await awake.look();
  expect([now.held, now.asked]).toEqual([0, 1]);
});

it('changed minds end with the last word', async () => {
  const { now, doors } = browser();
  const awake = new AwakeWhileTraining(doors);
  await Promise.all([true, false, true, false, true].map((isWanted) => awake.want(isWanted)));
  expect(now.held).toBe(1);
  await Promise.all([false, true, false].map((isWanted) => awake.want(isWanted)));
  expect(now.held).toBe(0);
});

it('a browser that refuses, or knows nothing of it, breaks nothing; it is asked again the next time', async () => {
  const { now, doors } = browser({ refuses: true });
  const awake = new AwakeWhileTraining(doors);
  await awake.want(true);
  await awake.want(false);
  await awake.want(true);
  expect([now.held, now.asked, awake.isHeld]).toEqual([0, 2, false]);
  const without = new AwakeWhileTraining({ isInSight: () => true });
  await without.want(true);
  expect(without.isHeld).toBe(false);
});
