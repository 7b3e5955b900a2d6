/** What the Lab says and does once the machine has been measured. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { cleanup } from 'vitest-browser-svelte';
import type { Measured } from '../../src/contract/engine';
import { measuredHere } from '../../src/state/measured';
import '../../src/app.css';
import { button, openLab, SHORT } from './open-lab';

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
  expect(fresh.lab.config.model.width).toBe(32);
  expect(fresh.notice.mock.calls.at(-1)?.[0].text).toMatch(/so its model was made smaller: width 32, 2 layers/);
  await cleanup();
  const linked = await openLab({ address: 'recipe=names-dpo&set=dpo.beta=0.2' });
  await linked.lab.learnSpeeds(slow);
  expect(linked.lab.config.model.width).toBe(64);
  await expect.element(machine().getByRole('button', { name: /Use width 32/ })).toBeVisible();
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
