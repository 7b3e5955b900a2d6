/** Every way to do a launch on WebGPU gives the same bits, for every case there is: a minute of making pipelines, so it has a command of its own (npm test -- ways), to be run when a kernel changed. */
import { beforeAll, expect, it } from 'vitest';
import { startEngine } from '../../workers/engine/engine';
import { currentMachine } from '../../workers/kernels';
import type { WebgpuMachine } from '../../workers/kernels/machines/webgpu';
import { CASES } from '../backend/launch-cases';
import { found } from '../backend/run-launch';

const hasWays = (name: string): boolean => CASES.some(({ launch }) => launch.name === name && launch.passes.some(({ variants }) => variants.length > 1));

beforeAll(async () => {
  await startEngine('webgpu');
});

// So that a run does not depend on which of them an adapter is fastest with.
it.each([...new Set(CASES.map(({ launch }) => launch.name))].filter(hasWays))('every way to do %s gives the same bits', async (launch) => {
  const machine = currentMachine() as WebgpuMachine; // that engine's
  let compared = 0;
  for (const test of CASES.filter((each) => each.launch.name === launch)) {
    for (const [index, { variants }] of test.launch.passes.entries()) {
      const ways = variants.filter((variant) => machine.can(variant) && (variant.fits?.(test.sizes) ?? true));
      if (ways.length < 2) continue;
      const results: Record<string, Record<string, Float32Array | Int32Array>> = {};
      for (const { name } of ways) {
        machine.choose(`${test.launch.name}/${index}`, name);
        results[name] = await found(machine, test);
      }
      machine.choose(`${test.launch.name}/${index}`, '');
      for (const { name } of ways.slice(1)) {
        expect(results[name], `${test.name}: ${name} against ${ways[0]!.name}`).toEqual(results[ways[0]!.name]);
        compared += 1;
      }
    }
  }
  expect(compared).toBeGreaterThan(0);
});
