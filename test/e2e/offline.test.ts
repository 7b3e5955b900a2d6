/** The page on a plain host, in a folder of it: it isolates itself, is whole without the network after one visit, and offers newer versions without ever forcing one. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { writeServiceWorker } from '../../scripts/offline-plugin.mjs';
import { PlainHost } from './plain-host';
import { shortened, Visitor } from './visitor';

const DIST = join(process.cwd(), 'dist');
const SHORT = shortened('names-dpo', { pretrain: 6, sft: 2, dpo: 2 }, 'wasm');
const LONG = shortened('names-dpo', { pretrain: 5000, sft: 2, dpo: 2 }, 'wasm');
const NEWER = 'A newer version of Nudge is here.';

/** Two later builds: one as it should be, and one whose upload broke off. Each says of itself which it is. */
let newer = '';
let broken = '';
beforeAll(async () => {
  [newer, broken] = await Promise.all(['newer', 'broken'].map(async (name) => {
    const folder = await mkdtemp(join(tmpdir(), `nudge-${name}-`));
    await cp(DIST, folder, { recursive: true });
    const page = join(folder, 'index.html');
    await writeFile(page, (await readFile(page, 'utf8')).replace('<html ', `<html data-build="${name}" `));
    await writeServiceWorker(process.cwd(), folder);
    return folder;
  })) as [string, string]; // as many as names
  await rm(join(broken, 'index.html'));
});
afterAll(() => Promise.all([newer, broken].map((folder) => rm(folder, { recursive: true, force: true }))));

const buildOf = ({ page }: Visitor) => page.evaluate(() => document.documentElement.dataset['build'] ?? 'first');
const versionsOf = ({ page }: Visitor) => page.evaluate(async () => (await caches.keys()).length);

/** Waits until the page was kept and has loaded itself again; meanwhile there may be nobody to ask. */
async function isIsolated({ page, status }: Visitor): Promise<void> {
  await expect.poll(() => page.evaluate(() => crossOriginIsolated).catch(() => false), { timeout: 30_000 }).toBe(true);
  await status.waitFor();
}

test('one visit to a host without headers: isolated after one reload by itself, and then whole without the network', async () => {
  const host = await PlainHost.of(DIST);
  const visitor = await Visitor.arrives({ address: host.address(), isKept: true, expected: /net::ERR_|Failed to fetch/ });
  const { page } = visitor;
  await visitor.opens(SHORT);
  await isIsolated(visitor);
  await page.reload();
  await visitor.status.waitFor();
  expect(host.visits).toBe(2); // by the visitor and, whole, by the service worker: what was loaded again came from there
  expect(host.missing).toEqual([]);
  const browser = await visitor.context.newCDPSession(page);
  const { url, errors } = await browser.send('Page.getAppManifest');
  expect([url, errors]).toEqual([`${host.address()}manifest.webmanifest`, []]);
  // The one thing against installing it is the profile of a test.
  expect((await browser.send('Page.getInstallabilityErrors')).installabilityErrors.map(({ errorId }) => errorId)).toEqual(['in-incognito']);

  await host.goesAway();
  await page.reload();
  await visitor.presses('Train');
  await visitor.sees(/^finished · dpo · step 2 of 2$/);
  expect((await visitor.reads('loss')).length).toBeGreaterThan(0);
  // What a task begins from, and what says so, too.
  const kept = await page.evaluate(async () => Promise.all(['bases/sentences.safetensors', 'data/sentences.txt', 'names.csv', 'manifest.webmanifest', './', 'index.html'].map(async (name) => (await fetch(name)).ok)));
  expect(kept).not.toContain(false);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
});

test('a newer version is offered, not while a run is trained, and comes when it is asked for; one that is broken changes nothing', { timeout: 120_000 }, async () => {
  const host = await PlainHost.of(DIST);
  const visitor = await Visitor.arrives({ address: host.address(), isKept: true, expected: /404/ });
  const { page } = visitor;
  await visitor.opens(LONG);
  await isIsolated(visitor);

  host.serves = broken;
  await page.reload();
  await expect.poll(() => host.missing, { timeout: 30_000 }).toEqual(['index.html']);
  await expect.poll(() => versionsOf(visitor)).toBe(1); // what had come of it is gone
  expect(await page.getByText(NEWER).count()).toBe(0);

  host.serves = newer;
  await page.reload();
  await visitor.isTold(NEWER);
  expect(await buildOf(visitor)).toBe('first');
  const button = page.getByRole('button', { name: 'Use it now' });
  await visitor.presses('Train');
  await visitor.sees(/^training · pretrain · step [1-9]/);
  expect(await button.isDisabled()).toBe(true);
  await visitor.presses('Pause');
  const paused = await visitor.sees(/^paused/);

  // Not while another tab holds a run either; that tab is told afterwards, and loads nothing by itself.
  const second = await visitor.context.newPage();
  visitor.watch(second);
  await second.goto(host.address());
  await second.getByRole('button', { name: 'Step', exact: true }).click();
  await second.getByRole('status', { name: 'Run status' }).filter({ hasText: /^paused · pretrain · step 1 / }).waitFor();
  await button.click();
  await visitor.isTold(/^A run is open in another tab/);
  expect(await buildOf(visitor)).toBe('first');
  await second.getByRole('button', { name: 'Reset', exact: true }).click();
  await second.getByRole('status', { name: 'Run status' }).filter({ hasText: /^idle/ }).waitFor();
  await button.click();
  await second.getByText('Another tab uses a newer version of Nudge').waitFor();
  expect(await second.evaluate(() => document.documentElement.dataset['build'])).toBeUndefined();
  expect(await versionsOf(visitor).catch(() => 2)).toBe(2); // the older one’s files are there for it
  await second.close();
  await expect.poll(() => buildOf(visitor).catch(() => ''), { timeout: 30_000 }).toBe('newer');
  expect(await visitor.sees(/^paused/)).toBe(paused);
  expect(await page.getByText(NEWER).count()).toBe(0);
  await page.reload();
  await visitor.sees(/^paused/);
  await expect.poll(() => versionsOf(visitor)).toBe(1);
});

test('on one’s own machine the newest build is shown at once, the last one when nothing is served, and another program that has the port then', async () => {
  const host = await PlainHost.of(DIST);
  const visitor = await Visitor.arrives({ address: host.address('localhost'), isKept: true, expected: /net::ERR_|Failed to fetch|404/ });
  const { page } = visitor;
  await visitor.opens();
  await isIsolated(visitor);
  host.serves = newer;
  await page.reload();
  expect(await buildOf(visitor)).toBe('newer');
  await expect.poll(() => page.evaluate(async () => (await caches.match('./'))?.text()), { timeout: 30_000 }).toMatch(/data-build="newer"/);
  expect(await page.getByText(NEWER).count()).toBe(0);
  await host.goesAway();
  await page.reload();
  await visitor.status.waitFor();
  expect(await buildOf(visitor)).toBe('newer');
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);

  const other = await mkdtemp(join(tmpdir(), 'nudge-other-'));
  onTestFinished(() => rm(other, { recursive: true, force: true }));
  await writeFile(join(other, 'index.html'), '<!doctype html><title>Other</title><script>document.title += " program"</script>'); // which our policy would forbid
  host.serves = other;
  await host.comesBack();
  await page.reload();
  expect(await page.title()).toBe('Other program');
  await expect.poll(() => page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0);
});
