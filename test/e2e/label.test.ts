/** A visitor labels thirty pairs by keyboard alone, in the real worker, and what learns from them agrees with people more often than before. */
import { readFileSync } from 'node:fs';
import { expect, inject, test } from 'vitest';
import { memoryStore } from '../../src/storage/memory-store';
import { importRun } from '../../src/storage/transfer';
import { Visitor } from './visitor';

/** Births of the 1950s, by sex and name. */
const [header = '', ...rows] = readFileSync('public/names.csv', 'utf8').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
const decade = header.trim().split(',').indexOf('1950');
const births = new Map<string, number>(rows.map((row) => { const cells = row.trim().split(','); return [`${cells[1] === 'F' ? '♀' : '♂'} ${cells[0]!.toLowerCase()}`, Number(cells[decade])]; }));
const birthsOf = (side: string) => births.get(side.replace(/^[AB]: /, '').toLowerCase()) ?? 0;

test('thirty labels by keyboard raise agreement on held-out pairs', { timeout: 240_000 }, async () => {
  const visitor = await Visitor.arrives();
  const { page } = visitor;
  // A small model, trained briefly: what is learned from labels is what this is about.
  await visitor.opens('#/lab?backend=wasm');
  await page.goto(`${inject('address')}#/label?recipe=names-label&set=model.width=32&set=pretrain.steps=120&set=pretrain.evaluateOn=16&set=sft.steps=30&set=sft.evaluateOn=16&set=reward-model.evaluateOn=512&set=dpo.evaluateOn=512`);
  await page.getByRole('button', { name: 'Start labelling' }).focus();
  await page.keyboard.press('Enter');

  const card = page.getByRole('group', { name: 'Which do you prefer?' });
  const sides = card.getByRole('button', { name: /^[AB]: ./ });
  for (let i = 0; i < 30; i++) {
    await card.filter({ hasText: `${i + 1} of 30` }).waitFor({ timeout: 120_000 });
    await card.getByRole('button', { name: /^A: [^…]/ }).waitFor({ timeout: 120_000 });
    const [a = '', b = ''] = await sides.evaluateAll((buttons) => buttons.map((button) => button.querySelector('.text')?.textContent ?? ''));
    await page.keyboard.press(birthsOf(a) >= birthsOf(b) ? '1' : '2');
  }

  const learn = page.getByRole('button', { name: 'Train on these labels' });
  await learn.waitFor({ timeout: 60_000 });
  expect(await learn.evaluate((button) => button === document.activeElement)).toBe(true);
  await page.keyboard.press('Enter');
  await page.getByText('Both have learned what there is to learn from so few.').waitFor({ timeout: 120_000 });

  const cells = await page.getByRole('region', { name: 'Learned from your labels' }).getByRole('row').evaluateAll((lines) => lines.slice(1).map((line) => [...line.querySelectorAll('td')].map(({ textContent }) => textContent ?? '')));
  expect(cells).toHaveLength(4); // both models, on pairs of seen and of unseen names
  for (const [, before = '', now = '', interval = ''] of cells) {
    expect(Number.parseFloat(now)).toBeGreaterThan(Number.parseFloat(before));
    expect(Number.parseFloat(interval), 'the lower end of the interval').toBeGreaterThan(50);
  }

  await page.getByText(/Agreement with the true reward/).waitFor();
  const answers = await page.getByRole('region', { name: 'What your answers say' }).innerText();
  expect(answers).toMatch(/Agreement with the true reward\s+100 %/);

  await page.getByRole('button', { name: 'Open in the Lab' }).click();
  await visitor.sees(/^finished · dpo/);
  const store = memoryStore();
  const { id } = await importRun(store, await visitor.exports());
  const { preferences = [] } = await store.history(id, 'labels');
  expect(preferences).toHaveLength(30);
  expect(preferences.every(({ seconds, by }) => seconds >= 0 && by === 'visitor')).toBe(true);
  expect(preferences.filter(({ seconds }) => seconds > 0).length).toBeGreaterThan(15); // keys pressed by a program may come within the clock's own grain
  expect((await store.history(id, 'reward-model')).metrics.columns['eval_seen_accuracy']!.at(-1)).toBeGreaterThan(0.5);
});
