/** A visitor opens two stages of a trained run side by side in the built page: the same seed says the same, and odds, KL, the reward so far and attention can be read. */
import { expect, inject, test } from 'vitest';
import { shortened, Visitor } from './visitor';

const numbersOf = (texts: readonly string[]) => texts.map((text) => Number(text.replace('−', '-').replace(' %', '')));

test('two stages of a run speak with the same seed, and what they thought of each token can be read', { timeout: 300_000 }, async () => {
  const visitor = await Visitor.arrives();
  const { page } = visitor;
  const steps = { pretrain: 40, sft: 6, 'reward-model': 6, ppo: 6 };
  await visitor.opens(shortened('names-ppo', steps, 'wasm', [...Object.keys(steps).map((stage) => `${stage}.batchSize=8`), 'ppo.criticWarmup=2', 'ppo.minibatches=2']));
  await visitor.presses('Train');
  await visitor.sees(/^finished · ppo/, 200_000);

  await page.goto(`${inject('address')}#/runs`);
  await page.getByRole('link', { name: 'Talk to it' }).click();
  const status = page.getByRole('status', { name: 'Talk status' });
  await status.filter({ hasText: /^ready, on wasm/ }).waitFor({ timeout: 60_000 });
  expect(page.url()).toMatch(/#\/model\?left=run-[^/]+\/ppo\/6&right=run-[^/]+\/sft\/6$/);

  const cells = (side: string) => page.getByRole('toolbar', { name: `${side}: what was said, token by token` }).getByRole('button');
  const says = async (prompt: string, seed: string) => {
    await page.getByRole('textbox', { name: 'Prompt' }).fill(prompt);
    await page.getByRole('spinbutton', { name: 'Seed' }).fill(seed);
    await page.getByRole('button', { name: 'Generate', exact: true }).click();
    await status.filter({ hasText: /^done/ }).waitFor({ timeout: 60_000 });
    return Promise.all(['Left', 'Right'].map((side) => cells(side).evaluateAll((buttons) => buttons.map((button) => button.querySelector('.visually-hidden')?.textContent ?? ''))));
  };
  const first = await says('♀ Ma', '3');
  expect(await says('♀ Ma', '3')).toEqual(first);
  const others: string[][][] = [];
  for (const seed of ['4', '5', '6']) others.push(await says('♀ Ma', seed));
  expect(others).not.toEqual([first, first, first]);

  // Each token says its odds, an exact KL and the reward so far; the table adds the KL up.
  await says('♀ Ma', '3');
  for (const label of first[0]!) expect(label).toMatch(/^.+: Left [<\d.]+ %, rank \d+; Right [<\d.]+ %, rank \d+; KL \d+\.\d\d nats; reward so far [+−]?\d+\.\d\d$/);
  await page.getByText(/^Table of Left: every token/).click();
  const rows = page.getByRole('region', { name: 'Table of Left: every token' }).locator('tbody tr');
  // It is made when it is opened, and anew when the same is said again.
  await expect.poll(() => rows.count(), { timeout: 30_000 }).toBe(first[0]!.length);
  const kl = numbersOf(await rows.locator('td:nth-of-type(8)').allInnerTexts());
  const sums = numbersOf(await rows.locator('td:nth-of-type(9)').allInnerTexts());
  expect(kl).toHaveLength(first[0]!.length);
  expect(kl.every((nats) => nats >= 0)).toBe(true);
  expect(sums.at(-1)).toBeGreaterThan(0);
  expect(Math.abs(sums.at(-1)! - kl.reduce((sum, nats) => sum + nats, 0))).toBeLessThan(0.005 * (kl.length + 1)); // each is rounded

  // Odds at the first place, by keys alone.
  await cells('Left').first().focus();
  const odds = page.getByRole('region', { name: 'Left: odds at one place' });
  await odds.getByText(/Token 1 of \d+, after/).waitFor();
  const shares = numbersOf(await odds.locator('table').first().locator('td:nth-of-type(1)').allInnerTexts());
  expect(shares.length).toBeGreaterThanOrEqual(10);
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(100.5);

  // Where the last token looks, in every head.
  const attention = page.getByRole('region', { name: 'Attention', exact: true });
  for (const head of ['1', '2']) {
    await attention.getByRole('combobox', { name: 'Head' }).selectOption(head);
    const row = attention.getByRole('toolbar', { name: `Layer 1, head ${head}: where the chosen token looks` });
    await row.waitFor();
    await row.getByRole('button').last().focus();
    const weights = numbersOf(await row.getByRole('button').evaluateAll((buttons) => buttons.map((button) => / ([\d.]+) %$/.exec(button.querySelector('.visually-hidden')?.textContent ?? '')?.[1] ?? '0')));
    expect(Math.abs(weights.reduce((sum, weight) => sum + weight, 0) - 100)).toBeLessThan(0.06 * weights.length); // each is rounded
  }

  // The same checkpoint on both sides is one model.
  const left = page.getByRole('combobox', { name: 'Left model' });
  await page.getByRole('combobox', { name: 'Right model' }).selectOption(await left.inputValue());
  await status.filter({ hasText: /^ready/ }).waitFor({ timeout: 60_000 });
  await says('', '3');
  await page.getByText('Both say the same.').waitFor();
  await page.getByText(/along this text: 0\.00 nats in all\.$/).first().waitFor();

  // What cannot be read is refused in a sentence.
  await page.getByRole('textbox', { name: 'Prompt' }).fill('♀ 1');
  await page.getByRole('button', { name: 'Generate', exact: true }).click();
  await visitor.isTold(/cannot be read by the task/);
});
