/** Finding an adapter's fastest ways: they are found, believed when remembered, and change no result. */
import { beforeAll, describe, expect, it } from 'vitest';
import { startEngine } from '../../workers/engine/engine';
import { tune, TUNABLE } from '../../workers/engine/tuning';
import { currentMachine } from '../../workers/kernels';
import type { WebgpuMachine } from '../../workers/kernels/machines/webgpu';
import { ENGINES } from './engines';

// Only WebGPU has ways to choose from.
describe.each(ENGINES.filter((engine) => engine === 'webgpu'))('tuning on %s', (engine) => {
  beforeAll(async () => {
    await startEngine(engine);
  });

  it('finds a way for every pass that has several, from nothing, if needed in several goes', async () => {
    const machine = currentMachine() as WebgpuMachine; // that engine's
    let ways = await tune(machine, {});
    for (let go = 0; go < 8; go++) ways = await tune(machine, ways);
    const wanted = TUNABLE.flatMap(({ name, passes, typical: { sizes } }) => passes.flatMap(({ variants }, index) => (variants.filter((variant) => machine.can(variant) && (variant.fits?.(sizes) ?? true)).length > 1 ? [`${name}/${index}`] : [])));
    expect(wanted.length).toBeGreaterThan(5);
    expect(Object.keys(ways).sort()).toEqual(wanted.sort());
  });

  it('does not take a way that gives other bits, however fast', async () => {
    const machine = currentMachine() as WebgpuMachine; // that engine's
    const launch = TUNABLE.find(({ name }) => name === 'linearInput')!;
    const [pass] = launch.passes;
    const quick = { ...pass!.variants.at(-1)!, name: 'nothing at all', groups: () => 1, code: () => 'fn kernel(group: u32, lane: u32) {}' };
    const broken = { ...launch, name: 'linearInputBroken', passes: [{ ...pass!, variants: [pass!.variants[0]!, quick] }] };
    expect(await tune(machine, {}, 20_000, [broken])).toEqual({ 'linearInputBroken/0': pass!.variants[0]!.name });
  });

  it('believes what it is told, and measures again where that is no longer a way', async () => {
    const machine = currentMachine() as WebgpuMachine; // that engine's
    const told = 'one by one';
    const ways = await tune(machine, { 'linearForward/0': told, 'linearInput/0': 'of an older version' });
    expect(ways['linearForward/0']).toBe(told);
    expect(ways['linearInput/0']).not.toBe('of an older version');
  });
});

describe('what there is to measure', () => {
  it('every usual size fits its operands', () => {
    for (const { name, operands, optional, typical } of TUNABLE) {
      const missing: readonly string[] = optional;
      for (const operand of Object.keys(operands)) expect(operand in typical.counts || missing.includes(operand), `${name}, ${operand}`).toBe(true);
    }
    expect(TUNABLE.length).toBeGreaterThan(3);
  });
});
