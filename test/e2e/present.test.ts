/** Projected, printed, enlarged and in the system's own colours: the built page where it is not looked at as usual. */
import { expect, test } from 'vitest';
import { SCREENS } from '../../src/state/screens';
import { shortened, Visitor } from './visitor';

test('at 400 % every screen is whole, and its heading and Train can be reached', async () => {
  const visitor = await (await Visitor.arrives({ size: { width: 320, height: 256 } })).opens();
  const { page } = visitor;
  const isFree = (selector: string) => page.locator(selector).first().evaluate((element) => {
    element.scrollIntoView({ block: 'center' });
    const { left, top, width, height } = element.getBoundingClientRect();
    const at = document.elementFromPoint(left + width / 2, top + height / 2);
    return at !== null && (element.contains(at) || at.contains(element));
  });
  for (const hash of [...SCREENS.map((screen) => `#/${screen}`), '#/lessons/dpo', '#/lessons/dpo/worksheet', '#/lab?present']) {
    await page.evaluate((to) => (location.hash = to), hash);
    const heading = page.locator('h1').first();
    await heading.waitFor({ state: 'attached' });
    await expect.poll(async () => [hash, await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)]).toEqual([hash, 0]);
    if (!(await heading.evaluate((element) => element.matches('.visually-hidden')))) expect([hash, await isFree('h1')]).toEqual([hash, true]);
    if (await visitor.status.isVisible()) expect([hash, await isFree('button:text-is("Train")')]).toEqual([hash, true]);
  }
});

test('on paper: no buttons, black on white from a dark page, a worksheet on few pages and its answers on one more', async () => {
  const visitor = await Visitor.arrives();
  const { page } = visitor;
  await page.emulateMedia({ colorScheme: 'dark' });
  await visitor.opens(shortened('names-dpo', { pretrain: 4, sft: 2, dpo: 2 }, 'wasm'));
  await visitor.presses('Train');
  await visitor.sees(/^finished/);
  const pages = async () => (await page.pdf({ format: 'A4' })).toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
  const lab = await pages();
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  expect(await page.getByRole('button', { name: 'Train' }).isVisible()).toBe(false);
  expect(await page.getByRole('navigation').first().isVisible()).toBe(false);
  expect(await page.getByRole('figure', { name: 'loss' }).first().isVisible()).toBe(true);
  expect(await page.evaluate(() => [document.documentElement, document.querySelector('figure')!].map((element) => [getComputedStyle(element).color, getComputedStyle(element).backgroundColor]))).toEqual([['rgb(0, 0, 0)', 'rgb(255, 255, 255)'], ['rgb(0, 0, 0)', 'rgb(255, 255, 255)']]);
  await page.emulateMedia({ media: 'screen' });
  await page.evaluate(() => (location.hash = '#/lessons/dpo/worksheet'));
  await page.getByRole('article').waitFor();
  const [sheet, withAnswers] = [await pages(), await page.getByRole('checkbox').check().then(pages)];
  console.log(`pages of A4: the Lab ${lab}, a worksheet ${sheet}, with answers ${withAnswers}`);
  expect(sheet).toBeGreaterThan(1);
  expect(sheet).toBeLessThanOrEqual(5);
  expect(withAnswers).toBe(sheet + 1);
});

test('who asks the system for more contrast gets it, unless a theme was chosen; and forced colours are the only ones', async () => {
  const visitor = await Visitor.arrives();
  const { page } = visitor;
  await page.emulateMedia({ contrast: 'more', colorScheme: 'light' });
  await visitor.opens();
  const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  expect(await paper()).toBe('rgb(255, 255, 255)');
  await page.emulateMedia({ contrast: 'no-preference' });
  await expect.poll(paper).toBe('rgb(250, 249, 246)');
  const themes = page.getByRole('combobox', { name: 'Theme' });
  await themes.selectOption('contrast');
  await expect.poll(paper).toBe('rgb(255, 255, 255)');
  await page.reload();
  await visitor.status.waitFor();
  expect(await paper()).toBe('rgb(255, 255, 255)');
  await page.emulateMedia({ forcedColors: 'active' });
  const tokens = await page.evaluate(() => {
    const probe = document.body.appendChild(document.createElement('i'));
    probe.style.setProperty('forced-color-adjust', 'none');
    const read = (colour: string) => {
      probe.style.color = colour;
      return getComputedStyle(probe).color;
    };
    return ['--series-1', '--series-6', '--ink', '--panel'].map((name) => read(`var(${name})`)).concat(read('CanvasText'), read('Canvas'));
  });
  const [first, last, ink, panel, text, canvas] = tokens;
  expect([first, last, ink, panel]).toEqual([text, text, text, canvas]);
});
