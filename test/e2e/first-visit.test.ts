/** The first visit to the built page: how much is fetched before anything is seen, what is there to look at, and that coming, going and coming back leave the page in order. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Request } from 'playwright';
import { expect, inject, test } from 'vitest';
import { FAILURES } from '../../src/contract/failures';
import { shortened, stepOf, Visitor } from './visitor';

/** Bytes of scripts and styles, packed. */
const BUDGET = 250_000;
const FILES = 6;
const LONG = { pretrain: 5000, sft: 2, dpo: 2 };
const MADE_BEFORE = 'Made before – not yours, not live';

test('what is fetched before the first paint is small, and the engine is asked for after it', async () => {
  const visitor = await Visitor.arrives();
  const fetched: Request[] = [];
  visitor.page.on('request', (request) => fetched.push(request));
  await visitor.opens('#/lab');
  await visitor.isTold(MADE_BEFORE);
  await visitor.page.getByRole('region', { name: 'Transport' }).getByText('WASM', { exact: true }).waitFor();
  const painted = await visitor.page.evaluate(() => performance.timeOrigin + performance.getEntriesByName('first-contentful-paint')[0]!.startTime); // it was painted
  const isEarly = (request: Request) => request.timing().startTime <= painted;
  const nameOf = (request: Request) => basename(new URL(request.url()).pathname);
  const early = fetched.filter(isEarly).map(nameOf).filter((name) => /\.(js|css)$/.test(name));
  const bytes = early.reduce((sum, name) => sum + gzipSync(readFileSync(join('dist', 'assets', name))).length, 0);
  console.log(`before the first paint: ${(bytes / 1000).toFixed(1)} KB packed in ${early.length} files: ${early.join(', ')}`);
  expect(early.length).toBeGreaterThan(1);
  expect(early.length).toBeLessThanOrEqual(FILES); // a slow line waits for each
  expect(bytes).toBeLessThanOrEqual(BUDGET);
  const engine = fetched.filter((request) => /worker|tfjs/.test(nameOf(request)));
  expect(engine.length).toBeGreaterThan(0);
  expect(engine.filter(isEarly).map(nameOf)).toEqual([]);
});

test('a finished run is there to look at, is nobody’s, and makes room for one’s own', async () => {
  const visitor = await (await Visitor.arrives()).opens('#/lab?backend=wasm');
  const { page } = visitor;
  await visitor.isTold(MADE_BEFORE);
  expect((await visitor.reads('loss')).length).toBeGreaterThan(10);
  await visitor.sees(/^idle · pretrain · step 0 of 2000$/);
  await visitor.presses('Replay');
  await page.getByText(/^pretrain · step [1-9]\d* of 2000$/).waitFor();
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.getByRole('button', { name: /replay/i }).waitFor({ state: 'detached' });
  await page.getByRole('slider', { name: 'Moment of the finished run' }).fill('2100');
  await page.getByText(/^sft · step 100 of 200$/).waitFor();
  expect(await page.getByRole('button', { name: 'Export run' }).getAttribute('aria-disabled')).toBe('true');
  await page.getByRole('link', { name: 'Runs', exact: true }).click();
  await page.getByText('No runs yet.').waitFor();
  await page.goBack();
  await visitor.isTold(MADE_BEFORE);
  await visitor.presses('Train');
  await visitor.sees(/^training · pretrain · step [1-9]/);
  expect(await page.getByText(MADE_BEFORE).count()).toBe(0);
});

test('Back and Forward over the screens while a run trains: it goes on, and each screen comes as it was left', async () => {
  const visitor = await (await Visitor.arrives()).opens(shortened('names-dpo', LONG, 'wasm'));
  const { page } = visitor;
  await visitor.presses('Train');
  const began = stepOf(await visitor.sees(/^training · pretrain · step [1-9]/));
  for (const screen of ['Runs', 'Data', 'Lessons']) await page.getByRole('link', { name: screen, exact: true }).click();
  await page.getByRole('heading', { name: 'Lessons' }).waitFor();
  for (let i = 0; i < 3; i++) await page.goBack();
  const went = stepOf(await visitor.sees(/^training · pretrain · step [1-9]/));
  expect(went).toBeGreaterThan(began);
  await page.goForward();
  await page.getByText(/^1 run,/).waitFor();
  await page.goBack();
  expect(stepOf(await visitor.sees(/^training · pretrain · step [1-9]/))).toBeGreaterThan(went);
  await visitor.presses('Pause');
  await visitor.sees(/^paused/);
});

test('a visit of four seconds, left in the middle of training: the next finds the page whole and the run where it was saved', async () => {
  const visitor = await (await Visitor.arrives()).opens(shortened('names-dpo', LONG, 'wasm'));
  await visitor.presses('Train');
  await visitor.sees(/^training · pretrain · step (?:[6-9]|\d\d)/); // a checkpoint every fifth step
  await visitor.page.waitForTimeout(1500);
  const address = new URL(visitor.page.url()).origin;
  await visitor.page.close();
  const page = await visitor.context.newPage();
  visitor.watch(page);
  await page.goto(`${address}/#/runs`);
  await page.getByText(/^1 run,/).waitFor();
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByRole('status', { name: 'Run status' }).filter({ hasText: /^training · pretrain · step [1-9]/ }).waitFor();
});

test('a screen that cannot be fetched says so, and comes once it can', async () => {
  const visitor = await Visitor.arrives({ expected: /net::ERR_|Failed to (fetch|load)/ });
  const { page } = visitor;
  await visitor.opens(shortened('names-dpo', LONG, 'wasm'));
  await page.route(/RunsView-.*\.js$/, (route) => route.abort());
  await page.getByRole('link', { name: 'Runs', exact: true }).click();
  await visitor.isTold(FAILURES['code-missing']);
  await page.unroute(/RunsView-.*\.js$/);
  await visitor.presses('Reload the page');
  await page.getByRole('heading', { name: 'Runs' }).waitFor();
});

test('where the page itself cannot be fetched there is a sentence instead of nothing', async () => {
  const visitor = await Visitor.arrives({ expected: /net::ERR_|Failed to (fetch|load)|dynamically imported module/ });
  await visitor.page.route(/page-.*\.js$/, (route) => route.abort());
  await visitor.page.goto(inject('address'));
  await visitor.page.getByText(FAILURES['code-missing']).waitFor();
});
