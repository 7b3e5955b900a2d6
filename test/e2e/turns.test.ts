/** Reward model and policy take turns in the real worker: each step starts from the newest of the other, is kept, and Train ends what is left. */
import { expect, test } from 'vitest';
import { shortened, Visitor } from './visitor';

test('each stage steps by itself, from whatever there is of those before it', { timeout: 180_000 }, async () => {
  const visitor = await (await Visitor.arrives()).opens(shortened('names-ppo', { pretrain: 5, sft: 4, 'reward-model': 6, ppo: 5 }, 'wasm', ['ppo.criticWarmup=1']));
  const { page } = visitor;
  for (const [stage, step] of [['pretrain', 1], ['sft', 1], ['reward-model', 1], ['ppo', 1], ['reward-model', 2], ['reward-model', 3], ['ppo', 2]] as const) {
    await visitor.presses(`Step ${stage}`);
    await visitor.sees(new RegExp(`^paused · ${stage} · step ${step} of`));
  }
  const scores = await visitor.reads('objective/scores');
  expect(scores).toHaveLength(2);
  // Held-out pairs of the reward model, token by token.
  await page.getByRole('tab', { name: 'reward-model' }).click();
  await page.getByRole('heading', { name: 'Held-out pairs, token by token' }).waitFor();

  await page.reload();
  await visitor.sees(/^paused · pretrain · step 1 of 5/);
  const steps = await page.getByRole('list', { name: 'Stages' }).innerText();
  expect(steps.match(/paused, step \d+ of \d+/g)).toEqual(['paused, step 1 of 5', 'paused, step 1 of 4', 'paused, step 3 of 6', 'paused, step 2 of 5']);
  await visitor.presses('Train');
  await visitor.sees(/^finished · ppo · step 5 of 5/, 120_000);
  expect((await visitor.reads('objective/scores')).slice(0, 2)).toEqual(scores);
});
