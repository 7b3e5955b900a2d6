/**
 * Takes a picture of every screen of the built page, at 1440 and 375 px, light and dark, with a run that was really trained:
 *   npm run screenshots [-- folder]
 * Into screenshots/ where no folder is named (git ignores it): <screen>-<width>-<light|dark>.png. Screens are those the router knows (src/state/screens.ts).
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Page } from 'playwright';
import { INNER_SCREENS, SCREENS } from '../src/state/screens';
import { BROWSER_FLAGS } from './browser-flags.mjs';
import { ensureBrowser } from './ensure-browser.mjs';
import { buildIfStale, serve } from './serve.mjs';

const PORT = 4573;
const WIDTHS = [[1440, 900], [375, 812]] as const;
const SCHEMES = ['light', 'dark'] as const;
/** Two minutes on two cores: its answers are names, and all its charts have curves. */
const RUN = '#/lab?recipe=names-ppo&backend=wasm&set=pretrain.steps=800&set=sft.steps=150&set=reward-model.steps=300&set=ppo.steps=40&set=ppo.evaluateEvery=8';

/** What is more than a screen. A lesson sets the Lab anew, so it comes after what shows the run. */
const FURTHER = { present: '#/lab?present=objective/kl', lesson: '#/lessons/dpo', worksheet: '#/lessons/dpo/worksheet' };

const status = (page: Page, text: RegExp) => page.getByRole('status', { name: 'Run status' }).filter({ hasText: text }).waitFor({ timeout: 600_000 });

/** Whatever is fetched or drawn late is there. */
const settled = async (page: Page): Promise<void> => {
  await page.waitForLoadState('networkidle');
  await page.evaluate(drawUnseen);
  await page.waitForTimeout(600);
};

/** What is out of sight is not made, or not drawn, and a picture of the whole page would show it empty. Runs in the page. */
async function drawUnseen(): Promise<void> {
  for (let top = 0; top < document.documentElement.scrollHeight; top += innerHeight) {
    scrollTo(0, top);
    await new Promise((done) => setTimeout(done, 60)); // a frame or two, and the task after
  }
  scrollTo(0, 0);
  for (const figure of document.querySelectorAll('figure')) figure.style.contentVisibility = 'visible';
}

export async function main([folder = 'screenshots']: string[]): Promise<number> {
  await mkdir(folder, { recursive: true });
  const program = await ensureBrowser();
  await buildIfStale();
  const { address, close } = await serve(PORT);
  const browser = await chromium.launch({ executablePath: program, args: BROWSER_FLAGS });
  try {
    const page = await (await browser.newContext({ reducedMotion: 'reduce' })).newPage();
    const take = async (name: string): Promise<void> => {
      for (const [width, height] of WIDTHS) {
        for (const colorScheme of SCHEMES) {
          await page.setViewportSize({ width, height });
          await page.emulateMedia({ colorScheme });
          await settled(page);
          const path = join(folder, `${name}-${width}-${colorScheme}.png`);
          await page.screenshot({ path, fullPage: true });
          console.log(path);
          await page.evaluate(() => scrollTo(0, 0));
          if (width === 1440 && colorScheme === 'light') await page.screenshot({ path: join(folder, `${name}.png`) }); // what is in sight: docs/ has four of these
        }
      }
    };
    await page.goto(`${address}#/lab`);
    await take('first');
    await page.goto(`${address}${RUN}`);
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    await status(page, /^training · ppo · step (?:1[5-9]|2\d)/);
    await page.screenshot({ path: join(folder, 'training.png') });
    await status(page, /^finished/);
    for (const view of [...SCREENS, ...INNER_SCREENS]) {
      await page.evaluate((hash) => (location.hash = hash), `#/${view}`);
      if (view === 'step') {
        await page.getByRole('status', { name: 'Slow motion status' }).filter({ hasText: /^step / }).waitFor({ timeout: 120_000 });
        await page.getByRole('button', { name: 'Advantage' }).click();
      }
      await take(view);
    }
    for (const [name, hash] of Object.entries(FURTHER)) {
      await page.evaluate((address) => (location.hash = address), hash);
      await take(name);
    }
    return 0;
  } finally {
    await browser.close();
    await close();
  }
}
