/** What follows from measured speeds: which engine, how long, which size. */
import { describe, expect, it } from 'vitest';
import type { EngineSpeed } from '../../src/contract/engine';
import { configOf, RECIPES, recipeOf } from '../../src/recipes';
import { adviceFor, adviceText, runSeconds, secondsOfAll, shareOfPeak, sizeText, SIZES, timeText } from '../../src/state/advice';

const config = configOf(recipeOf('names-dpo'), 1);
/** As measured on the machine of LOG.md, where names-dpo took 44 s. */
const wasm: EngineSpeed = { flops: 62e9, launch: 0.002, read: 0.02 };
const slow: EngineSpeed = { flops: 2e9, launch: 0.02, read: 0.2 };
const gpu: EngineSpeed = { flops: 8e12, launch: 0.004, read: 1 };
const farGpu: EngineSpeed = { flops: 2e12, launch: 0.05, read: 12 };

describe('how long a recipe takes', () => {
  it('comes near what was measured', () => {
    expect(runSeconds(wasm, config)).toBeGreaterThan(25);
    expect(runSeconds(wasm, config)).toBeLessThan(60);
    // The same at a third of that speed: 117 and 52 s without evaluations.
    const third = { ...wasm, flops: 22.5e9 };
    for (const [seconds, model] of [[117, SIZES[1]], [52, SIZES[0]]] as const) expect(Math.abs(runSeconds(third, config, model) / seconds - 1)).toBeLessThan(0.08);
  });

  it('grows with the model, the steps and the host', () => {
    expect(runSeconds(wasm, config, SIZES[3])).toBeGreaterThan(3 * runSeconds(wasm, config));
    expect(runSeconds(wasm, configOf(recipeOf('names-dpo'), 1, ['dpo.steps=2400']))).toBeGreaterThan(1.3 * runSeconds(wasm, config));
    expect(runSeconds(farGpu, config)).toBeGreaterThan(runSeconds(gpu, config));
  });
});

describe('how long several runs take', () => {
  const one = runSeconds(wasm, config);

  it('is that of the fullest lane', () => {
    expect(secondsOfAll([config], { wasm }, 4)).toBeCloseTo(one, 10);
    expect(secondsOfAll([config, config, config], { wasm }, 1)).toBeCloseTo(3 * one, 10);
    expect(secondsOfAll([config, config, config], { wasm }, 2)).toBeCloseTo(2 * one, 10);
    expect(secondsOfAll([config, config, config], { wasm }, 8)).toBeCloseTo(one, 10);
  });

  it('is nothing for nothing, and unknown where nothing was measured', () => {
    expect(secondsOfAll([], { wasm }, 2)).toBe(0);
    expect(secondsOfAll([{ ...config, stages: [] }], { wasm }, 2)).toBe(0);
    expect(secondsOfAll([config], {}, 2)).toBeNull();
  });
});

describe('which engine', () => {
  it.each([
    ['a GPU near its host', { wasm, webgpu: gpu }, 'webgpu'],
    ['a GPU that answers slowly, for a small model', { wasm, webgpu: farGpu }, 'wasm'],
    ['no GPU, or one in software', { wasm }, 'wasm'],
    ['no WASM', { webgpu: farGpu }, 'webgpu'],
  ] as const)('%s', (_, measured, engine) => {
    expect(adviceFor(config, measured)?.engine).toBe(engine);
  });

  it('the same slow GPU wins for a large model', () => {
    const large = configOf(recipeOf('names-dpo'), 1, ['model.width=256', 'model.layers=6']);
    expect(adviceFor(large, { wasm, webgpu: farGpu })?.engine).toBe('webgpu');
  });

  it('nothing measured, no advice', () => {
    expect(adviceFor(config, {})).toBeNull();
  });
});

