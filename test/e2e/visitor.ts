/** A visitor in a real browser: a fresh profile, the built page, and an eye on everything that should never happen. */
import { chromium, type Browser, type BrowserContext, type Locator, type Page } from 'playwright';
import { afterAll, expect, inject, onTestFinished } from 'vitest';
import { BROWSER_FLAGS } from '../../scripts/browser-flags.mjs';

const browsers = new Map<string, Promise<Browser>>();

/** One browser per set of flags; each visitor has a profile of its own in it. */
function browserWith(flags: readonly string[]): Promise<Browser> {
  const key = flags.join(' ');
  const path = process.env['CHROME_PATH'];
  const found = browsers.get(key) ?? chromium.launch({ args: [...flags], ...(path ? { executablePath: path } : {}) });
  browsers.set(key, found);
  return found;
}

afterAll(async () => {
  for (const browser of browsers.values()) await (await browser).close();
  browsers.clear();
});

interface Given {
  flags?: readonly string[];
  /** Runs in the page and, where the browser allows it, before anything else does. */
  before?: () => void;
  size?: { width: number; height: number };
  /** Texts of console errors this visit is about. */
  expected?: RegExp;
  /** Where the page is; left out, where `npm start` would serve it. */
  address?: string;
  /** Lets the page keep itself for offline visits. Otherwise not: each visitor would fetch everything, and what a test puts in a worker's place would be asked of nobody. */
  isKept?: boolean;
}

export class Visitor {
  readonly #troubles: string[] = [];

  private constructor(readonly context: BrowserContext, readonly page: Page, private readonly expected: RegExp | undefined, private readonly address: string) {
    this.watch(page);
  }

  static async arrives({ flags = BROWSER_FLAGS, before, size = { width: 1440, height: 900 }, expected, address = inject('address'), isKept = false }: Given = {}): Promise<Visitor> {
    const context = await (await browserWith(flags)).newContext({ viewport: size, acceptDownloads: true, serviceWorkers: isKept ? 'allow' : 'block' });
    if (before) await context.addInitScript(before);
    const visitor = new Visitor(context, await context.newPage(), expected, address);
    onTestFinished(async () => {
      await context.close();
      expect(visitor.#troubles).toEqual([]);
    });
    return visitor;
  }

  /** Requests to anybody else, errors in the console, and errors nobody caught are troubles of the whole test. */
  watch(page: Page): void {
    const note = (text: string) => {
      if (!this.expected?.test(text)) this.#troubles.push(text);
    };
    page.on('console', (message) => message.type() === 'error' && note(message.text()));
    page.on('pageerror', (error) => note(error.message));
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(this.address) && !/^(blob|data):/.test(url)) note(`a request to ${url}`);
    });
  }

  async opens(hash = ''): Promise<this> {
    await this.page.goto(`${this.address}${hash}`);
    await this.status.waitFor();
    return this;
  }

  get status(): Locator {
    return this.page.getByRole('status', { name: 'Run status' });
  }

  presses(name: string): Promise<void> {
    return this.page.getByRole('button', { name, exact: true }).click();
  }

  /** Waits until the run status reads so. @returns what it reads */
  async sees(text: RegExp, timeout = 60_000): Promise<string> {
    await this.status.filter({ hasText: text }).waitFor({ timeout });
    return this.status.innerText();
  }

  async isTold(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).first().waitFor({ timeout: 60_000 }); // two visits share two cores
  }

  async imports(name: string, bytes: Buffer): Promise<void> {
    await this.page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/octet-stream', buffer: bytes });
  }

  /** Presses Export run and reads the file that comes. */
  async exports(): Promise<Buffer> {
    const [download] = await Promise.all([this.page.waitForEvent('download'), this.presses('Export run')]);
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer); // a stream without encoding gives buffers
    return Buffer.concat(chunks);
  }

  /** Numbers in a chart's table twin: one list a column, holes left out. */
  async reads(metric: string): Promise<number[]> {
    const figure = this.page.getByRole('figure', { name: metric, exact: true });
    const details = figure.locator('details');
    if ((await details.getAttribute('open')) === null) await details.locator('summary').click();
    await figure.locator('tbody tr').first().waitFor(); // made when it is opened
    const cells = await figure.locator('tbody tr td:first-of-type').allInnerTexts();
    return cells.map((text) => Number(text.replace('−', '-').replace(/\u202f/g, ''))).filter((value) => Number.isFinite(value));
  }
}

/** A recipe that ends within seconds: a tiny model, few steps, small evaluations; on WebGPU, which is software here, small batches too. */
export function shortened(recipe: 'names-dpo' | 'names-ppo' | 'names-online-dpo', steps: Record<string, number>, backend: string, more: readonly string[] = []): string {
  const stages = Object.entries(steps).flatMap(([stage, count]) => [`${stage}.steps=${count}`, `${stage}.evaluateOn=16`, `${stage}.saveEvery=5`, ...(backend === 'webgpu' ? [`${stage}.batchSize=8`] : [])]);
  const settings = ['model.width=16', 'model.layers=1', 'model.heads=2', 'task.pairs=512', ...stages, ...more];
  return `#/lab?recipe=${recipe}&backend=${backend}&${settings.map((setting) => `set=${setting}`).join('&')}`;
}

/** Step of a run status. */
export const stepOf = (status: string): number => Number(/step (\d+) of/.exec(status)?.[1]);
