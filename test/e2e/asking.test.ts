/** The visitor is the judge of online DPO, in the real worker: answers by click and by key, kept through a pause and a reload, learned from, and in the file. */
import { expect, test } from 'vitest';
import { memoryStore } from '../../src/storage/memory-store';
import { importRun } from '../../src/storage/transfer';
import { shortened, Visitor } from './visitor';

const ASKING = ['online-dpo.judge=visitor', 'online-dpo.questions=3', 'online-dpo.refreshEvery=2'];

test('what the visitor says by click and by key is kept, and learned from', { timeout: 180_000 }, async () => {
  const visitor = await (await Visitor.arrives()).opens(shortened('names-online-dpo', { pretrain: 60, sft: 2, 'reward-model': 2, 'online-dpo': 4 }, 'wasm', ASKING));
  const { page } = visitor;
  const card = page.getByRole('group', { name: 'Which do you prefer?' });
  const sides = () => card.getByRole('button', { name: /^[AB]: / }).allInnerTexts();

  await visitor.presses('Train');
  await visitor.sees(/^training, waits for you \(1 of 3\) · online-dpo · step 0 of 4/, 120_000);
  await card.getByRole('button', { name: /^A: / }).click();
  await visitor.sees(/waits for you \(2 of 3\)/);
  await page.keyboard.press('2');
  await visitor.sees(/waits for you \(3 of 3\)/);
  await visitor.presses('Pause');
  await visitor.sees(/^paused, waits for you \(3 of 3\)/);
  const third = await sides();

  // Two of three are answered when the page is left.
  await page.reload();
  await visitor.sees(/^paused · online-dpo · step 0 of 4/);
  await card.getByText('Train goes on').waitFor();
  await page.keyboard.press('1'); // nobody asks
  await visitor.presses('Train');
  await visitor.sees(/^training, waits for you \(3 of 3\)/, 60_000);
  expect(await sides()).toEqual(third);
  await page.keyboard.press('u');
  await visitor.sees(/waits for you \(2 of 3\)/);
  await page.keyboard.press('b');
  await visitor.sees(/waits for you \(3 of 3\)/);
  const place = await card.boundingBox();
  await card.getByRole('button', { name: 'Tie' }).click();

  // Learned from, and the new policy's pairs are asked about in the same place.
  await visitor.sees(/^training, waits for you \(1 of 3\) · online-dpo · step 2 of 4/, 60_000);
  expect(await sides()).not.toEqual(third);
  expect(await card.boundingBox()).toEqual(place);
  for (const key of ['1', 'a', '2']) await page.keyboard.press(key);
  await visitor.sees(/^finished · online-dpo · step 4 of 4/, 60_000);
  await card.waitFor({ state: 'detached' });

  expect(await visitor.reads('pairs/used')).toEqual([2, 2, 3, 3]);
  const store = memoryStore();
  const { id } = await importRun(store, await visitor.exports());
  const { preferences = [] } = await store.history(id, 'online-dpo');
  expect(preferences.map(({ step, question, choice, by }) => `${step} ${question} ${choice} ${by}`)).toEqual([
    '0 0 a visitor', '0 1 b visitor', '0 1 undone visitor', '0 1 b visitor', '0 2 tie visitor', '2 0 a visitor', '2 1 a visitor', '2 2 b visitor',
  ]);
});
