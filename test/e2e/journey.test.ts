/** The whole way through the product on each engine: train, look, pause, reload, go on, export, import elsewhere, go on there. */
import { expect, test } from 'vitest';
import { shortened, stepOf, Visitor } from './visitor';

const drawnOf = (visitor: Visitor, metric: string) => visitor.page.getByRole('figure', { name: metric, exact: true }).locator('canvas').first().evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL());

test.for([
  { engine: 'webgpu', badge: 'WebGPU', recipe: 'names-dpo', steps: { pretrain: 8, sft: 2, dpo: 16 }, metric: 'rewards/margins', last: 'dpo' },
  { engine: 'wasm', badge: 'WASM', recipe: 'names-ppo', steps: { pretrain: 40, sft: 10, 'reward-model': 20, ppo: 60 }, metric: 'objective/kl', last: 'ppo' },
] as const)('$recipe on $engine', { timeout: 240_000 }, async ({ engine, badge, recipe, steps, metric, last }) => {
  const visitor = await (await Visitor.arrives({ isKept: true })).opens(shortened(recipe, steps, engine)); // as people come: with a service worker
  const { page } = visitor;
  expect(await visitor.status.innerText()).toBe('idle · pretrain · step 0 of ' + steps.pretrain);

  await visitor.presses('Step');
  await visitor.sees(/^paused · pretrain · step 1 of/, 120_000);
  await visitor.presses('Step');
  await visitor.sees(/^paused · pretrain · step 2 of/);
  await page.getByRole('region', { name: 'Transport' }).getByText(badge, { exact: true }).waitFor();
  const early = { drawn: await drawnOf(visitor, 'loss'), rows: await visitor.reads('loss') };
  await visitor.presses('Train');

  // Into the last stage, where the charts are others and move.
  await visitor.sees(new RegExp(`^training · ${last} · step [2-9]`), 180_000);
  await page.getByRole('tab', { name: 'pretrain' }).click();
  const losses = await visitor.reads('loss');
  expect(losses.length).toBeGreaterThan(early.rows.length);
  expect(losses.at(-1)).toBeLessThan(losses[0]!);
  expect(await drawnOf(visitor, 'loss')).not.toBe(early.drawn);
  await page.getByRole('tab', { name: last }).click();
  await page.getByRole('row', { name: /^now/ }).first().waitFor(); // both models' answers

  await visitor.presses('Pause');
  await visitor.sees(new RegExp(`^paused · ${last}`));
  await visitor.presses('Save');
  await visitor.isTold(/^Saved /);
  const paused = await visitor.status.innerText();
  const live = await visitor.reads(metric);

  await page.reload();
  await visitor.sees(/^paused/);
  expect(await visitor.status.innerText()).toBe(paused);
  // What was shown live is what was stored; what is stored has every step.
  const kept = await visitor.reads(metric);
  expect(kept).toEqual(expect.arrayContaining(live));
  expect(kept).toHaveLength(stepOf(paused));

  const file = await visitor.exports();
  await visitor.presses('Train');
  await visitor.sees(/^finished/, 180_000);
  await page.reload();
  await visitor.sees(/^finished/);
  const whole = await visitor.reads(metric);
  expect(whole.slice(0, kept.length)).toEqual(kept);
  expect(whole).toHaveLength(Object.values(steps).at(-1)!);

  // Another machine: a fresh profile, which knows nothing.
  const other = await (await Visitor.arrives()).opens();
  await other.imports('run.nudge', file);
  await other.isTold(/^Imported .* Press Train to go on with it\./);
  expect(await other.status.innerText()).toBe(paused);
  expect(await other.reads(metric)).toEqual(kept);
  if (engine === 'webgpu') await other.page.getByRole('combobox', { name: 'Engine' }).selectOption('wasm'); // the other machine has no GPU
  await other.presses('Step');
  await other.sees(new RegExp(`^paused · ${last} · step ${stepOf(paused) + 1} of`));
  await other.presses('Train');
  await other.sees(/^finished/, 180_000);
  // On WASM what is done there is what would have been done here.
  await other.page.reload();
  await other.sees(/^finished/);
  const there = await other.reads(metric);
  if (engine === 'wasm') expect(there).toEqual(whole);
  else expect(there.slice(0, kept.length)).toEqual(kept);
});
