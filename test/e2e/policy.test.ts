/** What the page may load: the policy that is built into it, and a visit with training, charts and drawings that breaks it nowhere. */
import { readFile, readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { shortened, Visitor } from './visitor';

test('the built page names itself as the only thing it loads, and allows no eval and no inline script or style', async () => {
  const visitor = await (await Visitor.arrives({ expected: /unsafe-eval/ })).opens();
  const policy = (await visitor.page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content')) ?? '';
  const directives = new Map(policy.split('; ').map((each) => [each.split(' ')[0], each.split(' ').slice(1).join(' ')]));
  expect(Object.fromEntries(directives)).toEqual({
    'default-src': "'none'", 'script-src': "'self' 'wasm-unsafe-eval'", 'worker-src': "'self'", 'connect-src': "'self'", 'img-src': "'self' data: blob:", 'style-src': "'self'", 'manifest-src': "'self'",
    'object-src': "'none'", 'base-uri': "'none'", 'form-action': "'none'",
  });
  // Before anything that could be loaded.
  expect(await readFile('dist/index.html', 'utf8')).toMatch(/<head>\s*<meta http-equiv="Content-Security-Policy"/);
  // No template has a style that only 'unsafe-inline' would let through, on screens that no test opens either.
  const scripts = (await readdir('dist/assets')).filter((name) => /^[^.]*\.js$/.test(name)); // workers have none
  const page = /assets\/(index-[^"]*\.js)"/.exec(await readFile('dist/index.html', 'utf8'))?.[1];
  expect(scripts).toContain(page);
  expect(scripts.some((name) => name.startsWith('RunsView-'))).toBe(true);
  for (const name of scripts) expect([name, (await readFile(`dist/assets/${name}`, 'utf8')).includes(' style="')]).toEqual([name, false]);
  // And it is in force.
  const tried = await visitor.page.evaluate(() => new Promise<string>((done) => setTimeout(() => { // a test's own words are exempt until then
    try {
      done(String(new Function('return 1')()));
    } catch (error) {
      done((error as Error).name); // what the browser throws is an error
    }
  })));
  expect(tried).toBe('EvalError');
});

test('a run with its charts, a report and pictures breaks the policy nowhere, in the page or in its workers', async () => {
  const visitor = await Visitor.arrives({
    before: () => {
      const broken: string[] = [];
      Object.assign(globalThis, { broken });
      addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sourceFile, lineNumber }) => broken.push(`${violatedDirective} ${blockedURI} ${sourceFile}:${lineNumber}`));
    },
  });
  const { page } = visitor;
  await visitor.opens(shortened('names-ppo', { pretrain: 6, sft: 2, 'reward-model': 2, ppo: 12 }, 'wasm'));
  await visitor.presses('Train');
  await visitor.sees(/^finished · ppo/);
  await page.getByRole('tab', { name: 'pretrain' }).click();
  await visitor.reads('loss');
  await page.getByRole('row', { name: /^now/ }).first().waitFor();
  await page.getByRole('link', { name: 'Runs', exact: true }).click();
  await page.getByRole('button', { name: 'Export…' }).first().click();
  // Charts become pixels by way of images from blobs.
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: /PNG/ }).click()]);
  expect(download.suggestedFilename()).toMatch(/\.zip$/);
  for (const screen of ['Data', 'Experiments', 'Label']) {
    await page.getByRole('link', { name: screen, exact: true }).click();
    await page.getByRole('heading').first().waitFor();
  }
  // Workers tell nobody but the console, where any error is a trouble of this test.
  expect(await page.evaluate(() => (globalThis as unknown as { broken: string[] }).broken)).toEqual([]); // put there above
});

test('a run file that the system opens with the page is shown before it is imported', async () => {
  const visitor = await Visitor.arrives({
    before: () => {
      // What an installed page is given; a test's browser installs none.
      Object.defineProperty(globalThis, 'launchQueue', { value: { setConsumer: (consumer: (launch: unknown) => void) => consumer({ files: [{ getFile: async () => new File(['no run'], 'opened.nudge') }] }) } });
    },
  });
  await visitor.opens();
  await visitor.page.getByRole('dialog').getByText('opened.nudge').waitFor();
});
