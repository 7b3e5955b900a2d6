/**
 * Every lesson as a visitor goes through it, on WASM: foretells, trains until the page pauses it, and reads what was measured. What a lesson claims must be true of its own run,
 * and the number that stands in its table must be the one that stands in the chart.
 */
import { expect, test } from 'vitest';
import { numberText } from '../../src/charts/format';
import { LESSONS } from '../../src/lessons';
import { pagesOf, type Block, type Claim, type Lesson } from '../../src/lessons/lesson';
import { Visitor } from './visitor';

/** Milliseconds that anything may take where other work has the cores too. */
const PATIENCE = 400_000;

const panelOf = ({ page }: Visitor, lesson: Lesson) => page.getByRole('complementary', { name: `Lesson: ${lesson.title.en}` });
const claimIn = (lesson: Lesson, id: string): Claim => lesson.claims.find((claim) => claim.id === id)!; // a unit test holds lessons to naming what is there

/** Says what the lesson thinks will be, so that every prediction comes true. */
async function foretells(visitor: Visitor, lesson: Lesson, claim: Claim): Promise<void> {
  const group = panelOf(visitor, lesson).getByRole('group', { name: claim.asks.en });
  if (claim.prediction.kind === 'number') {
    await group.getByRole('spinbutton').fill('3.4');
    await group.getByRole('button', { name: 'That is my guess' }).click();
  } else await group.getByRole('radio').last().check();
}

async function checks(visitor: Visitor, lesson: Lesson, claim: Claim): Promise<void> {
  const table = panelOf(visitor, lesson).locator(`[data-claim="${claim.id}"]`);
  const shown = table.locator('[data-measured]');
  await shown.waitFor();
  const measured = Number(await shown.getAttribute('data-measured'));
  expect.soft(await table.getAttribute('data-holds'), `${lesson.id}: ${claim.id} measured ${measured}`).toBe('true');
  expect(await shown.innerText()).toBe(numberText(measured));
  expect(await table.innerText()).toContain(claim.field.source);
  const { of, minus } = claim.measured;
  if (minus || !('metric' in of) || of.at === 'first') return;
  await visitor.page.locator(`.lab [role=tab][id$="-${of.stage}"]`).click();
  const figure = visitor.page.getByRole('figure', { name: of.metric, exact: true });
  if (of.at !== 'last' || (await figure.count()) === 0) return; // it has a place in another’s chart
  expect((await visitor.reads(of.metric)).at(-1)).toBe(Number(numberText(measured).replace('−', '-').replaceAll('\u202f', '')));
}

async function does(visitor: Visitor, lesson: Lesson, block: Block): Promise<void> {
  const panel = panelOf(visitor, lesson);
  if (block.kind === 'text') await panel.getByText(block.text.en).waitFor();
  if (block.kind === 'predict') await foretells(visitor, lesson, claimIn(lesson, block.claim));
  if (block.kind === 'set') {
    await panel.getByText(block.says.en).locator('..').getByRole('button').click();
    await panel.getByText('The Lab is set so.').waitFor({ timeout: 60_000 });
  }
  if (block.kind === 'train') {
    const box = panel.locator('[data-train]').filter({ hasText: block.says.en });
    await box.getByRole('button', { name: 'Train until there' }).click();
    await box.and(panel.locator('[data-train=there]')).waitFor({ timeout: PATIENCE });
    await visitor.sees(/^(paused|finished)/);
  }
  if (block.kind === 'look') {
    await panel.getByText(block.says.en).locator('..').getByRole('button', { name: 'Show me' }).click();
    await visitor.page.locator('.lab [data-pointed]').waitFor();
  }
  if (block.kind === 'check') for (const id of block.claims) await checks(visitor, lesson, claimIn(lesson, id));
  if (block.kind === 'formula') {
    const symbols = panel.getByRole('group', { name: 'Its symbols' }).getByRole('button');
    for (const symbol of await symbols.all()) {
      await symbol.focus();
      await panel.getByText(((await symbol.getAttribute('aria-label')) ?? '').replace(/^[^:]*: /, ''), { exact: true }).waitFor();
      const knob = panel.getByRole('button', { name: 'Its knob' });
      if ((await knob.count()) === 0) continue;
      await knob.click();
      await visitor.page.locator('.lab [data-knob][data-pointed]').waitFor();
    }
  }
}

test.for(LESSONS.map((lesson) => [lesson.id, lesson] as const))('the lesson %s, to its end', { timeout: 900_000 }, async ([, lesson]) => {
  const visitor = await Visitor.arrives();
  const { page } = visitor;
  page.setDefaultTimeout(PATIENCE);
  await visitor.opens('#/lab?backend=wasm');
  await page.evaluate((id) => (location.hash = `#/lessons/${id}`), lesson.id);
  const panel = panelOf(visitor, lesson);
  const began = Date.now();
  for (const shown of pagesOf(lesson)) {
    await panel.getByRole('heading', { name: shown.title.en, exact: true }).waitFor();
    for (const block of shown.blocks) await does(visitor, lesson, block);
    await panel.getByRole('link', { name: 'Next' }).click();
  }
  console.info(`${lesson.id}: ${Math.round((Date.now() - began) / 1000)} s`);
  await panel.getByRole('heading', { name: 'Three questions' }).waitFor();
  for (const { asks, answer } of lesson.questions) {
    const question = panel.getByRole('listitem').filter({ hasText: asks.en });
    await question.getByText('Answer, for the teacher').click();
    await question.getByText(answer.en).waitFor();
  }
});
