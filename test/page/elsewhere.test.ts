/** A run that another tab trains is followed here; a draft that starts from a stored checkpoint; what follows the first Save. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { cleanup } from 'vitest-browser-svelte';
import { Failure, FAILURES } from '../../src/contract/failures';
import type { RunId } from '../../src/contract/ids';
import { Persistence } from '../../src/state/persistence.svelte';
import { memoryStore } from '../../src/storage/memory-store';
import { bundleOf, RUN } from '../unit/made-runs';
import '../../src/app.css';
import { behaviour } from './fake-trainer';
import { button, openLab, startLab, status } from './open-lab';

beforeEach(() => page.viewport(1440, 900));
afterEach(async () => {
  await cleanup();
  localStorage.clear();
  await page.viewport(414, 896);
});

/** Locks as tabs share them. */
function locks() {
  const held = new Set<RunId>();
  const holdRun = async (id: RunId) => {
    if (held.has(id)) throw new Failure('run-busy');
    held.add(id);
    return () => void held.delete(id);
  };
  return { holdRun, isRunHeld: async (id: RunId) => held.has(id) };
}

test('a run that another tab trains is shown as it is saved there, and is trained here once it is let go', async () => {
  const [store, shared] = [memoryStore(), locks()];
  const there = await startLab({ store, ...shared, how: behaviour({ pace: 20 }), address: 'set=pretrain.steps=2000&set=pretrain.saveEvery=2000' });
  await there.lab.train();
  await there.lab.save();
  const run = there.lab.pipeline!.record.id;
  const { how } = await openLab({ store, ...shared, address: `run=${run}` });
  await expect.element(status(), { timeout: 10_000 }).toHaveTextContent(/^trained elsewhere · pretrain/);
  await expect.element(page.getByText(/^This run is trained in another tab or screen/)).toBeVisible();
  for (const name of ['Train', 'Step']) await expect.element(button(name)).toHaveAttribute('aria-disabled', 'true');
  const stepHere = () => Number(/step (\d+)/.exec(status().element().textContent)?.[1]);
  const before = stepHere();
  await there.lab.pause();
  await there.lab.save();
  const saved = there.lab.pipeline!.current.step;
  expect(saved).toBeGreaterThan(before);
  await expect.poll(stepHere, { timeout: 10_000 }).toBe(saved);
  await expect.element(page.getByRole('figure', { name: 'loss' })).toBeVisible();
  expect(how.orders).toEqual([]);

  await there.lab.reset();
  await expect.element(status(), { timeout: 10_000 }).toHaveTextContent(/^paused · pretrain/);
  await expect.element(page.getByText(/^This run is trained in another tab or screen/)).not.toBeInTheDocument();
  await button('Train').click();
  await expect.element(status()).toHaveTextContent(/^training · pretrain/);
  expect(how.orders).toHaveLength(1);
});

test('a link to a checkpoint makes a draft that starts from it, and the run remembers', async () => {
  const store = memoryStore();
  await store.putBundle(bundleOf());
  const { lab, notice } = await openLab({ store, address: `from=${RUN}/sft/100` });
  expect(lab.borrowed).toEqual({ sft: { run: RUN, stage: 'sft', step: 100 } });
  expect([lab.pipeline, lab.config.seed, [...lab.skipped]]).toEqual([null, 7, ['pretrain']]);
  expect(notice.mock.calls.map(([{ text }]) => text)).toEqual(['A new run that starts from sft, step 100, of Names, seed 7: change what you like, then press Train.']);
  await lab.train();
  expect(lab.pipeline?.record.parents).toEqual([{ run: RUN, stage: 'sft', step: 100 }]);
});

test.each(['best', null] as const)('a new run is told to keep what was chosen: %s', async (keep) => {
  const { lab } = await startLab({ keepOf: () => keep });
  await lab.step();
  expect(lab.pipeline?.record.keep ?? null).toBe(keep);
});

test.each(['run-gone/sft/100', `${RUN}/sft/99`, `${RUN}/nothing/1`, 'nonsense', ''])('a link to the checkpoint %j that is not here changes nothing, with a sentence', async (from) => {
  const store = memoryStore();
  await store.putBundle(bundleOf());
  const { lab, notice } = await openLab({ store, address: new URLSearchParams({ from }).toString() });
  expect(lab.borrowed).toEqual({});
  const code = from.includes('/') ? 'missing-checkpoint' : 'damaged-link';
  expect(notice.mock.calls.map(([{ text }]) => text.startsWith(FAILURES[code]))).toEqual([true]);
});

test('the browser is asked once to keep what is stored, after the first Save', async () => {
  const door = { persist: vi.fn(async () => false), persisted: async () => false };
  const persistence = new Persistence(door);
  const { lab } = await openLab({ how: behaviour({ pace: 20 }), address: 'set=pretrain.steps=2000', saved: () => void persistence.askOnce() });
  await lab.save(); // there is nothing to save yet
  await lab.train();
  expect(door.persist).not.toHaveBeenCalled();
  await button('Save').click();
  await expect.poll(() => door.persist.mock.calls.length).toBe(1);
  await lab.save();
  expect([persistence.hasAsked, persistence.isPromised]).toEqual([true, false]);
  const later = new Persistence(door); // after a reload
  await later.askOnce();
  expect(door.persist).toHaveBeenCalledTimes(1);
});
