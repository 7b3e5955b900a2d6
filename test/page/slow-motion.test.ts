/** Slow motion over a stored run and a worker that shows what it is told: every part, by pointer and by keys, with the chosen token's numbers in its formulas. */
import axe from 'axe-core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-svelte';
import type { StepDesk } from '../../src/client/slow-motion-client';
import { Failure } from '../../src/contract/failures';
import type { StepOrder, TurnOrder, WatchedId } from '../../src/contract/slow-motion';
import type { RunRecord } from '../../src/contract/run';
import { SlowMotion } from '../../src/state/slow-motion.svelte';
import { memoryStore } from '../../src/storage/memory-store';
import StepView from '../../src/views/StepView.svelte';
import { speak } from '../../src/words/words.svelte';
import '../../src/app.css';
import { bundleOf } from './fixtures';
import { madeStep, TURNS } from './made-steps';
import { startLab } from './open-lab';

/** Shows the newest stage it is asked for. */
class FakeDesk implements StepDesk {
  readonly orders: StepOrder[] = [];
  readonly compared: TurnOrder[] = [];
  refusal: Failure | undefined;
  closed = 0;

  constructor(private readonly record: RunRecord) {}

  async unroll(order: StepOrder) {
    this.orders.push(order);
    if (this.refusal) throw this.refusal;
    const { algorithm } = this.record.config.stages.find(({ id }) => id === order.stage)!.train;
    return madeStep(this.record, algorithm as WatchedId, order.from ?? 2); // stages that are offered are watched
  }

  async turns(order: TurnOrder) {
    this.compared.push(order);
    return TURNS;
  }

  close() {
    this.closed += 1;
  }
}

async function opened(recipe: string, address = '') {
  const store = memoryStore();
  const bundle = bundleOf({ id: 'run-s', name: 'a run', recipe, seed: 1, settings: recipe === 'names-dpo' ? ['dpo.beta=0.1'] : [], gold: 1 });
  await store.putBundle({ ...bundle, stages: bundle.stages.map((each) => ({ ...each, stage: { ...each.stage, finished: false, total: each.stage.total + 9 } })) });
  const { lab } = await startLab({ store, address: 'run=run-s' });
  const desk = new FakeDesk(bundle.record);
  const slow = new SlowMotion({ desk, engine: () => 'wasm' });
  const onlink = vi.fn();
  const { unmount } = await render(StepView, { lab, slow, params: new URLSearchParams(`run=run-s${address}`), onlink });
  return { desk, slow, lab, onlink, unmount };
}

// Out of the way: where another file's tests have left it, it may point at a token.
beforeEach(() => userEvent.hover(document.documentElement, { position: { x: 0, y: 0 } }));
afterEach(async () => {
  await cleanup();
  await speak('en');
  delete document.documentElement.dataset['theme'];
  await page.viewport(414, 896);
});

const part = (name: string) => page.getByRole('article', { name, exact: true });
const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true });
const status = () => page.getByRole('status', { name: 'Slow motion status' });

