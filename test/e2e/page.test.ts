/** The page as such: whole at every width, usable by keyboard, light and dark without a complaint from axe. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type axeCore from 'axe-core';
import { expect, test } from 'vitest';
import { shortened, Visitor } from './visitor';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const LONG = { pretrain: 5000, sft: 2, dpo: 2 };

test('nothing moves while a run goes through its stages', async () => {
  const visitor = await (await Visitor.arrives()).opens(shortened('names-ppo', { pretrain: 300, sft: 60, 'reward-model': 60, ppo: 40 }, 'wasm', ['ppo.evaluateEvery=5']));
  await visitor.presses('Train');
  await visitor.sees(/^training · \S+ · step [1-9]/); // of whichever stage: the first may be over before anybody looks
  // Chromium's own measure: the share of the screen that moved, times how far. What comes on pressing Train may move things.
  const moved = visitor.page.evaluate(() => new Promise<number>((done) => {
    let sum = 0;
    new PerformanceObserver((list) => {
      for (const shift of list.getEntries() as (PerformanceEntry & { value: number })[]) sum += shift.value; // of this type alone
    }).observe({ type: 'layout-shift' });
    const end = setInterval(() => {
      if (!document.querySelector('[aria-label="Run status"]')?.textContent?.startsWith('finished')) return;
      clearInterval(end);
      done(sum);
    }, 100);
  }));
  await visitor.sees(/^finished/);
  expect(await moved).toBeLessThan(0.02);
});

test.for([{ width: 375, height: 812 }, { width: 768, height: 1024 }, { width: 1440, height: 900 }])('nothing is wider than a page of $width pixels', async (size) => {
  const visitor = await (await Visitor.arrives({ size })).opens(shortened('names-ppo', { pretrain: 6, sft: 2, 'reward-model': 2, ppo: 500 }, 'wasm'));
  const overhang = () => visitor.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(await overhang()).toBe(0);
  await visitor.presses('Train');
  await visitor.sees(/^training · ppo · step [2-9]/);
  await visitor.presses('Pause');
  expect(await overhang()).toBe(0);
  for (const name of ['Train', 'Pause', 'Step', 'Reset', 'Save', 'Export run', 'Import run']) {
    const box = await visitor.page.getByRole('button', { name, exact: true }).boundingBox();
    expect(box!.y + box!.height).toBeLessThanOrEqual(size.height); // in sight without scrolling
  }
  await visitor.page.goto(`${new URL(visitor.page.url()).origin}/#/runs`);
  await visitor.page.getByText(/^1 run,/).waitFor();
  expect(await overhang()).toBe(0);
  await visitor.page.goto(`${new URL(visitor.page.url()).origin}/#/label`);
  await visitor.page.getByRole('button', { name: 'Start labelling' }).waitFor();
  expect(await overhang()).toBe(0);
});

test('the keyboard alone trains, pauses and steps', async () => {
  const visitor = await (await Visitor.arrives()).opens(shortened('names-dpo', LONG, 'wasm'));
  const { keyboard } = visitor.page;
  const reach = async (name: string) => {
    for (let i = 0; i < 80; i++) {
      await keyboard.press('Tab');
      if ((await visitor.page.evaluate(() => document.activeElement?.textContent?.trim())) === name) return;
    }
    throw new Error(`Tab never reached ${name}`);
  };
  await reach('Train');
  await keyboard.press('Enter');
  await visitor.sees(/^training · pretrain · step [1-9]/);
  await keyboard.press('Tab');
  await keyboard.press('Space');
  const text = await visitor.sees(/^paused/);
  await keyboard.press('Tab');
  await keyboard.press('Enter');
  await expect.poll(() => visitor.status.innerText(), { timeout: 20_000 }).not.toBe(text);
});

test.for(['light', 'dark'] as const)('axe has nothing to say in %s', async (colorScheme) => {
  const visitor = await Visitor.arrives();
  // Before the page is there: even the shortest transition from light to dark has one frame that is neither.
  await visitor.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await visitor.opens(shortened('names-ppo', { pretrain: 6, sft: 2, 'reward-model': 2, ppo: 500 }, 'wasm'));
  const complaints = async () => {
    await visitor.page.evaluate(AXE);
    await visitor.page.evaluate(() => new Promise<void>((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn())))); // the same transition, of what was pressed
    return visitor.page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: typeof axeCore }; // put there by the line above
      return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
    });
  };
  expect(await complaints()).toEqual([]);
  await visitor.presses('Train');
  await visitor.sees(/^training · ppo · step [2-9]/);
  await visitor.presses('Pause');
  await visitor.sees(/^paused/);
  expect(await complaints()).toEqual([]);
  await visitor.page.getByRole('link', { name: 'Runs', exact: true }).click();
  await visitor.page.getByText(/^1 run,/).waitFor();
  expect(await complaints()).toEqual([]);
  await visitor.page.getByRole('link', { name: 'Label', exact: true }).click();
  await visitor.page.getByRole('button', { name: 'Start labelling' }).waitFor();
  expect(await complaints()).toEqual([]);
});
