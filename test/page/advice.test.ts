/** What the Lab says and does once the machine has been measured. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { cleanup } from 'vitest-browser-svelte';
import type { Measured } from '../../src/contract/engine';
import { measuredHere, SpeedMeasuring } from '../../src/state/measured';
import '../../src/app.css';
import { behaviour } from './fake-trainer';
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
  const slow: Measured = { wasm: { ...wasm, flops: 9e9 } };
  const isFirst = () => true;

  test.for([['a quarter as fast', quarter], ['slower than a minute allows', slow]] as const)('is made smaller where the machine is %s; the recipe’s own size is one press away, and nothing above the page moves for it', async ([, measured]) => {
    const { lab, notice } = await openLab({ address: '', isFirst });
    await lab.learnSpeeds(measured);
    expect(lab.config.model).toMatchObject({ width: 48, layers: 1 });
    expect(notice).not.toHaveBeenCalled();
    await expect.element(machine()).toHaveTextContent(/the whole recipe takes about [\d.]+ (s|min)\. The model is smaller than the recipe’s own/);
    await machine().getByRole('button', { name: /Use width 64, 2 layers \(about \d/ }).click();
    await expect.poll(() => lab.config.model.width).toBe(64);
    await expect.element(machine()).not.toHaveTextContent(/smaller/);
    expect(lab.link).toBe('#/lab?recipe=names-dpo');
    await lab.follow(new URLSearchParams('recipe=names-dpo')); // back from another screen
    expect(lab.config.model.width).toBe(64);
  });

  test('is in its address what the recipe is, and smaller again where that is followed; what is changed by hand is as it stands', async () => {
    const { lab } = await startLab({ address: '', isFirst });
    await lab.learnSpeeds(quarter);
    expect([lab.link, lab.shared, lab.bare]).toEqual(['#/lab?recipe=names-dpo', '#/lab?recipe=names-dpo', '#/lab?recipe=names-dpo']);
    await lab.follow(new URLSearchParams('recipe=names-dpo'));
    expect(lab.config.model.width).toBe(48);
    lab.setKnob('dpo', 'beta', 0.2);
    expect(lab.link).toBe('#/lab?recipe=names-dpo&set=model.width=48&set=model.layers=1&set=dpo.beta=0.2');
    expect(lab.isMadeSmaller).toBe(false);
  });

  test('stays as it is where a link says what to train, where another recipe is shown, and where a first run was begun', async () => {
    for (const address of ['recipe=names-dpo&set=dpo.beta=0.2', 'recipe=names-simpo']) {
      const { lab } = await startLab({ address, isFirst });
      await lab.learnSpeeds(quarter);
      expect(lab.config.model.width).toBe(64);
    }
    const { lab } = await openLab({ address: SHORT, isFirst });
    await lab.learnSpeeds(quarter);
    await button('Train').click();
    await expect.element(status()).toHaveTextContent(/^finished/);
    await lab.follow(new URLSearchParams('recipe=names-dpo'));
    expect(lab.config.model.width).toBe(64);
  });

  test('waits for what is measured where Train is pressed before, says so, and begins once; what is asked for meanwhile comes after it', async () => {
    let answer = (_: Measured | null) => {};
    const measure = vi.fn(() => new Promise<Measured | null>((done) => (answer = done)));
    const { lab, store } = await openLab({ address: '', isFirst, measure, how: behaviour({ pace: 30 }) });
    await button('Train').click();
    await button('Train').click();
    await expect.element(status()).toHaveTextContent('idle · measuring this machine · pretrain');
    expect(lab.isBusy).toBe(true);
    await button('Pause').click();
    answer(quarter);
    await expect.element(status()).toHaveTextContent(/^paused · pretrain/);
    expect((await store.runs()).map(({ config }) => config.model.width)).toEqual([48]);
    expect(measure).toHaveBeenCalledTimes(1);
  });

  test('is the recipe’s own size where measuring takes too long or fails, and no other run waits', async () => {
    for (const measure of [async () => null, async () => ({})]) {
      const { lab } = await startLab({ address: '', isFirst, measure });
      await lab.train();
      expect(lab.pipeline?.record.config.model.width).toBe(64);
    }
    const measure = vi.fn(async () => quarter);
    for (const given of [{ address: 'recipe=names-simpo', isFirst, measure }, { address: '', measure }]) await (await startLab(given)).lab.train();
    expect(measure).not.toHaveBeenCalled();
  });

  test('who waits need not wait for the page to stand still, nor for an engine that does not answer; what was timed beside a busy page is not remembered', async () => {
    localStorage.removeItem('nudge.measured');
    const never = new Promise<never>(() => {});
    const hasty = new SpeedMeasuring({ version: '1', agent: 'browser', measure: async () => quarter, after: never });
    expect(await hasty.soon()).toEqual(quarter);
    expect(localStorage.getItem('nudge.measured')).toBeNull();
    const began = performance.now();
    expect(await new SpeedMeasuring({ version: '1', agent: 'browser', measure: () => never, after: Promise.resolve() }).soon()).toBeNull();
    expect(performance.now() - began).toBeLessThan(4000);
    expect(await new SpeedMeasuring({ version: '1', agent: 'browser', measure: async () => quarter, after: Promise.resolve() }).measured).toEqual(quarter);
    expect(localStorage.getItem('nudge.measured')).toContain('22000000000');
    localStorage.removeItem('nudge.measured');
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
  const measure = vi.fn(async (): Promise<{ measured: Measured; isSure: boolean }> => ({ measured: { wasm }, isSure: true }));
  expect(await measuredHere('1', 'browser', measure)).toEqual({ wasm });
  expect(await measuredHere('1', 'browser', measure)).toEqual({ wasm });
  expect(measure).toHaveBeenCalledTimes(1);
  await measuredHere('2', 'browser', measure);
  expect(measure).toHaveBeenCalledTimes(2);
  localStorage.setItem('nudge.measured', '{"version":"2","agent":"browser","measured":{"wasm":{"flops":-1}}}');
  expect(await measuredHere('2', 'browser', () => Promise.reject(new Error('no')))).toEqual({});
  localStorage.removeItem('nudge.measured');
});