test('DPO: from the pair to the update, by keys alone; each formula has the pair’s or the chosen token’s numbers', async () => {
  const { desk } = await opened('names-dpo');
  await expect.element(status()).toHaveTextContent('step 3 of dpo, made from the checkpoint at step 2, on wasm');
  expect(desk.orders).toEqual([{ engine: 'wasm', run: 'run-s', stage: 'dpo', from: null }]);
  await expect.element(part('Pair')).toHaveTextContent(/♀ M.*chosen\s*ary⏎.*rejected\s*x⏎/);
  await userEvent.keyboard('{ArrowRight}');
  await expect.element(part('Log-probs')).toHaveTextContent('p(“a”) = exp(−1.386) = 25 %');
  await expect.element(part('Log-probs').getByRole('table', { name: 'What could stand at place 1, after the prompt' })).toHaveTextContent(/a\s*◂\s*\(stands there\)\s*25 %\s*50 %\s*\+25\s*q\s*50 %\s*25 %\s*−25/);
  await userEvent.keyboard('{ArrowRight}');
  await expect.element(part('Margin')).toHaveTextContent('r⁺ = β·(log π − log ref) = 0.1·(−2 − (−4)) = 0.2');
  await expect.element(part('Margin')).toHaveTextContent('m = r⁺ − r⁻ = 0.2 − (−0.2) = 0.4');
  await expect.element(part('Margin')).toHaveTextContent('DPO: Rafailov et al. 2023, eq. 7.');
  await userEvent.keyboard('{ArrowRight}');
  await expect.element(part('Loss')).toHaveTextContent(/σ\(m\) = 1 \/ \(1 \+ exp\(−m\)\) = 0\.5987, m = 0\.4.*L = −log σ\(m\) = −log 0\.5987 = 0\.513.*0\.04, shared among 64 pairs/);
  await expect.element(part('Loss').getByRole('region', { name: 'What training reports of this step' })).toHaveTextContent(/0\.513\s*1\.25/);
  await userEvent.keyboard('{ArrowRight}{ArrowRight}');
  await expect.element(part('After')).toHaveTextContent('m: 0.4 → 0.7 (+0.3)');
  await expect.element(button('After')).toHaveAttribute('aria-current', 'step');
  await userEvent.keyboard('{ArrowLeft}');
  await expect.element(part('Loss')).toBeVisible();
});

test('arrow keys go from token to token within a row of them, and the formula follows', async () => {
  await opened('names-dpo');
  await button('Log-probs').click();
  part('Log-probs').getByRole('toolbar', { name: /^rejected/ }).getByRole('button').first().element().focus();
  await expect.element(part('Log-probs')).toHaveTextContent('p(“x”)');
  await userEvent.keyboard('{ArrowRight}');
  await expect.element(part('Log-probs')).toHaveTextContent('p(“⏎”)');
  await page.getByRole('combobox', { name: 'Pair' }).selectOptions('2. ♂ · leo⏎ / q⏎');
  await expect.element(part('Log-probs')).toHaveTextContent('p(“l”)');
  await page.getByText('Table of chosen: every token').click();
  await expect.element(page.getByRole('region', { name: 'Table of chosen: every token' })).toHaveTextContent(/1\s*l\s*−1\.386\s*−2\.079/);
});

test('PPO: reward, GAE, clipping and the new odds of the same token', async () => {
  await opened('names-ppo');
  await expect.element(part('Prompts')).toHaveTextContent(/♀\s*♂ L/);
  const says = async (name: string, ...texts: (string | RegExp)[]) => {
    await button('Next').click();
    for (const text of texts) await expect.element(part(name)).toHaveTextContent(text);
  };
  await says('Completions', 'p(“a”) = exp(−1.386) = 25 %');
  await says('KL', 'KL = log π − log ref = −1.386 − (−2.079) = 0.5');
  await says('Reward', 'score = 1.525', 'r = −β·KL = −0.05·0.5 = −0.025');
  part('Reward').getByRole('toolbar').getByRole('button').last().element().focus();
  await expect.element(part('Reward')).toHaveTextContent('r = −β·KL + score = −0.05·0.5 + 1.525 = 1.5');
  await says('Advantage', 'δ = r + γ·V′ − V = 1.5 + 1·0 − 0.25 = 1.25', /A = δ \+ γ·λ·A′ = 1\.25 \+ 1·0\.95·0 = 1\.25/, 'weight = (A − mean) / deviation = (1.25 − (−1)) / 1 = 2.25', 'GAE: Schulman et al. 2016, eq. 16.');
  await says('Loss', 'L = −min(ρ·w, clip(ρ, 0.8, 1.2)·w) = −2.25, ρ = 1, w = 2.25', '·w) = −2.7, ρ = 2, w = 2.25', /update.*1\s*−0\.01\s*1\.25\s*2\s*−0\.02\s*1\.25/);
  await says('After', 'p: 25 % → 50 %', 'ρ = π′/π = exp(−0.6931 − (−1.386)) = 2');
  await expect.element(button('Next')).toHaveAttribute('aria-disabled', 'true');
});

