/** Builds the bench's page as the product is built, serves it, and opens it in a headless Chromium. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import { build, preview } from 'vite';
import { BROWSER_FLAGS } from '../browser-flags.mjs';
import { nameOf, type ContenderName } from './contender';
import { handleOf, type Handle } from './handle';
import type { Bench } from './page/page';
import type { Size } from './protocol';

declare global {
  interface Window {
    bench: Bench;
  }
}

export interface BenchPage {
  version: string;
  adapter: { name: string; isSoftware: boolean } | undefined;
  /** Nothing where there is no such contender. */
  open(name: ContenderName, size: Size, isForGeneration?: boolean): Promise<Handle | undefined>;
  close(): Promise<void>;
}

/** With a GPU of its own the machine is asked for it first; on Linux, Chromium hides it from a headless page unless Vulkan is named. */
const HARDWARE_FLAGS = ['--no-sandbox', '--enable-unsafe-webgpu', ...(process.platform === 'linux' ? ['--enable-features=Vulkan', '--use-angle=vulkan', '--ignore-gpu-blocklist'] : [])];

export async function openBenchPage({ isSoftware }: { isSoftware: boolean }): Promise<BenchPage> {
  const root = process.cwd();
  const outDir = join(root, 'node_modules', '.cache', 'bench');
  mkdirSync(outDir, { recursive: true });
  const place = { root: join(root, 'scripts', 'bench', 'page'), configFile: join(root, 'vite.config.ts'), mode: 'bench', logLevel: 'error' } as const;
  await build({ ...place, build: { outDir, emptyOutDir: true } });
  const server = await preview({ ...place, build: { outDir }, preview: { port: 4190, strictPort: false } });
  const address = server.resolvedUrls!.local[0]!; // Vite lists at least one local address when it listens on localhost
  const { browser, page } = await launch(address, isSoftware);
  return {
    version: `${browser.version()}`,
    adapter: await page.evaluate(() => window.bench.adapter()),
    open: (name, size, isForGeneration = false) => openOn(page, name, size, isForGeneration),
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** A browser on the hardware adapter where there is one, else on the software adapter. */
async function launch(address: string, isSoftware: boolean): Promise<{ browser: Browser; page: Page }> {
  const { CHROME_PATH: executablePath } = process.env;
  for (const args of isSoftware ? [BROWSER_FLAGS] : [HARDWARE_FLAGS, BROWSER_FLAGS]) {
    const browser = await chromium.launch({ ...(executablePath ? { executablePath } : {}), args });
    const page = await browser.newPage();
    page.on('pageerror', (error) => console.error(`bench page: ${error.message}`));
    await page.goto(address);
    const adapter = await page.evaluate(() => window.bench.adapter());
    if (args === BROWSER_FLAGS || (adapter && !adapter.isSoftware)) return { browser, page };
    await browser.close();
  }
  throw new Error('launch: want one set of flags, got none');
}

async function openOn(page: Page, name: ContenderName, size: Size, isForGeneration: boolean): Promise<Handle | undefined> {
  const id = await page.evaluate(([who, what, how]) => window.bench.open(who, what, how), [name, size, isForGeneration] as const);
  if (id === undefined) return undefined;
  return handleOf(
    nameOf(name),
    (command) => page.evaluate(([number, asked]) => window.bench.ask(number, asked), [id, command] as const),
    () => page.evaluate((number) => window.bench.close(number), id),
  );
}
