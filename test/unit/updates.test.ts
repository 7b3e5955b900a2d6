import { afterEach, expect, test, vi } from 'vitest';
import { Failure, FAILURES } from '../../src/contract/failures';
import { Updates } from '../../src/state/updates.svelte';

function given({ isWorking = false, isTrainedElsewhere = false } = {}) {
  const done: string[] = [];
  const state = { isWorking, isTrainedElsewhere, isFull: false };
  const updates = new Updates({
    isWorking: () => state.isWorking,
    isTrainedElsewhere: async () => state.isTrainedElsewhere,
    save: async () => {
      if (state.isFull) throw new Failure('disk-full');
      done.push('saved');
    },
    reload: () => done.push('reloaded'),
    notice: ({ text }) => done.push(text),
  });
  return { updates, done, state, use: () => done.push('used') };
}

function rememberingTab(): void {
  const words = new Map<string, string>();
  vi.stubGlobal('sessionStorage', { getItem: (name: string) => words.get(name) ?? null, setItem: (name: string, value: string) => words.set(name, value) });
}
afterEach(() => vi.unstubAllGlobals());

test('a newer version is only offered; taken, it is used after saving, and the page is loaded again once it answers', async () => {
  const { updates, done, use } = given();
  updates.ready(use);
  expect([updates.found, done]).toEqual(['ready', []]);
  await updates.take();
  expect(done).toEqual(['saved', 'used']);
  updates.replaced();
  expect(done).toEqual(['saved', 'used', 'reloaded']);
});

test('nothing is taken while something is trained here, or in another tab', async () => {
  const { updates, done, state, use } = given({ isWorking: true });
  updates.ready(use);
  await updates.take();
  expect(done).toEqual([]);
  state.isWorking = false;
  state.isTrainedElsewhere = true;
  await updates.take();
  expect(done).toEqual([expect.stringContaining('another tab')]);
});

test('what cannot be saved keeps the page as it is, with a sentence', async () => {
  const { updates, done, state, use } = given();
  state.isFull = true;
  updates.ready(use);
  await updates.take();
  expect(done).toEqual([FAILURES['disk-full']]);
  expect(updates.found).toBe('ready');
});

test('a version that another tab took reloads nothing here until it is asked for', async () => {
  const { updates, done } = given();
  updates.replaced();
  expect([updates.found, done]).toEqual(['replaced', []]);
  await updates.take();
  expect(done).toEqual(['saved', 'reloaded']);
});

test('training begun between the press and the change is not cut short', async () => {
  const { updates, done, state, use } = given();
  updates.ready(use);
  await updates.take();
  state.isWorking = true;
  updates.replaced();
  expect(done).toEqual(['saved', 'used']);
  expect(updates.found).toBe('replaced');
});

test('a page is loaded again for its isolation once, and never where somebody would notice or the browser would forget', () => {
  const forgetful = given();
  forgetful.updates.isolate(false);
  expect(forgetful.done).toEqual([]);

  rememberingTab();
  const isolated = given();
  isolated.updates.isolate(true);
  const busy = given({ isWorking: true });
  busy.updates.isolate(false);
  const touched = given();
  touched.updates.touch();
  touched.updates.isolate(false);
  expect([isolated.done, busy.done, touched.done]).toEqual([[], [], []]);

  const plain = given();
  plain.updates.isolate(false);
  plain.updates.isolate(false);
  given().updates.isolate(false); // the page that comes after it
  expect(plain.done).toEqual(['reloaded']);
});
