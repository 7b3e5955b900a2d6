/** Speeds are measured on every engine, quickly, and leave nothing behind. */
import { backend, zeros } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import * as v from 'valibot';
import { EngineSpeed } from '../../src/contract/engine';
import { startEngine } from '../../workers/engine/engine';
import { engineBytes } from '../../workers/engine/memory';
import { measureSpeed } from '../../workers/engine/speed';
import { ENGINES } from './engines';

it.each(ENGINES.filter((engine) => engine !== 'cpu'))('on %s', { timeout: 60_000 }, async (engine) => {
  await startEngine(engine);
  const before = backend().numDataIds();
  const speed = await measureSpeed();
  expect(v.safeParse(EngineSpeed, speed).success).toBe(true);
  // A product of WASM or a software GPU on any machine of this decade; a clock read wrongly is off by more.
  expect(speed.flops).toBeGreaterThan(1e8);
  expect(speed.flops).toBeLessThan(1e15);
  expect(speed.launch).toBeLessThan(20);
  expect(backend().numDataIds()).toBe(before);
  const kept = zeros([5000]);
  await kept.data();
  expect(engineBytes()).toBeGreaterThan(1e4);
  kept.dispose();
});