describe('which size', () => {
  it('none where the recipe takes neither long nor a moment', () => {
    expect(adviceFor(config, { wasm })?.size).toBeNull();
  });

  it('a smaller one on a slow machine, and the smallest where none is quick enough', () => {
    expect(adviceFor(config, { wasm: slow })?.size?.model).toEqual(SIZES[0]);
    expect(adviceFor(config, { wasm: { ...slow, flops: 1e8 } })?.size?.model).toEqual(SIZES[0]);
  });

  it('none for a model that comes trained: it has no other, however slow the machine', () => {
    const trained = RECIPES.map(({ id }) => configOf(recipeOf(id), 1)).filter(({ stages }) => stages[0]?.train.algorithm === 'base');
    expect(trained.length).toBeGreaterThan(3);
    for (const each of trained) expect(adviceFor(each, { wasm: { ...slow, flops: 1e8 } }), each.recipe).toMatchObject({ size: null });
  });

  it('a larger one where it is still over within a minute', () => {
    const { size, seconds } = adviceFor(config, { wasm, webgpu: gpu })!;
    expect(seconds).toBeLessThan(15);
    expect(size?.model).toEqual(SIZES[3]);
    expect(size?.seconds).toBeLessThan(60);
  });

  const quarter: EngineSpeed = { flops: 22e9, launch: 0.002, read: 0.01 };
  const small = configOf(recipeOf('names-dpo'), 1, ['model.width=48', 'model.layers=1']);

  it('of a first run one that is over within a minute; of another not', () => {
    const { size, seconds } = adviceFor(config, { wasm: quarter }, true)!;
    expect(seconds).toBeGreaterThan(90);
    expect(size).toMatchObject({ model: SIZES[0] });
    expect(size!.seconds).toBeLessThan(60);
    expect(adviceFor(config, { wasm: quarter })!.size).toBeNull();
    expect(adviceFor(config, { wasm: { ...quarter, flops: 62e9 } }, true)!.size).toBeNull(); // it is over within a minute as it is
  });

  it('the recipe’s own, where a smaller one was taken for it, however long that takes; not for a size that somebody thought of', () => {
    for (const flops of [22e9, 9e9, 1e9]) for (const isFirst of [true, false]) expect(adviceFor(small, { wasm: { ...quarter, flops } }, isFirst)!.size, `${flops}`).toMatchObject({ model: SIZES[1] });
    for (const given of ['model.width=40', 'model.heads=2']) expect(adviceFor(configOf(recipeOf('names-dpo'), 1, ['model.width=48', 'model.layers=1', given]), { wasm: quarter })!.size).toBeNull();
  });

  it('never the size that is there, nor one where the smallest is already there', () => {
    const smallest = configOf(recipeOf('names-dpo'), 1, ['model.width=32']);
    expect(adviceFor(smallest, { wasm: { ...slow, flops: 1e8 } })?.size).toBeNull();
    const largest = configOf(recipeOf('names-dpo'), 1, ['model.width=128', 'model.layers=4']);
    expect(adviceFor(largest, { webgpu: { ...gpu, read: 0.1 } })?.size).toBeNull();
  });
});

it('the share of the peak is that of the bench at its speed', () => {
  // 512 tokens in 6.9 ms of plain training (LOG.md): about three quarters of 62 GFLOP/s.
  expect(shareOfPeak(wasm, config, 'pretrain', 512 / 0.0069)).toBeCloseTo(0.73, 1);
  expect(shareOfPeak(wasm, config, 'ppo', 1000)).toBeGreaterThan(9 * shareOfPeak(wasm, config, 'pretrain', 1000));
});

it('speaks to people', () => {
  expect(adviceText(adviceFor(config, { wasm, webgpu: farGpu })!)).toMatch(/^Measured here for this model: WASM [\d,]+ tokens a second, WebGPU [\d,]+\. Automatic takes WASM; the whole recipe takes about \d+ s\.$/);
  expect([timeText(0.2), timeText(44.2), timeText(89), timeText(95), timeText(700)]).toEqual(['1 s', '44 s', '89 s', '1.6 min', '12 min']);
  expect(SIZES.slice(0, 2).map(sizeText)).toEqual(['width 48, 1 layer', 'width 64, 2 layers']);
});