test('an address names stage and checkpoint; another choice is written there', async () => {
  const { desk, onlink } = await opened('names-ppo', '&stage=reward-model&at=0');
  await expect.element(status()).toHaveTextContent('step 1 of reward-model, made from the beginning');
  await button('Scores').click();
  await expect.element(part('Scores')).toHaveTextContent('m = r⁺ − r⁻ = 0.2 − (−0.2) = 0.4');
  await page.getByRole('combobox', { name: 'From step' }).selectOptions('2 (newest)');
  await expect.poll(() => onlink.mock.lastCall).toEqual(['#/step?run=run-s&stage=reward-model&at=2']);
  await page.getByRole('combobox', { name: 'Stage' }).selectOptions('sft');
  await expect.element(part('Log-probs')).toBeVisible();
  expect(desk.orders.map(({ stage, from }) => [stage, from])).toEqual([['reward-model', 0], ['reward-model', 2], ['sft', null]]);
});

test('the reward model and the policy step by turns: the training is the Lab’s, and both effects are seen', async () => {
  const { desk, lab } = await opened('names-ppo');
  const turns = page.getByRole('region', { name: /^By turns/ });
  await expect.element(turns.getByRole('table').first()).toHaveTextContent(/policy at step 1\s*0\.5\s*0\.75\s*\+0\.25\s*policy at step 2\s*1\s*1\.5\s*\+0\.5/);
  const step = vi.spyOn(lab, 'stepStage').mockResolvedValue();
  await button('One step of the reward model').click();
  await button('One step of the policy').click();
  await expect.poll(() => step.mock.calls).toEqual([['reward-model'], ['ppo']]);
  await expect.poll(() => desk.compared.length).toBe(3);
  await expect.poll(() => desk.orders.map(({ stage }) => stage)).toEqual(['ppo', 'reward-model', 'ppo']);
});

test('what cannot be shown is one sentence that says what to do, and asking again may find it', async () => {
  const { desk } = await opened('names-dpo');
  await expect.element(part('Pair')).toBeVisible();
  desk.refusal = new Failure('step-worker-stopped', 'out of memory');
  await button('Show again').click();
  await expect.element(page.getByRole('alert')).toHaveTextContent(/nothing was changed; press Show again/);
  desk.refusal = undefined;
  await button('Show again').click();
  await expect.element(part('Pair')).toBeVisible();
});

test('the worker goes when the screen is left', async () => {
  const { desk, slow, unmount } = await opened('names-dpo');
  await expect.element(part('Pair')).toBeVisible();
  await unmount();
  expect([desk.closed, slow.step]).toEqual([1, null]);
});

/** What only a whole page can get right. */
const OF_WHOLE_PAGES = { region: { enabled: false }, 'page-has-heading-one': { enabled: false } };

test.each([['light', 'names-ppo', ['Reward', 'Loss', 'After']], ['dark', 'names-dpo', ['Pair', 'Loss', 'After']]] as const)('axe-core finds nothing to complain about in %s, and it fits a screen 375 pixels wide', async (theme, recipe, parts) => {
  document.documentElement.dataset['theme'] = theme;
  await page.viewport(375, 800);
  await opened(recipe);
  for (const name of parts) {
    await button(name).click();
    await expect.element(part(name)).toBeVisible();
    for (const table of page.getByText('Table').elements()) (table as HTMLElement).click(); // what holds words is one
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
    const { violations, passes } = await axe.run(document.body, { rules: OF_WHOLE_PAGES });
    expect(passes.length).toBeGreaterThan(0);
    expect(violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => `${html} ${failureSummary ?? ''}`) }))).toEqual([]);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(375);
  }
});

test('in German it says du and writes commas', async () => {
  await speak('de');
  await opened('names-dpo');
  await button('Abstand').click();
  await expect.element(page.getByRole('article', { name: 'Abstand' })).toHaveTextContent('m = r⁺ − r⁻ = 0,2 − (−0,2) = 0,4');
});
