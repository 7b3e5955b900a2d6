/** Credit by token: what can be asked of which stage, what colours the tokens, and the same numbers in words and in a table. */
import { flushSync } from 'svelte';
import { afterEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-svelte';
import { inTurn } from '../../src/charts/turns';
import { creditGroups, measuresOf, strongestOf, totalOf } from '../../src/components/credit';
import CreditView from '../../src/components/CreditView.svelte';
import type { SampleSet } from '../../src/contract/run';
import '../../src/app.css';
import { sampleSet, withPairs } from './fixtures';
import { behaviour } from './fake-trainer';
import { button, openLab, status } from './open-lab';

afterEach(() => cleanup());

const strip = (name: string) => page.getByRole('toolbar', { name });
const labelsOf = (name: string) => [...strip(name).element().querySelectorAll('button')].map((token) => token.getAttribute('aria-label'));

/** As PPO sends it: credit in the answers now. */
const rewarded: SampleSet = (() => {
  const { step, prompts } = sampleSet(60, true);
  return { step, prompts: prompts.map(({ now, ...rest }) => ({ ...rest, now: { ...now, tokens: now.tokens.map((token, i) => ({ ...token, kl: 0.1, reward: i === 2 ? 2 : -0.1, value: 1, advantage: i - 1 })) } })) };
})();

test('each kind of stage has its own measures, and stages without credit have none', () => {
  expect(measuresOf(creditGroups(withPairs(sampleSet(1, true), 'policy')))).toEqual(['logRatio', 'kl']);
  expect(measuresOf(creditGroups(withPairs(sampleSet(1, true), 'reward')))).toEqual(['reward', 'score']);
  expect(measuresOf(creditGroups(rewarded))).toEqual(['logRatio', 'kl', 'advantage', 'reward', 'value']);
  const withoutCritic = rewarded.prompts.map(({ now, ...rest }) => ({ ...rest, now: { ...now, tokens: now.tokens.map(({ value: _, ...token }) => token) } }));
  expect(measuresOf(creditGroups({ ...rewarded, prompts: withoutCritic }))).toEqual(['logRatio', 'kl', 'advantage', 'reward']);
  expect(creditGroups(sampleSet(1, true))).toEqual([]);
});

test('totals are over what adds up, and the strongest tint is that of the largest reward or of two nats', () => {
  const groups = creditGroups(withPairs(sampleSet(1, true), 'reward'));
  const [chosen, rejected] = groups[0]!.strips;
  expect([totalOf(chosen, 'reward'), totalOf(rejected, 'reward'), totalOf(chosen, 'score'), totalOf(groups[1]!.strips[1], 'reward')]).toEqual([2, -1, null, null]);
  expect([strongestOf(groups, 'reward'), strongestOf(groups, 'score'), strongestOf(groups, 'kl')]).toEqual([0.5, 2, 2]);
});

test('chosen stands beside rejected, and the choice says what colours and names the tokens', async () => {
  await render(CreditView, { samples: withPairs(sampleSet(60, true), 'policy'), stage: 'dpo' });
  await expect.element(page.getByRole('heading', { name: 'Held-out pairs, token by token' })).toBeVisible();
  expect(labelsOf('♀ M, chosen, by log-ratio')).toEqual(['a: log-ratio 0 nats', 'r: log-ratio 1 nats', 'y: log-ratio 2 nats', '⏎: log-ratio 3 nats']);
  expect(labelsOf('♀ M, rejected, by log-ratio')).toEqual(['x: log-ratio 0 nats', 'q: log-ratio −1 nats']);
  const styles = (name: string) => [...strip(name).element().querySelectorAll('button')].map((token) => [token.classList.contains('likelier'), token.classList.contains('rarer')]);
  expect(styles('♀ M, chosen, by log-ratio').slice(0, 2)).toEqual([[false, false], [true, false]]);
  expect(styles('♀ M, rejected, by log-ratio')[1]).toEqual([false, true]);
  await expect.element(page.getByText('Σ 6', { exact: true })).toBeVisible();
  await page.getByRole('combobox', { name: 'Colour by' }).selectOptions('KL');
  expect(labelsOf('♀ M, chosen, by KL')[3]).toBe('⏎: KL 0.750 nats');
});

test('numbers of a token are said on pointing, on focus and by arrows; the box they stand in does not grow', async () => {
  await render(CreditView, { samples: rewarded, stage: 'ppo' });
  const readout = () => document.querySelector('.readout')!;
  const before = readout().getBoundingClientRect().height;
  const tokens = [...strip('♀ M, now, by log-ratio').element().querySelectorAll('button')];
  tokens[0]!.focus();
  await userEvent.keyboard('{ArrowRight}');
  await expect.poll(() => readout().textContent).toBe('♀ M, now, “n”: log-ratio −1.500, KL 0.100, advantage 0, reward −0.100, value 1.');
  expect(tokens.map(({ tabIndex }) => tabIndex)).toEqual([-1, 0, -1]);
  await userEvent.hover(tokens[2]!);
  await expect.poll(() => readout().textContent).toContain('reward 2');
  expect(readout().getBoundingClientRect().height).toBe(before);
});

test('the table holds the same numbers, side by side', async () => {
  await render(CreditView, { samples: withPairs(sampleSet(60, true), 'reward'), stage: 'reward-model' });
  await page.getByText('Table').click();
  const rows = [...document.querySelectorAll('tbody:first-of-type tr')].map((row) => [...row.children].map((cell) => cell.textContent));
  expect(rows).toEqual([['♀ M', 'chosen', 'reward', 'rejected', 'reward'], ['1', 'a', '0.500', 'x', '−0.500'], ['2', 'r', '0.500', 'q', '−0.500'], ['3', 'y', '0.500', '', ''], ['4', '⏎', '0.500', '', '']]);
});

test('nothing is shown of a stage that gives no credit, nor before the first evaluation', async () => {
  const screen = await render(CreditView, { samples: null, stage: 'sft' });
  await screen.rerender({ samples: sampleSet(1, false) });
  expect(document.querySelector('section')).toBeNull();
});

test('in the Lab what a token earned never stands before its answers, whatever is done between the two', async () => {
  const { lab } = await openLab({ how: behaviour({ pace: 60_000 }) });
  await button('Step').click();
  await expect.element(status()).toHaveTextContent(/^paused · pretrain · step 1/);
  const stage = lab.pipeline!.current;
  const has = (step: number) => document.querySelector('.answers')!.textContent.includes(`step ${step} of pretrain`);
  const arrive = (step: number) => {
    stage.showSamples(withPairs(sampleSet(step, true), 'policy'));
    flushSync();
  };
  arrive(10);
  // Has its turn between the answers of step 10 and their credit, and takes all of it; then those of step 20 arrive.
  const isEarly = await new Promise<boolean>((done) => {
    inTurn(() => {
      for (const began = performance.now(); performance.now() - began < 5; ) continue;
      inTurn(() => done(has(20))); // before the answers of step 20
      arrive(20);
    });
  });
  expect(isEarly).toBe(false);
  await expect.poll(() => has(20)).toBe(true);
});
