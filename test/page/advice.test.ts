/** What the Lab says and does once the machine has been measured. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { cleanup } from 'vitest-browser-svelte';
import type { Measured } from '../../src/contract/engine';
import { measuredHere, SpeedMeasuring } from '../../src/state/measured';
import '../../src/app.css';
import { button, openLab, SHORT, startLab, status } from './open-lab';

const wasm = { flops: 62e9, launch: 0.002, read: 0.02 };
const webgpu = { flops: 8e12, launch: 0.004, read: 1 };
const farGpu = { flops: 2e12, launch: 0.05, read: 12 };

beforeEach(() => page.viewport(1440, 900));
afterEach(async () => {
  await cleanup();
  await page.viewport(414, 896);
});

const machine = () => page.getByRole('complementary', { name: 'This machine' });

test('says what was measured, and Automatic follows it until the visitor chooses', async () => {
  const { lab } = await openLab({ address: '' });
  await expect.element(machine()).not.toBeInTheDocument();
  await lab.learnSpeeds({ wasm, webgpu: farGpu });
  await expect.element(machine()).toHaveTextContent(/WASM [\d,]+ tokens a second, WebGPU [\d,]+\. Automatic takes WASM/);
  expect(lab.engine).toBe('wasm');
  expect(lab.link).toBe('#/lab?recipe=names-dpo');
  await page.getByRole('combobox', { name: 'Engine' }).selectOptions('webgpu');
  await expect.poll(() => lab.engine).toBe('webgpu');
});

test('a faster GPU leaves Automatic to the worker, which can still fall back', async () => {
  const { lab } = await openLab({ address: '' });
  await lab.learnSpeeds({ wasm, webgpu });
  expect(lab.engine).toBe('auto');
  await expect.element(machine()).toHaveTextContent(/Automatic takes WebGPU/);
});

test('a larger size is offered, taken only when asked for, and is in the link', async () => {
  const { lab } = await openLab({ address: '' });
  await lab.learnSpeeds({ wasm, webgpu });
  expect(lab.config.model.width).toBe(64);
  await machine().getByRole('button', { name: /Use width 128, 4 layers \(about \d+ s\)/ }).click();
  await expect.poll(() => lab.link).toBe('#/lab?recipe=names-dpo&set=model.width=128&set=model.layers=4');
  await expect.element(machine().getByRole('button')).not.toBeInTheDocument();
});

test('a slow machine gets a smaller model for an untouched recipe, and is told; a link is left as it is', async () => {
  const slow: Measured = { wasm: { flops: 2e9, launch: 0.02, read: 0.2 } };
  const fresh = await openLab({ address: '' });
  await fresh.lab.learnSpeeds(slow);
  expect(fresh.lab.config.model).toMatchObject({ width: 48, layers: 1 });
  expect(fresh.notice.mock.calls.at(-1)?.[0].text).toMatch(/so its model was made smaller: width 48, 1 layer\./);
  await cleanup();
  const linked = await openLab({ address: 'recipe=names-dpo&set=dpo.beta=0.2' });
  await linked.lab.learnSpeeds(slow);
  expect(linked.lab.config.model.width).toBe(64);
  await expect.element(machine().getByRole('button', { name: /Use width 48/ })).toBeVisible();
});

describe('the first run of all', () => {
  const quarter: Measured = { wasm: { ...wasm, flops: 22e9 } };

  test('is made small enough for a minute; the recipe’s own size is one press away, and nothing above the page moves for it', async () => {
    const { lab, notice } = await openLab({ address: '' });
    await lab.learnSpeeds(quarter, true);
    expect(lab.link).toBe('#/lab?recipe=names-dpo&set=model.width=48&set=model.layers=1');
    expect(notice).not.toHaveBeenCalled();
    await expect.element(machine()).toHaveTextContent(/the whole recipe takes about [345]\d s\. Its model is smaller than the recipe’s/);
    await machine().getByRole('button', { name: /Use width 64, 2 layers \(about \d/ }).click();
    await expect.poll(() => lab.link).toBe('#/lab?recipe=names-dpo');
  });

  test('stays as it is where a link says what to train, and where another recipe is shown', async () => {
    const linked = await startLab({ address: 'recipe=names-dpo&set=dpo.beta=0.2' });
    await linked.lab.learnSpeeds(quarter, true);
    expect(linked.lab.config.model.width).toBe(64);
    const other = await startLab({ address: 'recipe=names-simpo' });
    await other.lab.learnSpeeds(quarter, true);
    expect(other.lab.config.model.width).toBe(64);
  });

  test('waits for what is measured where Train is pressed before, says so, and begins once', async () => {
    let measured = () => {};
    const waits = new Promise<void>((done) => (measured = done));
    const { lab, store } = await openLab({ address: '', measured: () => waits });
    await button('Train').click();
    await button('Train').click();
    await expect.element(status()).toHaveTextContent('idle · measuring this machine · pretrain');
    await lab.learnSpeeds(quarter, true);
    measured();
    await expect.element(status()).toHaveTextContent(/^training · pretrain · step [1-9]/);
    const runs = await store.runs();
    expect(runs.map(({ config }) => config.model.width)).toEqual([48]);
  });

  test('is begun without, where measuring takes too long; who waits need not wait for the page to stand still', async () => {
    localStorage.removeItem('nudge.measured');
    const never = new Promise<never>(() => {});
    const take = vi.fn(async () => {});
    const hasty = new SpeedMeasuring({ version: '1', agent: 'browser', measure: async () => quarter, after: never, take });
    await hasty.soon();
    expect(take).toHaveBeenCalledExactlyOnceWith(quarter);
    localStorage.removeItem('nudge.measured');
    const began = performance.now();
    await new SpeedMeasuring({ version: '1', agent: 'browser', measure: () => never, after: Promise.resolve(), take }).soon();
    expect(performance.now() - began).toBeLessThan(4000);
    expect(take).toHaveBeenCalledTimes(1);
  });
});

test('speed, share of the peak and memory stand beside the run while it trains', async () => {
  const { lab } = await openLab({ address: SHORT });
  await lab.learnSpeeds({ wasm });
  await button('Train').click();
  await expect.element(page.getByText('32 MB')).toBeVisible();
});

test('is measured once for a version of the page, and again for another; what fails is no advice', async () => {
  localStorage.removeItem('nudge.measured');
  const measure = vi.fn(async (): Promise<Measured> => ({ wasm }));
  expect(await measuredHere('1', 'browser', measure)).toEqual({ wasm });
  expect(await measuredHere('1', 'browser', measure)).toEqual({ wasm });
  expect(measure).toHaveBeenCalledTimes(1);
  await measuredHere('2', 'browser', measure);
  expect(measure).toHaveBeenCalledTimes(2);
  localStorage.setItem('nudge.measured', '{"version":"2","agent":"browser","measured":{"wasm":{"flops":-1}}}');
  expect(await measuredHere('2', 'browser', () => Promise.reject(new Error('no')))).toEqual({});
  localStorage.removeItem('nudge.measured');
});
