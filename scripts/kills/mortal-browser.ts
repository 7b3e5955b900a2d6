/** A Chromium over a profile that outlives it: its tab, its training worker or all of it can be killed at any moment, and it comes back to what its disk holds. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium, type Browser, type Page } from 'playwright';
import { BROWSER_FLAGS } from '../browser-flags.mjs';

/** The renderer's process; the worker as a thread; every process of the browser, by SIGKILL. */
export const WAYS = ['tab', 'worker', 'browser'] as const;
export type Way = (typeof WAYS)[number];

/** Milliseconds a browser may take to start or to answer. */
const PATIENCE = 30_000;

/** Remembers what a test must reach and a page keeps to itself: its workers, to end them, and the file it last offered for download. */
function remember(): void {
  const kept: { workers: Worker[]; offered?: Blob } = { workers: [] };
  Object.assign(globalThis, {
    kept,
    Worker: class extends Worker {
      constructor(...given: ConstructorParameters<typeof Worker>) {
        super(...given);
        kept.workers.push(this);
      }
    },
  });
  const offer = URL.createObjectURL.bind(URL);
  URL.createObjectURL = (content: Blob | MediaSource) => {
    if (content instanceof Blob) kept.offered = content;
    return offer(content);
  };
}

export class MortalBrowser {
  #process: ChildProcess | undefined;
  #browser: Browser | undefined;
  #page: Page | undefined;

  private constructor(private readonly program: string, private readonly profile: string) {}

  static async on(program: string): Promise<MortalBrowser> {
    return new MortalBrowser(program, await mkdtemp(join(tmpdir(), 'nudge-profile-')));
  }

  /** Its tab, started if it is not there. */
  async page(): Promise<Page> {
    if (this.#page) return this.#page;
    const browser = (this.#browser ??= await this.#start());
    const [context] = browser.contexts();
    if (!context) throw new Error('browser: want a context of its own');
    const page = await context.newPage();
    await page.addInitScript(remember);
    for (const other of context.pages()) if (other !== page) await other.close().catch(() => {}); // the one it began with, or one that crashed
    return (this.#page = page);
  }

  async #start(): Promise<Browser> {
    const ports = join(this.profile, 'DevToolsActivePort');
    await rm(ports, { force: true }); // of the one before
    this.#process = spawn(this.program, [...BROWSER_FLAGS, '--headless', '--remote-debugging-port=0', `--user-data-dir=${this.profile}`, '--no-first-run', 'about:blank'], { stdio: 'ignore', detached: true });
    for (const began = Date.now(); Date.now() - began < PATIENCE; await pause(50)) {
      const port = (await readFile(ports, 'utf8').catch(() => '')).split('\n')[0];
      if (port) return chromium.connectOverCDP(`http://127.0.0.1:${port}`);
    }
    throw new Error(`browser: not started after ${PATIENCE / 1000} s`);
  }

  async kill(way: Way): Promise<void> {
    const page = await this.page();
    if (way === 'worker') {
      await page.evaluate(() => {
        const { kept } = globalThis as unknown as { kept: { workers: Worker[] } }; // made by `remember`
        for (const worker of kept.workers) worker.terminate();
      });
      return;
    }
    this.#page = undefined;
    if (way === 'browser') return this.#end();
    const session = await page.context().newCDPSession(page);
    const crashed = page.waitForEvent('crash', { timeout: PATIENCE });
    session.send('Page.crash').catch(() => {}); // nobody is left to answer
    await crashed;
  }

  /** The file that the page last offered for download since it was opened. */
  async offered(): Promise<Buffer> {
    const page = await this.#afterOffer();
    const base64 = await page.evaluate(async () => {
      const reader = new FileReader();
      return new Promise<string>((resolve) => {
        reader.onload = () => resolve(String(reader.result));
        reader.readAsDataURL((globalThis as unknown as { kept: { offered: Blob } }).kept.offered); // made by `remember`, and waited for
      });
    });
    return Buffer.from(base64.slice(base64.indexOf(',') + 1), 'base64');
  }

  /** Its SHA-256 in hexadecimal: a large file need not leave the page. */
  async offeredHash(): Promise<string> {
    const page = await this.#afterOffer();
    return page.evaluate(async () => {
      const { offered } = (globalThis as unknown as { kept: { offered: Blob } }).kept; // as above
      delete (globalThis as unknown as { kept: { offered?: Blob } }).kept.offered; // the next is another
      const hash = await crypto.subtle.digest('SHA-256', await offered.arrayBuffer());
      return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    });
  }

  async #afterOffer(): Promise<Page> {
    const page = await this.page();
    await page.waitForFunction(() => (globalThis as unknown as { kept: { offered?: Blob } }).kept.offered, null, { timeout: PATIENCE });
    return page;
  }

  async #end(): Promise<void> {
    const child = this.#process;
    const browser = this.#browser;
    this.#process = this.#browser = this.#page = undefined;
    if (child?.pid !== undefined) {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      process.kill(-child.pid, 'SIGKILL'); // the whole group
      await ended;
    }
    await browser?.close().catch(() => {});
  }

  /** Ends it and deletes its profile. */
  async dispose(): Promise<void> {
    await this.#end();
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
