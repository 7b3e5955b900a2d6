/** Two minutes of `npm run soak`, which trains for as long as one likes: nothing grows, and the page never stands still. */
import { expect, inject, test } from 'vitest';
import { ensureBrowser } from '../../scripts/ensure-browser.mjs';
import { soak, unevenness } from '../../scripts/soak/soak';

// Twice more where it failed: a task is timed by the clock, and the machine may have had something else to do.
test('two minutes of training leave heap, tensors and the engine’s bytes as they were, no task of the page takes over 50 ms, and clicks are answered within 100', { timeout: 300_000, retry: 2 }, async () => {
  const { looks } = await soak({ program: await ensureBrowser(), address: inject('address'), minutes: 2, backend: 'wasm', every: 1, tell: () => {} });
  expect(looks.length).toBeGreaterThan(10);
  expect(unevenness(looks)).toEqual([]);
  expect(looks.flatMap(({ longTasks }) => longTasks)).toEqual([]);
  const slowest = Math.max(...looks.map(({ answer }) => answer));
  expect(slowest).toBeGreaterThan(0); // something was measured
  expect(slowest).toBeLessThanOrEqual(100);
});
