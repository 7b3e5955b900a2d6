/** A run that asks the visitor: two completions side by side, answered by click or by key, and nothing else is in the way. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-svelte';
import PairCard from '../../src/components/PairCard.svelte';
import type { PairQuestion } from '../../src/contract/preferences';
import '../../src/app.css';
import { behaviour } from './fake-trainer';
import { button, openLab, status } from './open-lab';

afterEach(async () => {
  await cleanup();
  await page.viewport(414, 896);
});

const questionOf = (name: string): PairQuestion => ({
  prompt: { text: '♀ Ma', tokens: [3] },
  a: { text: `♀ ${name}`, ended: true, tokens: [5, 1] },
  b: { text: '♀ Maqq', ended: false, tokens: [6] },
});
const QUESTIONS = ['Mary', 'Mae', 'Mabel'].map(questionOf);
const card = () => page.getByRole('group', { name: 'Which do you prefer?' });

describe('the card', () => {
  const shown = async (given: Partial<{ canUndo: boolean; question: null; answered: number; total: number }> = {}) => {
    const [onchoose, onundo] = [vi.fn(), vi.fn()];
    await render(PairCard, { question: QUESTIONS[0]!, answered: 2, total: 8, canUndo: true, onchoose, onundo, ...given });
    return { onchoose, onundo };
  };

  test('shows prompt, both completions and how far one is, and takes the focus', async () => {
    await shown();
    await expect.element(card()).toHaveTextContent(/3 of 8/);
    await expect.element(card()).toHaveTextContent(/Prompt: ♀ Ma/);
    await expect.element(page.getByRole('button', { name: 'A: ♀ Mary' })).toBeVisible();
    await expect.element(page.getByRole('button', { name: 'B: ♀ Maqq did not end' })).toBeVisible();
    await expect.element(page.getByRole('progressbar', { name: 'Questions answered' })).toHaveAttribute('value', '2');
    await expect.element(card()).toHaveFocus();
  });

  test('every answer has a button and keys', async () => {
    const { onchoose, onundo } = await shown();
    for (const name of ['A: ♀ Mary', 'B: ♀ Maqq did not end', 'Tie', 'Skip']) await page.getByRole('button', { name, exact: true }).click();
    await userEvent.keyboard('12ab0tsS');
    expect(onchoose.mock.calls.flat()).toEqual(['a', 'b', 'tie', 'skip', 'a', 'b', 'a', 'b', 'tie', 'tie', 'skip', 'skip']);
    await button('Undo').click();
    await userEvent.keyboard('u');
    expect(onundo).toHaveBeenCalledTimes(2);
    await userEvent.keyboard('x{Control>}a{/Control}{Alt>}s{/Alt}');
    expect(onchoose).toHaveBeenCalledTimes(12);
  });

  test('nothing to take back is no button to press', async () => {
    const { onundo } = await shown({ canUndo: false });
    await expect.element(button('Undo')).toHaveAttribute('aria-disabled', 'true');
    await button('Undo').click({ force: true });
    await userEvent.keyboard('u');
    expect(onundo).not.toHaveBeenCalled();
  });

  test('between questions there is nothing to answer, and it takes no more and no less room', async () => {
    for (const width of [375, 1440]) {
      await page.viewport(width, 700);
      await shown();
      const { height } = card().element().getBoundingClientRect();
      await cleanup();
      await shown({ question: null, canUndo: false, answered: 0, total: 0 });
      expect(card().element().getBoundingClientRect().height).toBe(height);
      await cleanup();
      const { onchoose, onundo } = await shown({ question: null, canUndo: false });
      expect(card().element().getBoundingClientRect().height).toBe(height);
      await expect.element(page.getByText('The policy learns from your answers', { exact: false })).toBeVisible();
      await expect.element(card()).not.toHaveFocus();
      card().element().focus();
      await userEvent.keyboard('12tsu');
      for (const name of ['A: …', 'B: …', 'Tie', 'Skip']) await page.getByRole('button', { name, exact: true }).click({ force: true });
      expect([onchoose, onundo].map(({ mock }) => mock.calls)).toEqual([[], []]);
      await cleanup();
    }
  });

  test('fits a narrow screen, sides still beside each other', async () => {
    await page.viewport(375, 700);
    await shown();
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(375);
    const [a, b] = [page.getByRole('button', { name: 'A: ♀ Mary' }), page.getByRole('button', { name: 'B: ♀ Maqq did not end' })].map((side) => side.element().getBoundingClientRect());
    expect(a!.top).toBe(b!.top);
    expect(a!.right).toBeLessThan(b!.left);
  });
});

describe('in the Lab', () => {
  const asking = () => openLab({ how: behaviour({ asks: { stage: 'sft', every: 3, questions: QUESTIONS } }), address: 'set=pretrain.steps=2&set=sft.steps=6&set=dpo.steps=2' });

  test('the run waits and says so, and goes on when all is answered; the next questions come', async () => {
    const { how } = await asking();
    await button('Train').click();
    await expect.element(card()).toHaveTextContent(/1 of 3/);
    await expect.element(status()).toHaveTextContent('training, waits for you (1 of 3) · sft · step 0 of 6');
    await userEvent.keyboard('1');
    await expect.element(card()).toHaveTextContent(/2 of 3/);
    await expect.element(page.getByRole('button', { name: 'A: ♀ Mae' })).toBeVisible();
    await userEvent.keyboard('s');
    await expect.element(status()).toHaveTextContent(/waits for you \(3 of 3\)/);
    await userEvent.keyboard('b');
    await expect.element(status()).toHaveTextContent('training, waits for you (1 of 3) · sft · step 3 of 6');
    await expect.element(card()).toHaveFocus();
    await userEvent.keyboard('aaa');
    await expect.element(status()).toHaveTextContent('finished · dpo · step 2 of 2');
    await expect.element(card()).not.toBeInTheDocument();
    await expect.element(page.getByRole('tabpanel')).toHaveFocus();
    expect(how.answers.map(({ id, choice }) => [id.step, id.question, choice])).toEqual([[0, 0, 'a'], [0, 1, 'skip'], [0, 2, 'b'], [3, 0, 'a'], [3, 1, 'a'], [3, 2, 'a']]);
  });

  test('the last answer can be taken back while others wait', async () => {
    const { how } = await asking();
    await button('Train').click();
    await expect.element(card()).toBeVisible();
    await userEvent.keyboard('2t');
    await expect.element(card()).toHaveTextContent(/3 of 3/);
    await userEvent.keyboard('u');
    await expect.element(page.getByRole('button', { name: 'A: ♀ Mae' })).toBeVisible();
    await userEvent.keyboard('1');
    await button('Undo').click();
    await button('Undo').click();
    await expect.element(button('Undo')).toHaveAttribute('aria-disabled', 'true');
    await expect.element(card()).toHaveTextContent(/1 of 3/);
    expect(how.answers.map(({ id, choice }) => [id.question, choice])).toEqual([[0, 'b'], [1, 'tie'], [1, 'undone'], [1, 'a'], [1, 'undone'], [0, 'undone']]);
  });

  test('Pause, Save and Reset answer while it waits; answers given when paused count', async () => {
    const { notice } = await asking();
    await button('Train').click();
    await expect.element(card()).toBeVisible();
    await button('Pause').click();
    await expect.element(status()).toHaveTextContent('paused, waits for you (1 of 3) · sft');
    await button('Save').click();
    await expect.poll(() => notice.mock.calls.at(-1)?.[0].text).toMatch(/^Saved/);
    await page.getByRole('button', { name: 'A: ♀ Mary' }).click();
    await userEvent.keyboard('11');
    await expect.element(card()).not.toBeInTheDocument();
    await button('Train').click();
    await expect.element(status()).toHaveTextContent('training, waits for you (1 of 3) · sft · step 3 of 6');
    await button('Reset').click();
    await expect.element(card()).not.toBeInTheDocument();
    await expect.element(status()).toHaveTextContent(/^idle/);
  });

  test('another screen may be shown while it waits', async () => {
    const { view } = await asking();
    await button('Train').click();
    await expect.element(card()).toHaveFocus();
    await view.unmount();
    await new Promise((done) => setTimeout(done, 20)); // what the card leaves behind
    expect(document.activeElement).toBe(document.body);
  });

  test('keys in a field are text, not answers', async () => {
    const { how } = await asking();
    await button('Train').click();
    await expect.element(card()).toBeVisible();
    (document.activeElement as HTMLElement).blur(); // the card has it
    await userEvent.keyboard('1a2b');
    expect(how.answers).toEqual([]);
  });
});
