/** The Label screen: a session from its settings to what was learned, by keyboard, and what it says of who labelled. */
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-svelte';
import names from '../../public/names.csv?raw';
import { asRunId } from '../../src/contract/ids';
import { emptyColumns } from '../../src/contract/metrics';
import type { PairQuestion } from '../../src/contract/preferences';
import { configOf, recipeOf } from '../../src/recipes';
import { Labelling } from '../../src/state/labelling.svelte';
import { memoryStore } from '../../src/storage/memory-store';
import type { RunStore } from '../../src/storage/run-store';
import { openTask } from '../../src/tasks';
import LabelView from '../../src/views/LabelView.svelte';
import '../../src/app.css';
import { behaviour, FakeTrainer, type Behaviour } from './fake-trainer';
import { button } from './open-lab';

const spelled = (name: string) => [...name].map((letter) => letter.charCodeAt(0) - 92);
/** Given to many, given to nobody. */
const questionOf = (first: string, second: string): PairQuestion => ({
  prompt: { text: '♀', tokens: [3] },
  a: { text: `♀ ${first}`, ended: true, tokens: [...spelled(first), 1] },
  b: { text: `♀ ${second}`, ended: true, tokens: [...spelled(second), 1] },
});
const QUESTIONS = [questionOf('mary', 'mqqq'), questionOf('zzz', 'anna'), questionOf('emma', 'xxxx')];
const SHORT = ['pretrain.steps=2', 'sft.steps=2', 'labels.steps=2', 'labels.questions=3', 'reward-model.steps=2', 'dpo.steps=2'];

async function opened({ store = memoryStore(), how = behaviour({ asks: { stage: 'labels', every: 1, questions: QUESTIONS } }) }: { store?: RunStore; how?: Behaviour } = {}) {
  const [notice, onopen] = [vi.fn(), vi.fn()];
  const session = new Labelling({
    store, notice, holdRun: async () => () => {},
    connect: (onEvent) => new FakeTrainer(store, how, onEvent),
    appVersion: 'test',
    engine: () => 'wasm',
    openTask: (config) => openTask(config, { readFile: async () => names }),
  });
  onTestFinished(() => session.abandon());
  session.draft = configOf(recipeOf('names-label'), 1, SHORT);
  await render(LabelView, { session, onopen });
  return { session, store, how, notice, onopen };
}

afterEach(async () => {
  await cleanup();
  await page.viewport(414, 896);
});

const card = () => page.getByRole('group', { name: 'Which do you prefer?' });
/** The first question of a round is there: keys pressed before it are nobody's. */
const asked = async () => {
  await expect.element(page.getByRole('button', { name: 'A: ♀ mary' })).toBeVisible();
};
const answers = () => page.getByRole('region', { name: 'What your answers say' });

describe('a session', () => {
  test('goes by keyboard alone from the start to what was learned', async () => {
    const { how, session } = await opened();
    button('Start labelling').element().focus();
    await userEvent.keyboard('{Enter}');
    await asked();
    await expect.element(card()).toHaveTextContent(/1 of 6/);
    await expect.element(card()).toHaveFocus();
    await userEvent.keyboard('12s');
    await asked();
    await expect.element(card()).toHaveTextContent(/4 of 6/);
    await userEvent.keyboard('2u');
    await asked();
    await userEvent.keyboard('aa0');
    await expect.element(button('Train on these labels')).toHaveFocus();
    expect(session.pipeline!.phase).toBe('paused');
    expect(session.pipeline!.stages.map(({ step }) => step)).toEqual([2, 2, 2, 0, 0]); // nothing learns unasked
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByText('Both have learned what there is to learn from so few.')).toBeVisible();
    await expect.element(button('Learned')).toHaveFocus();
    const rows = page.getByRole('region', { name: 'Learned from your labels' }).getByRole('row');
    await expect.element(rows.nth(1)).toHaveTextContent(/Reward model.*50 % ?50\.0 % ?48\.5 % to 51\.5 % ?2 of 2/);
    expect(how.answers.map(({ choice }) => choice)).toEqual(['a', 'b', 'skip', 'b', 'undone', 'a', 'a', 'tie']);
    expect(session.answers.map(({ choice }) => choice)).toEqual(['a', 'b', 'skip', 'a', 'a', 'tie']);
  });

  test('says how far one agrees with the true reward, how fast one is, and whether the place of a side matters', async () => {
    await opened();
    await button('Start labelling').click();
    await asked();
    await expect.element(answers()).toHaveTextContent(/Nothing|Ten decided pairs are needed/);
    await userEvent.keyboard('111');
    await expect.element(answers()).toHaveTextContent(/Answered 3 3 decided, 0 ties, 0 skipped/);
    await expect.element(answers()).toHaveTextContent(/First side chosen 100 % of 3/);
    await expect.element(answers()).toHaveTextContent(/Agreement with the true reward 67 % of 3, 95 % interval 21 % to 94 %; κ 0\.00, slight/);
    await expect.element(answers()).toHaveTextContent(/Time a label \d+\.\d s/);
  });

  test('put aside, it is among the sessions and goes on where it was', async () => {
    const { store, how, session } = await opened();
    await button('Start labelling').click();
    await asked();
    await userEvent.keyboard('111');
    await asked();
    await button('Put aside').click();
    await expect.element(page.getByRole('list', { name: 'Sessions' })).toHaveTextContent(/names-label seed 1.*of 6 answered/);
    expect(how.alive.size).toBe(0);
    await page.getByRole('list', { name: 'Sessions' }).getByRole('button').click();
    await expect.element(card()).toBeVisible();
    expect((await store.runs()).map(({ id }) => id)).toEqual([session.pipeline!.record.id]);
  });

  test('another rater is whoever answered the same pairs in an earlier session', async () => {
    const store = memoryStore();
    const config = configOf(recipeOf('names-label'), 1, SHORT);
    const run = asRunId('00000000-0000-4000-8000-000000000001');
    await store.putRun({ id: run, name: 'earlier', config, created: 0, appVersion: 'test', parents: [] });
    const [first] = QUESTIONS;
    const turned = { prompt: first!.prompt, a: first!.b, b: first!.a };
    await store.commit({
      stage: { run, stage: 'labels', step: 0, total: 2, finished: false, engine: null, updated: 0, seconds: 0 }, metrics: emptyColumns(), samples: [], events: [],
      preferences: [{ ...turned, step: 0, question: 0, time: 1, choice: 'b', by: 'visitor', seconds: 1 }],
    });
    await opened({ store });
    await button('Start labelling').click();
    await asked();
    await userEvent.keyboard('1');
    await expect.element(answers()).toHaveTextContent(/Agreement with an earlier session 100 % of 1/);
  });

  test('fits a narrow screen', async () => {
    await page.viewport(375, 800);
    await opened();
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(375);
    await button('Start labelling').click();
    await asked();
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(375);
  });
});
