/** A language is chosen, stays chosen, and can be left again. */
import { expect, test } from 'vitest';
import { shortened, Visitor } from './visitor';

test('the Lab in German: chosen while it trains, kept over a reload, and back to English', async () => {
  const visitor = await (await Visitor.arrives()).opens(shortened('names-dpo', { pretrain: 4000, sft: 2, dpo: 2 }, 'wasm'));
  const { page } = visitor;
  const isLang = (lang: string) => page.waitForFunction((wanted) => document.documentElement.lang === wanted, lang);
  const statusIn = (name: string) => page.getByRole('status', { name });
  expect(await page.evaluate(() => performance.getEntriesByType('resource').filter(({ name }) => /\/de-[^/]*\.js/.test(name)).length)).toBe(0); // not asked for yet
  await visitor.presses('Train');
  await visitor.sees(/^training · pretrain · step [1-9]/);

  await page.getByRole('combobox', { name: 'Language' }).selectOption('de');
  await isLang('de');
  await statusIn('Stand des Laufs').getByText(/^trainiert · pretrain · Schritt [1-9]/).waitFor();
  await page.getByRole('link', { name: 'Läufe' }).waitFor();
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await statusIn('Stand des Laufs').getByText(/^pausiert/).waitFor();

  await page.reload();
  await statusIn('Stand des Laufs').getByText(/^pausiert · pretrain · Schritt [1-9]/).waitFor();
  await isLang('de');
  await page.getByRole('button', { name: 'Trainieren', exact: true }).waitFor();

  await page.getByRole('combobox', { name: 'Sprache' }).selectOption('en');
  await isLang('en');
  await visitor.sees(/^paused · pretrain · step [1-9]/);
});
