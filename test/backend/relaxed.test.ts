/** The relaxed build is there only where it is asked for by name, and where the browser can read it. */
import { expect, it } from 'vitest';
import { startEngine } from '../../workers/engine/engine';

it('is what wasm-fast starts, or plain SIMD with a reason', async () => {
  const { engine, adapter, note } = await startEngine('wasm-fast');
  expect(engine).toBe('wasm');
  // Node 20 has no relaxed SIMD; Chromium has.
  if (import.meta.env.SSR) expect([adapter, note]).toEqual(['SIMD, one thread', expect.stringMatching(/no relaxed SIMD/)]);
  else expect([adapter, note]).toEqual(['relaxed SIMD, one thread', '']);
});

it('is never what wasm or auto start', async () => {
  for (const choice of ['wasm', 'auto'] as const) expect((await startEngine(choice)).adapter).not.toMatch(/relaxed/);
});
