/** Draws public/icons/*.png from public/favicon.svg, in a Chromium. Run by hand when the icon changes: `node scripts/build-icons.mjs`. */
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { ensureBrowser } from './ensure-browser.mjs';

const PUBLIC = join(dirname(dirname(fileURLToPath(import.meta.url))), 'public');
const svg = readFileSync(join(PUBLIC, 'favicon.svg'), 'utf8');
/** Systems cut a maskable icon to shapes of their own: its ground fills the square, and what is drawn keeps to the middle four fifths. */
const maskable = svg.replace(' rx="7"', '').replace('viewBox="0 0 32 32"', 'viewBox="-3 -3 38 38"').replace('<rect width="32" height="32"', '<rect x="-3" y="-3" width="38" height="38"');

mkdirSync(join(PUBLIC, 'icons'), { recursive: true });
const browser = await chromium.launch({ args: ['--no-sandbox'], executablePath: await ensureBrowser() });
const page = await browser.newPage();
for (const [name, size, drawing] of [['icon-192', 192, svg], ['icon-512', 512, svg], ['maskable-512', 512, maskable]]) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>html{margin:0;background:transparent}body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${drawing}`);
  await page.screenshot({ path: join(PUBLIC, 'icons', `${name}.png`), omitBackground: true });
}
await browser.close();
