/** The Model screen over stored runs and a worker that says what it is told: who can be talked to, what is asked, and what is shown of each token, by pointer and by keys. */
import axe from 'axe-core';
import { afterEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-svelte';
import type { ModelDesk } from '../../src/client/model-client';
import { Failure } from '../../src/contract/failures';
import type { Answer, HeardToken, Opened, Question, Said, TalkOrder, WeighedToken } from '../../src/contract/model-api';
import { asRunId } from '../../src/contract/ids';
import { Talk } from '../../src/state/talk.svelte';
import { memoryStore } from '../../src/storage/memory-store';
import ModelView from '../../src/views/ModelView.svelte';
import { speak } from '../../src/words/words.svelte';
import '../../src/app.css';
import { bundleOf } from '../unit/made-runs';

const RUN = asRunId('run-test');
const ref = (stage: string, step = 100) => ({ run: RUN, stage, step });

const thought = (share: number, rank: number) => ({ logProb: Math.log(share), entropy: 1.5, rank });
const weighed = (text: string, kl: number | null, score: number | null): WeighedToken => ({
  text, kl, score, left: thought(0.5, 1), right: kl === null ? null : thought(0.125, 3),
  odds: [{ text, left: 0.5, right: kl === null ? null : 0.125 }, { text: 'q', left: 0.25, right: kl === null ? null : 0.5 }],
});
const said = (completion: WeighedToken[]): Said => ({ prompt: ['♀'], completion, tokens: [3, ...completion.map((_, i) => 5 + i)], text: `♀ ${completion.map(({ text }) => text).join('')}`, ended: true, gold: 3.5 });
const ANSWER: Answer = { left: said([weighed('a', 0.25, -0.5), weighed('n', 1, 0.25), weighed('⏎', 0.125, 2)]), right: said([weighed('a', 0.25, -0.5), weighed('l', 0.5, -1)]) };
const OPENED: Opened = { engine: { engine: 'wasm', adapter: 'SIMD', note: '' }, examples: ['♀ Ma', '♂'], takesNothing: true, context: 16, left: { layers: 2, heads: 4, parameters: 1234 }, right: { layers: 2, heads: 4, parameters: 1234 } };

/** Says what it is told once it is let go. */
class FakeDesk implements ModelDesk {
  readonly orders: TalkOrder[] = [];
  readonly asked: Question[] = [];
  answer: Answer | Failure = ANSWER;
  opened: Opened | Failure = OPENED;
  closed = 0;
  /** Tokens come; the answer waits until this is called. */
  let: (() => void) | undefined;
  isHeld = false;

  async open(order: TalkOrder) {
    this.orders.push(order);
    if (this.opened instanceof Failure) throw this.opened;
    return { ...this.opened, right: order.right && this.opened.right };
  }

  async say(question: Question, hear: (token: HeardToken) => void) {
    this.asked.push(question);
    if (this.answer instanceof Failure) throw this.answer;
    const { left, right } = this.answer;
    left.completion.forEach(({ text }, at) => hear({ side: 'left', at, text }));
    right?.completion.forEach(({ text }, at) => hear({ side: 'right', at, text }));
    if (this.isHeld) await new Promise<void>((done) => (this.let = done));
    return this.answer;
  }

  stop = vi.fn(async () => this.let?.());
  attention = vi.fn(async ({ tokens, head }: { tokens: readonly number[]; head: number }) => {
    const T = tokens.length;
    // Head 1 looks at itself, head 2 at the first token.
    return Float32Array.from({ length: T * T }, (_, i) => Number(i % T === (head === 0 ? Math.floor(i / T) : 0)));
  });

  close() {
    this.closed += 1;
  }
}

async function opened({ desk = new FakeDesk(), params = new URLSearchParams(), isEmpty = false } = {}) {
  const store = memoryStore();
  if (!isEmpty) await store.putBundle(bundleOf());
  const onlink = vi.fn();
  const talk = new Talk({ store, desk, engine: () => 'wasm' });
  const { unmount } = await render(ModelView, { talk, params, onlink });
  return { desk, talk, onlink, unmount };
}

afterEach(async () => {
  await cleanup();
  await speak('en');
  delete document.documentElement.dataset['theme'];
  await page.viewport(414, 896);
});

const status = () => page.getByRole('status', { name: 'Talk status' });
const button = (name: string) => page.getByRole('button', { name, exact: true });
const cells = (side: 'Left' | 'Right') => page.getByRole('toolbar', { name: `${side}: what was said, token by token` });
const place = (side: 'Left' | 'Right') => page.getByRole('region', { name: `${side}: odds at one place` });

async function spoken(given: Parameters<typeof opened>[0] = {}) {
  const made = await opened(given);
  await expect.element(status()).toHaveTextContent('ready, on wasm');
  await button('Generate').click();
  await expect.element(status()).toHaveTextContent('done');
  return made;
}

test('no run: it says so, and the Lab is a link away', async () => {
  const { desk } = await opened({ isEmpty: true });
  await expect.element(page.getByText(/No model is stored here yet/)).toBeVisible();
  await expect.element(page.getByRole('link', { name: 'Train one in the Lab' })).toHaveAttribute('href', '#/lab');
  expect(desk.orders).toEqual([]);
});

test('the newest run’s last policy stands beside what it began from, judged by the reward model it was trained by; any checkpoint can be chosen', async () => {
  const { desk, onlink } = await opened();
  await expect.element(status()).toHaveTextContent('ready');
  expect(desk.orders).toEqual([{ engine: 'wasm', left: ref('ppo'), right: ref('sft'), reward: ref('reward-model') }]);
  expect(onlink).toHaveBeenLastCalledWith('#/model?left=run-test/ppo/100&right=run-test/sft/100');
  const left = page.getByRole('combobox', { name: 'Left model' });
  expect(left.element().querySelectorAll('option')).toHaveLength(4); // two of pretraining, and no reward model
  await left.selectOptions('pretrain, step 50');
  await expect.poll(() => desk.orders.at(-1)).toEqual({ engine: 'wasm', left: ref('pretrain', 50), right: null, reward: ref('reward-model') });
  await page.getByRole('combobox', { name: 'Right model' }).selectOptions('ppo, step 100');
  await page.getByRole('combobox', { name: 'Reward model' }).selectOptions('none');
  await expect.poll(() => desk.orders.at(-1)).toEqual({ engine: 'wasm', left: ref('pretrain', 50), right: ref('ppo'), reward: null });
});

test('an address names both sides, or a run; one that is not kept is passed over', async () => {
  const named = await opened({ params: new URLSearchParams('left=run-test/sft/100&right=run-test/pretrain/50') });
  await expect.poll(() => named.desk.orders.at(-1)).toMatchObject({ left: ref('sft'), right: ref('pretrain', 50) });
  await cleanup();
  const gone = await opened({ params: new URLSearchParams('left=run-test/sft/99') });
  await expect.poll(() => gone.desk.orders.at(-1)).toMatchObject({ left: ref('ppo'), right: ref('sft') });
});

test('what is asked goes to the worker as it was typed, an example by a click; tokens appear as they come, and Stop ends it', async () => {
  const desk = new FakeDesk();
  desk.isHeld = true;
  await opened({ desk });
  await page.getByRole('textbox', { name: 'Prompt' }).fill('♂ jo');
  await expect.element(page.getByText('It may be empty.')).toBeVisible();
  for (const [name, value] of [['Seed', '7'], ['Temperature', '0.5'], ['Top k', '3'], ['Length', '99']] as const) await page.getByRole('spinbutton', { name }).fill(value);
  await button('Generate').click();
  await expect.element(status()).toHaveTextContent('speaking, 5 tokens');
  expect(desk.asked).toEqual([{ prompt: '♂ jo', seed: 7, temperature: 0.5, topK: 3, length: 16 }]); // as much as the context holds
  await expect.element(page.getByRole('region', { name: /^Left ppo/ })).toHaveTextContent(/an⏎/);
  await button('Stop').click();
  await expect.element(status()).toHaveTextContent('done');
  desk.isHeld = false;
  await button('♀ Ma').click();
  await expect.poll(() => desk.asked.at(-1)?.prompt).toBe('♀ Ma');
});

test('each token shows its KL and reward so far; by keys alone its odds, log-probability, entropy, rank and sums are reached', async () => {
  await spoken();
  await expect.element(page.getByText('They part after the first token: left says “n”, right “l”.')).toBeVisible();
  await expect.element(cells('Left').getByRole('button', { name: 'n: Left 50.0 %, rank 1; Right 12.5 %, rank 3; KL 1.00 nats; reward so far +0.25' })).toHaveTextContent(/1\.00\s*\+0\.25/);
  await expect.element(page.getByText('KL from left to right along this text: 1.38 nats in all; most of it at token 2, n: 1.00.')).toBeVisible();
  await expect.element(page.getByText(/A reward model is trained on whole completions/)).toBeVisible();
  await expect.element(page.getByText('gold reward 3.50 (log10 births)').first()).toBeVisible();
  // Before anybody chooses, the place where they are furthest apart.
  await expect.element(place('Left')).toHaveTextContent(/Token 2 of 3, after\s*a/);
  cells('Left').getByRole('button').first().element().focus();
  await expect.element(place('Left')).toHaveTextContent(/Token 1 of 3, after\s*the prompt/);
  await userEvent.keyboard('{End}');
  await expect.element(place('Left')).toHaveTextContent(/Token 3 of 3, after\s*an/);
  await expect.element(place('Left').getByRole('table').first()).toHaveTextContent(/⏎\s*◂\s*\(stands there\)\s*50\.0 %\s*12\.5 %/);
  await expect.element(place('Left')).toHaveTextContent(/log-probability, nats\s*−0\.69\s*−2\.08\s*entropy, nats\s*1\.50\s*1\.50\s*rank\s*1\s*3\s*KL from left to right, nats\s*0\.13\s*KL up to here, nats\s*1\.38\s*reward so far\s*\+2\.00/);
  await page.getByText(/^Table of Left: every token/).click();
  await expect.element(page.getByRole('region', { name: 'Table of Left: every token' }).getByRole('row').nth(2)).toHaveTextContent(/2\s*n\s*−0\.69\s*1\s*1\.50\s*−2\.08\s*3\s*1\.50\s*1\.00\s*1\.25\s*\+0\.25/);
});

test('one side alone has no KL and parts from nobody', async () => {
  const desk = new FakeDesk();
  desk.answer = { left: said([weighed('a', null, null)]), right: null };
  await spoken({ desk, params: new URLSearchParams('left=run-test/pretrain/100') });
  await expect.element(cells('Left').getByRole('button', { name: 'a: Left 50.0 %, rank 1', exact: true })).toBeVisible();
  expect(document.body.textContent).not.toMatch(/KL from left|They part|reward so far/);
});

test('attention: another head, another token and another side are a key away; the weights stand in a table', async () => {
  const { desk } = await spoken();
  const attention = page.getByRole('region', { name: 'Attention', exact: true });
  const row = (head: number) => attention.getByRole('toolbar', { name: `Layer 1, head ${head}: where the chosen token looks` });
  await expect.element(row(1).getByRole('button', { name: '⏎: chosen; weight 100.0 %' })).toBeVisible();
  await attention.getByRole('combobox', { name: 'Head' }).selectOptions('2');
  await expect.element(row(2).getByRole('button', { name: '♀: weight 100.0 %' })).toBeVisible();
  row(2).getByRole('button', { name: /^a:/ }).element().focus();
  await expect.element(row(2).getByRole('button', { name: 'n: comes later' })).toBeVisible();
  await attention.getByText('Table').click();
  await expect.element(attention.getByRole('table')).toHaveTextContent(/1\s*♀\s*100\.0 %\s*2\s*a\s*0\.0 %$/);
  await expect.element(attention.getByRole('img', { name: 'Attention of layer 1, head 2' })).toBeVisible();
  await attention.getByRole('combobox', { name: 'Text and model' }).selectOptions('Right');
  await expect.poll(() => desk.attention.mock.lastCall?.[0]).toMatchObject({ side: 'right', tokens: [3, 5, 6], layer: 0, head: 1 });
});

test('what goes wrong is one sentence that says what to do; a worker that died is woken by the next question', async () => {
  const desk = new FakeDesk();
  await opened({ desk });
  await expect.element(status()).toHaveTextContent('ready');
  desk.answer = new Failure('unusable-prompt', 'é; a name has letters');
  await button('Generate').click();
  await expect.element(page.getByRole('alert')).toHaveTextContent(/cannot be read by the task.*choose one of the examples.*é/);
  desk.answer = new Failure('model-worker-stopped', 'out of memory');
  await button('Generate').click();
  await expect.element(page.getByRole('alert')).toHaveTextContent(/press Generate to start it again/);
  desk.answer = ANSWER;
  await button('Generate').click();
  await expect.element(status()).toHaveTextContent('done');
  expect(desk.orders).toHaveLength(2);
  await expect.element(page.getByRole('alert')).not.toBeInTheDocument();
});

test('the worker goes when the screen is left, and what was asked comes to nobody', async () => {
  const desk = new FakeDesk();
  desk.isHeld = true;
  const { talk, unmount } = await opened({ desk });
  await expect.element(status()).toHaveTextContent('ready');
  await button('Generate').click();
  await expect.element(status()).toHaveTextContent('speaking');
  await unmount();
  expect(desk.closed).toBe(1);
  desk.let?.();
  await expect.poll(() => talk.phase).toBe('idle');
  expect([talk.answer, talk.opened]).toEqual([null, null]);
});

/** What only a whole page can get right. */
const OF_WHOLE_PAGES = { region: { enabled: false }, 'page-has-heading-one': { enabled: false } };

test.each(['light', 'dark'])('axe-core finds nothing to complain about in %s, and it fits a screen 375 pixels wide', async (theme) => {
  document.documentElement.dataset['theme'] = theme;
  await page.viewport(375, 800);
  await spoken();
  await expect.element(page.getByRole('img', { name: 'Attention of layer 1, head 1' })).toBeVisible();
  for (const table of page.getByText('Table').elements()) (table as HTMLElement).click(); // what holds words is one
  await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
  const { violations, passes } = await axe.run(document.body, { rules: OF_WHOLE_PAGES });
  expect(passes.length).toBeGreaterThan(0);
  expect(violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => `${html} ${failureSummary ?? ''}`) }))).toEqual([]);
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(375);
});

test('in German it says du and writes commas', async () => {
  await speak('de');
  await opened();
  await button('Erzeugen').click();
  await expect.element(page.getByText('Nach dem ersten Token gehen sie auseinander: Links sagt „n“, rechts „l“.')).toBeVisible();
  await expect.element(page.getByRole('toolbar', { name: 'Links: was gesagt wurde, Token für Token' }).getByRole('button', { name: /^n: Links 50,0 %, Rang 1; .*KL 1,00 nats/ })).toBeVisible();
});
