/** Knobs commit only what fits; answers are tinted by what training changed, and a token tells both models' odds. */
import { afterEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-svelte';
import Alarms from '../../src/components/Alarms.svelte';
import ConfigForm from '../../src/components/ConfigForm.svelte';
import EngineBadge from '../../src/components/EngineBadge.svelte';
import Knob from '../../src/components/Knob.svelte';
import Notice from '../../src/components/Notice.svelte';
import SampleTable from '../../src/components/SampleTable.svelte';
import Transport from '../../src/components/Transport.svelte';
import { ratioText, tintOf } from '../../src/components/tint';
import { ALGORITHMS } from '../../src/contract/algorithms';
import { knobsOf } from '../../src/contract/knobs';
import '../../src/app.css';
import { sampleSet } from './fixtures';

afterEach(() => cleanup());

const knobs = knobsOf(ALGORITHMS.ppo.config);
const knobNamed = (name: string) => knobs.find((knob) => knob.name === name)!;

test('a number is committed on leaving the field, and only if it fits', async () => {
  await render(Knob, { knob: knobNamed('klCoef'), value: 0.05 });
  const field = page.getByRole('spinbutton', { name: 'KL coefficient' });
  await field.fill('7');
  await expect.element(page.getByText('KL coefficient must be from 0 to 5; still 0.05.')).toBeVisible();
  await expect.element(field).toBeInvalid();
  await userEvent.keyboard('{Escape}');
  await expect.element(field).toHaveValue(0.05);
  await expect.element(field).toBeValid();
  await field.fill('0.2');
  await userEvent.tab();
  await expect.element(page.getByRole('button', { name: 'Reset KL coefficient to 0.05' })).toBeEnabled();
});

test('a whole number refuses a fraction', async () => {
  await render(Knob, { knob: knobNamed('epochs'), value: 4 });
  await page.getByRole('spinbutton', { name: 'PPO epochs' }).fill('2.5');
  await expect.element(page.getByText('PPO epochs must be a whole number from 1 to 20; still 4.')).toBeVisible();
});

test('arrow keys climb 1, 2, 5 and stop at the bounds; reset goes back to the default', async () => {
  await render(Knob, { knob: knobNamed('klCoef'), value: 2 });
  const field = page.getByRole('spinbutton', { name: 'KL coefficient' });
  await field.click();
  await userEvent.keyboard('{ArrowUp}');
  await expect.element(field).toHaveValue(5);
  await userEvent.keyboard('{ArrowUp}');
  await expect.element(field).toHaveValue(5);
  await page.getByRole('button', { name: 'Reset KL coefficient to 0.05' }).click();
  await expect.element(field).toHaveValue(0.05);
});

test('a form shows essential knobs, hides the rest under Advanced and counts what changed there', async () => {
  const values = Object.fromEntries(knobs.map(({ name, initial }) => [name, initial]));
  const onchange = vi.fn();
  await render(ConfigForm, { knobs, values: { ...values, epochs: 2 }, onchange });
  await expect.element(page.getByRole('spinbutton', { name: 'Steps' })).toBeVisible();
  await expect.element(page.getByRole('spinbutton', { name: 'PPO epochs' })).not.toBeInTheDocument();
  await page.getByText(/^Advanced .*, 1 changed$/).click();
  await expect.element(page.getByRole('spinbutton', { name: 'PPO epochs' })).toHaveValue(2);
  await page.getByRole('combobox', { name: 'KL control' }).selectOptions('adaptive');
  expect(onchange.mock.calls).toEqual([['klControl', 'adaptive']]);
});

test('a slider and its field are one value', async () => {
  await render(Knob, { knob: knobNamed('biasWeight'), value: 0 });
  const [field, slider] = [page.getByRole('spinbutton', { name: 'Reward bias λ' }), page.getByRole('slider', { name: 'Reward bias λ, slider' })];
  await slider.fill('0.3');
  await expect.element(field).toHaveValue(0.3);
  await field.fill('-0.5');
  await userEvent.keyboard('{Enter}');
  await expect.element(slider).toHaveValue('-0.5');
  await field.fill('3'); // beyond the slider, within the knob
  await userEvent.keyboard('{Enter}');
  await expect.element(field).toHaveValue(3);
  await expect.element(slider).toHaveValue('1');
});

test('what a recipe is about stands in sight beside what is essential', async () => {
  const values = Object.fromEntries(knobs.map(({ name, initial }) => [name, initial]));
  await render(ConfigForm, { knobs, values, inSight: ['biasWeight'], onchange: vi.fn() });
  await expect.element(page.getByRole('spinbutton', { name: 'Reward bias λ' })).toBeVisible();
  await expect.element(page.getByRole('spinbutton', { name: 'PPO epochs' })).not.toBeInTheDocument();
});

test('the badge names the engine and why it was chosen', async () => {
  const screen = await render(EngineBadge, { engine: { engine: 'wasm', adapter: 'SIMD, 2 threads', note: 'No WebGPU adapter.' } });
  await expect.element(page.getByText(/WASM\s*SIMD, 2 threads/)).toHaveTextContent('No WebGPU adapter.');
  await screen.rerender({ engine: null });
  await expect.element(page.getByText('no engine yet')).toBeVisible();
});

test('an error interrupts, an information waits, and both can be dismissed', async () => {
  const ondismiss = vi.fn();
  const screen = await render(Notice, { text: 'It broke.', kind: 'error', ondismiss });
  await expect.element(page.getByRole('alert')).toHaveTextContent('It broke.');
  await page.getByRole('button', { name: 'Dismiss' }).click();
  expect(ondismiss).toHaveBeenCalledOnce();
  await screen.rerender({ kind: 'info' });
  await expect.element(page.getByRole('status')).toHaveTextContent('It broke.');
});

test('the tint has a direction, a strength with an end, and words', () => {
  expect(tintOf(0.05)).toEqual({ direction: 'same', strength: 0 });
  expect(tintOf(1)).toEqual({ direction: 'likelier', strength: 0.5 });
  expect(tintOf(-9)).toEqual({ direction: 'rarer', strength: 1 });
  expect(tintOf(NaN)).toEqual({ direction: 'same', strength: 0 });
  expect(ratioText(Math.log(3.2))).toBe('3.2 times likelier than before');
  expect(ratioText(-Math.log(40))).toBe('40 times rarer than before');
});

test('an answer may grow to twelve tokens before it needs a second line, in the room it has in the Lab', async () => {
  const { step, prompts } = sampleSet(60, true);
  const long = (count: number) => ({ step, prompts: prompts.map(({ now, ...rest }) => ({ ...rest, now: { ...now, tokens: Array.from({ length: count }, () => now.tokens[0]!) } })) });
  const screen = await render(SampleTable, { samples: long(2), goldUnit: 'log10 births' });
  document.body.style.inlineSize = '22rem';
  const height = () => document.querySelector('section')!.getBoundingClientRect().height;
  const before = height();
  await screen.rerender({ samples: long(12) });
  expect(height()).toBe(before);
  document.body.style.inlineSize = '';
});

test('a stage that changes no answer has no legend of changes', async () => {
  const screen = await render(SampleTable, { samples: sampleSet(60, true), goldUnit: 'log10 births' });
  await expect.element(page.getByText('likelier now')).toBeVisible();
  await screen.rerender({ changes: false });
  await expect.element(page.getByText('likelier now')).not.toBeInTheDocument();
});

test('alarms are counted, and charts outside their range are led to', async () => {
  const onlook = vi.fn();
  const alarm = { says: 'It left.', means: 'That is far.', remedy: 'Come back.', since: 30 };
  const screen = await render(Alarms, { alarms: [], watched: 'length and endings', outside: ['eval_ece'], stage: 'ppo', onlook });
  await expect.element(page.getByRole('status', { name: 'Alarms of ppo' })).toHaveTextContent('No alarm. Watched while it trains: length and endings.');
  await page.getByRole('button', { name: 'eval_ece' }).click();
  expect(onlook).toHaveBeenCalledWith('eval_ece');
  const box = () => page.getByRole('group', { name: 'What to look at in ppo' }).element().getBoundingClientRect().height;
  const before = box();
  await screen.rerender({ alarms: [{ ...alarm, id: 'a' }, { ...alarm, id: 'b' }] });
  await expect.element(page.getByRole('listitem').nth(1)).toHaveTextContent('It left. since step 30 · 2 of 2');
  expect(box()).toBe(before);
});

test('before samples there is a sentence; then answers, gold and proxy of both models', async () => {
  const screen = await render(SampleTable, { samples: null, goldUnit: 'log10 births' });
  await expect.element(page.getByText(/appear here at the first evaluation/)).toBeVisible();
  await screen.rerender({ samples: sampleSet(60, true), first: sampleSet(10, true) });
  await expect.element(page.getByText('Mean gold of these few: 1.50 before, 2.25 at step 10, 2.25 now (step 60).')).toBeVisible();
  const rows = () => [...document.querySelectorAll('tbody tr:not(.prompt)')].map((row) => [...row.querySelectorAll('td.number')].map((cell) => cell.textContent.replace(/\s+/g, ' ').trim()));
  expect(rows()).toEqual([['1.00', '−1.00'], ['▲more: 3.00', '2.00'], ['2.00', '0.00'], ['▼less: 1.50', '1.00']]);
  const all = () => document.querySelector<HTMLElement>('.all')!;
  const height = all().getBoundingClientRect().height;
  await screen.rerender({ gain: { mean: 0.27, low: -0.004, high: 0.36 } });
  expect(all().textContent).toBe('Over all prompts of that evaluation: +0.27 gold against before (95 % interval 0.00 to +0.36).');
  expect(all().getBoundingClientRect().height).toBe(height);
  await screen.rerender({ samples: sampleSet(60, false) });
  await expect.element(page.getByRole('columnheader', { name: 'proxy' })).not.toBeInTheDocument();
});

test('tokens are tinted with a line as second sign and reached by one tab stop and arrows', async () => {
  await render(SampleTable, { samples: sampleSet(60, true), goldUnit: 'log10 births' });
  const strip = page.getByRole('toolbar', { name: '♀ M, now: ann' });
  const tokens = [...strip.element().querySelectorAll('button')];
  expect(tokens.map((token) => token.getAttribute('aria-label'))).toEqual(['a: 15.0 %, 4.5 times likelier than before', 'n: 15.0 %, 4.5 times rarer than before', 'n: 15.0 %, about as likely as before']);
  expect(tokens.map((token) => getComputedStyle(token).borderBottomStyle)).toEqual(['solid', 'dotted', 'solid']);
  expect(getComputedStyle(tokens[2]!).borderBottomColor).toBe('rgba(0, 0, 0, 0)');
  expect(new Set(tokens.map((token) => getComputedStyle(token).backgroundColor)).size).toBe(3);
  expect(tokens.map((token) => token.tabIndex)).toEqual([0, -1, -1]);
  tokens[0]!.focus();
  await userEvent.keyboard('{ArrowRight}');
  expect(document.activeElement).toBe(tokens[1]);
  expect(tokens.map((token) => token.tabIndex)).toEqual([-1, 0, -1]);
});

test('a token opens the odds of both models at its place; Escape gives the focus back', async () => {
  await render(SampleTable, { samples: sampleSet(60, true), goldUnit: 'log10 births' });
  const token = page.getByRole('toolbar', { name: '♀ M, now: ann' }).getByRole('button').nth(1);
  await token.click();
  const odds = page.getByRole('dialog', { name: 'Next token after a' });
  await expect.element(odds).toBeVisible();
  await expect.element(odds).toHaveFocus();
  const rows = [...odds.element().querySelectorAll(':scope tbody tr')].map((row) => [...row.children].map((cell) => cell.textContent));
  expect(rows).toEqual([['x', '25.0 %', '50.0 %'], ['y', '30.0 %', '20.0 %'], ['n ◂ (sampled)', '10.0 %', '15.0 %'], ['⏎', '20.0 %', '10.0 %'], ['z', '10.0 %', '<0.1 %']]);
  await userEvent.keyboard('{Escape}');
  await expect.element(odds).not.toBeInTheDocument();
  await expect.element(token).toHaveFocus();
});

test('the bar says how many numbers there are, and where only adapters are trained how many those are', async () => {
  const nothing = () => {};
  const given = {
    phase: 'paused', stage: 'dpo', step: 0, total: 10, tokensPerSecond: 0, shareOfPeak: null, memory: 0, tensors: 0, secondsLeft: null, parameters: 103_104, engine: null, isOpen: true, isBusy: false,
    ontrain: nothing, onpause: nothing, onstep: nothing, onreset: nothing, onsave: nothing, onexport: nothing, onimport: nothing,
  } as const;
  const { rerender } = await render(Transport, given);
  await expect.element(page.getByText('103,104 parameters', { exact: true })).toBeVisible();
  await rerender({ ...given, adapters: 4096 });
  await expect.element(page.getByText('103,104 parameters, 4,096 trained in adapters', { exact: true })).toBeVisible();
});
