/** Slow motion in the real worker: what it shows of the next step is what the Lab's next step then is, and looking stores nothing. */
import { expect, test } from 'vitest';
import { shortened, Visitor } from './visitor';

test('the step that is looked at is the step that is then made', { timeout: 120_000 }, async () => {
  const visitor = await (await Visitor.arrives()).opens(shortened('names-dpo', { pretrain: 4, sft: 3, dpo: 5 }, 'wasm'));
  const { page } = visitor;
  for (const stage of ['pretrain', 'sft', 'dpo', 'dpo']) await visitor.presses(`Step ${stage}`);
  await visitor.sees(/^paused · dpo · step 2 of 5/);
  await page.getByRole('link', { name: 'Slow motion' }).click();
  const status = page.getByRole('status', { name: 'Slow motion status' });
  await status.filter({ hasText: /^step 3 of dpo, made from the checkpoint at step 2/ }).waitFor();
  expect(page.url()).toMatch(/#\/step\?run=[\w-]+&stage=dpo$/);

  await page.reload();
  await status.filter({ hasText: /^step 3 of dpo/ }).waitFor();
  const titles: string[] = [];
  let loss = NaN;
  for (let place = 0; place < 5; place++) {
    const part = page.getByRole('article');
    titles.push(await part.getByRole('heading', { level: 2 }).innerText());
    expect(await part.innerText()).not.toMatch(/NaN|∞|undefined/);
    if (titles.at(-1) === 'Loss') loss = Number(await part.getByRole('region', { name: 'What training reports of this step' }).locator('tbody td').first().innerText());
    await page.keyboard.press('ArrowRight');
  }
  expect(titles).toEqual(['Pair', 'Log-probs', 'Margin', 'Loss', 'After']);
  expect(loss).toBeGreaterThan(0);

  await page.getByRole('link', { name: 'Back to the Lab' }).click();
  await visitor.sees(/^paused · pretrain · step 1 of 4/); // as it was stored
  await page.getByRole('tab', { name: 'dpo' }).click();
  expect(await visitor.reads('loss')).toHaveLength(2);
  await visitor.presses('Step dpo');
  await visitor.sees(/^paused · dpo · step 3 of 5/);
  const losses = await visitor.reads('loss');
  expect(losses).toHaveLength(3);
  expect(Math.abs(losses.at(-1)! - loss)).toBeLessThan(0.0006); // either is written with few digits
});
