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

/** Says something, right or wrong: it must be judged either way. */
async function foretells(visitor: Visitor, lesson: Lesson, claim: Claim): Promise<void> {
  const group = panelOf(visitor, lesson).getByRole('group', { name: claim.asks.en });
  if (claim.prediction.kind === 'number') {
    await group.getByRole('spinbutton').fill(String((claim.prediction.min + claim.prediction.max) / 2));
    await group.getByRole('button', { name: 'That is my guess' }).click();
  } else await group.getByRole('radio').first().check();
}

async function checks(visitor: Visitor, lesson: Lesson, claim: Claim): Promise<void> {
  const table = panelOf(visitor, lesson).locator(`[data-claim="${claim.id}"]`);
  const shown = table.locator('[data-measured]');
  await shown.waitFor();
  const measured = Number(await shown.getAttribute('data-measured'));
  expect.soft(await table.getAttribute('data-holds'), `${lesson.id}: ${claim.id} measured ${measured}`).toBe('true');
  expect(await shown.innerText()).toBe(numberText(measured));
  const said = await table.innerText();
  expect(said).toMatch(/\bas you said|you were off by/);
  expect(said).toContain(claim.field.source);
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
      await panel.getByText((await symbol.locator('.visually-hidden').innerText()).replace(/^[^:]*: /, ''), { exact: true }).waitFor();
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

test('from the gallery through a page that trains, Back and Forward and a reload, and nothing moves meanwhile', { timeout: 300_000 }, async () => {
  const lesson = LESSONS[0]!; // the list has eight
  const visitor = await Visitor.arrives();
  const { page } = visitor;
  page.setDefaultTimeout(PATIENCE);
  await visitor.opens('#/lab?backend=wasm');
  await page.getByRole('link', { name: 'Lessons' }).click();
  await page.getByRole('link', { name: lesson.title.en, exact: true }).click();
  const panel = panelOf(visitor, lesson);
  const heading = (title: string) => panel.getByRole('heading', { name: title, exact: true }).waitFor();
  const [first, second] = lesson.pages.map(({ title }) => title.en);
  await heading(first!); // a lesson has more than two pages
  await panel.getByRole('link', { name: 'Next' }).click();
  await heading(second!);
  await foretells(visitor, lesson, lesson.claims[0]!);

  // The first charts come with the first step; from there on nothing moves but curves.
  await visitor.presses('Step');
  await visitor.sees(/^paused · pretrain · step 1 of/);
  const moved = page.evaluate(() => new Promise<number>((done) => {
    let sum = 0;
    new PerformanceObserver((list) => {
      for (const shift of list.getEntries() as (PerformanceEntry & { value: number })[]) sum += shift.value; // of this type alone
    }).observe({ type: 'layout-shift' });
    const end = setInterval(() => {
      if (!/step (?:[4-9]\d|\d{3}) of/.test(document.querySelector('[aria-label="Run status"]')?.textContent ?? '')) return;
      clearInterval(end);
      done(sum);
    }, 100);
  }));
  await visitor.presses('Train');
  expect(await moved).toBeLessThan(0.02);
  await visitor.presses('Pause');
  await visitor.sees(/^paused/);
  await visitor.presses('Save'); // the last step may be told after the pause
  await visitor.isTold(/^Saved /);
  const paused = await visitor.status.innerText();

  await page.goBack();
  await heading(first!);
  await page.goForward();
  await heading(second!);
  expect(await visitor.status.innerText()).toBe(paused);
  await page.reload();
  await heading(second!);
  await visitor.sees(/^paused/);
  expect(await visitor.status.innerText()).toBe(paused);
  await panel.locator('[data-measured]').waitFor(); // what was foretold is known, and what was measured stands there again

  // On a phone it is a sheet, which gives the Lab back when it is closed.
  await page.setViewportSize({ width: 375, height: 812 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
  await panel.getByRole('button', { name: 'Close' }).click();
  await visitor.presses('Step');
  await visitor.sees(/^paused · pretrain · step \d+ of/);
  await panel.getByRole('button', { name: 'Open lesson' }).click();
  await heading(second!);
});
