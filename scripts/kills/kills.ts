/**
 * Kills the tab, the training worker or the whole browser at random moments of training, saving and importing, opens the page again and looks at what is there.
 * Built page, real IndexedDB, WASM. After every kill the run must be readable, lose no more than one checkpoint's interval, and be, number by number, the run that
 * was never killed; an import must be there whole or not at all. Runs that end are compared down to their weights.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright';
import type { RunConfig } from '../../src/contract/config';
import { asRunId, newRunId, type RunId } from '../../src/contract/ids';
import { Random } from '../../src/contract/random';
import { configOf, recipeOf } from '../../src/recipes';
import { engineOf, linkTo } from '../../src/state/link';
import { memoryStore } from '../../src/storage/memory-store';
import { readRunFile } from '../../src/storage/run-file';
import type { RunBundle } from '../../src/storage/run-store';
import { exportRun } from '../../src/storage/transfer';
import { openTask } from '../../src/tasks';
import { TASK_DOORS } from '../task-doors';
import { trainRun } from '../train-run';
import { MortalBrowser, WAYS, type Way } from './mortal-browser';
import { differenceFrom, keysOf, lostSteps, placeOf, runsIn, type Place } from './stored';

export interface Kill {
  way: Way;
  during: 'training' | 'saving' | 'importing';
  /** Where it was seen to stand before, and where it was found to stand after. */
  moved?: string;
  /** Empty where all was as it must be. */
  wrong: string;
}

/** Steps between checkpoints: what a kill may cost. */
export const SAVE_EVERY = 5;
const STEPS = { pretrain: 240, sft: 160, dpo: 120 };
/** A run of a few seconds that saves often, and in which a reward is measured now and then. */
const TRAINED = configOf(recipeOf('names-dpo'), 1, ['model.width=32', 'model.layers=2', 'model.heads=2', 'task.pairs=512', ...Object.entries(STEPS).flatMap(([stage, count]) => [`${stage}.steps=${count}`, `${stage}.batchSize=32`, `${stage}.evaluateOn=32`, `${stage}.evaluateEvery=40`, `${stage}.saveEvery=${SAVE_EVERY}`])]);
/** A file that takes a while to import: some 70 MB of weights after hardly any training. */
const LARGE = configOf(recipeOf('names-dpo'), 1, ['model.width=160', 'model.layers=4', 'model.heads=4', 'task.pairs=256', ...Object.keys(STEPS).flatMap((stage) => [`${stage}.steps=2`, `${stage}.batchSize=2`, `${stage}.evaluateOn=16`, `${stage}.saveEvery=1`])]);

/** Trained without a page and without a pause. */
async function uninterrupted(config: RunConfig): Promise<{ id: RunId; name: string; bundle: RunBundle; bytes: Uint8Array<ArrayBuffer> }> {
  const store = memoryStore();
  const id = newRunId();
  const name = config.recipe;
  await store.putRun({ id, name, config, created: 1, appVersion: __APP_VERSION__, parents: [] });
  await trainRun(store, id, config, 'wasm', () => {});
  const { tokenizer } = await openTask(config.task, TASK_DOORS);
  const { bytes } = await exportRun(store, id, { appVersion: __APP_VERSION__, vocabulary: tokenizer.vocabulary });
  return { id, name, bundle: (await store.bundle(id))!, bytes }; // it has just been stored
}

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const statusOf = (page: Page): Promise<string> => page.getByRole('status', { name: 'Run status' }).innerText();

/** What the page has told the visitor. */
const toldIn = async (page: Page): Promise<string> => (await page.locator('.notices').innerText()).replaceAll('\n', ' ') || 'nothing told';

/** The run that the address names, or none. */
const runIn = (page: Page): RunId | undefined => {
  const id = new URLSearchParams(new URL(page.url()).hash.split('?')[1] ?? '').get('run');
  return id === null ? undefined : asRunId(id);
};

/** Where the status line says that a run stands. */
function placeIn(status: string): Place {
  const [, stage = '', step = '0'] = /· ([\w-]+) · step (\d+) of/.exec(status) ?? [];
  return { stage: TRAINED.stages.findIndex(({ id }) => id === stage), step: Number(step) };
}

const wordsOf = ({ stage, step }: Place): string => `${TRAINED.stages[stage]?.id ?? 'the end'} ${step}`;

/** Playwright sends a file over its connection, and no more than 50 MB; the browser stands beside us and can read it itself. */
async function choose(page: Page, path: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { result } = await session.send('Runtime.evaluate', { expression: 'document.querySelector("input[type=file]")' });
  if (result.objectId === undefined) throw new Error('page: want a field for files');
  await session.send('DOM.setFileInputFiles', { files: [path], objectId: result.objectId });
  await session.detach();
}

export class Killing {
  readonly #random: Random;
  readonly kills: Kill[] = [];
  /** Runs that came to their end in spite of it all. */
  finished = 0;

  private constructor(private readonly program: string, private readonly address: string, private readonly whole: RunBundle, private readonly large: { id: RunId; name: string; bytes: Uint8Array<ArrayBuffer> }, seed: number) {
    this.#random = Random.of(seed, 'kills');
  }

  static async of(program: string, address: string, seed: number): Promise<Killing> {
    return new Killing(program, address, (await uninterrupted(TRAINED)).bundle, await uninterrupted(LARGE), seed);
  }

  #pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.#random.next() * items.length)]!; // none of the lists here is empty
  }

  /** @param count kills of training and saving, in one profile, run after run */
  async train(count: number, tell: (kill: Kill) => void): Promise<void> {
    const browser = await MortalBrowser.on(this.program);
    try {
      let run: RunId | undefined;
      for (let done = 0; done < count; ) {
        const page = await browser.page();
        await page.goto(`${this.address}${run ? `#/lab?run=${run}` : linkTo({ config: TRAINED, run: null }, engineOf(new URLSearchParams('backend=wasm')))}`);
        await page.reload(); // an address that differs after # alone loads nothing
        const during = this.#random.next() < 0.3 ? 'saving' : 'training';
        const way = this.#pick(WAYS);
        await page.getByRole('status', { name: 'Run status' }).filter({ hasText: run ? /^(paused|finished|idle)/ : /^idle/ }).waitFor({ timeout: 30_000 });
        await button(page, 'Train').dispatchEvent('click'); // does nothing where the run turns out to be finished
        await pause(2500 * this.#random.next());
        if (during === 'saving') await button(page, 'Save').dispatchEvent('click'); // nor this, where no run is open yet
        const status = await statusOf(page);
        const open = runIn(page);
        if (run && open && open !== run) return void this.#note({ way, during, wrong: `the page went on with another run than the one in its address: ${status}; ${await toldIn(page)}` }, tell);
        run = open ?? run;
        if (status.startsWith('finished')) {
          const { wrong } = run ? await this.#after(browser, run, { stage: TRAINED.stages.length, step: 0 }) : { wrong: 'the address names no run' };
          if (wrong) return void this.#note({ way, during, wrong: `a finished run: ${wrong}` }, tell);
          this.finished += 1;
          run = undefined;
          continue;
        }
        await browser.kill(way);
        done += 1;
        const seen = placeIn(status);
        const found = run ? await this.#after(browser, run, seen) : { wrong: '' };
        this.#note({ way, during, ...found }, tell);
        if (found.wrong) run = undefined; // what comes after it would only repeat it
      }
    } finally {
      await browser.dispose();
    }
  }

  /** @param seen where it was seen to stand before it was killed */
  async #after(browser: MortalBrowser, run: RunId, seen: Place): Promise<Pick<Kill, 'moved' | 'wrong'>> {
    const page = await browser.page();
    await page.goto(`${this.address}#/lab?run=${run}`);
    await page.reload();
    await page.getByRole('status', { name: 'Run status' }).waitFor({ timeout: 30_000 });
    // A run is stored before its first step is made.
    if (Object.keys(await keysOf(page, run)).length === 0) return { wrong: `it is gone; ${(await runsIn(page)).length} runs are there` };
    try {
      await button(page, 'Export run').and(page.locator('[aria-disabled=false]')).click({ timeout: 30_000 });
      const stored = await readRunFile(new Uint8Array(await browser.offered()));
      const place = placeOf(stored);
      const moved = `seen at ${wordsOf(seen)}, stored at ${wordsOf(place)}`;
      const lost = lostSteps(seen, place);
      // The page hears of a step before the worker makes the next, and shows it a moment later: what it showed is at most what was made.
      return { moved, wrong: lost > SAVE_EVERY ? `${lost} steps are lost` : differenceFrom(this.whole, stored) };
    } catch (error) {
      return { wrong: `it cannot be read: ${error instanceof Error ? error.message : String(error)}` };
    }
  }

  /** @param count kills of an import, each in a profile of its own; in every other one the run is stored already */
  async import(count: number, tell: (kill: Kill) => void): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'nudge-'));
    const file = join(folder, 'large.nudge');
    await writeFile(file, this.large.bytes);
    const hash = createHash('sha256').update(this.large.bytes).digest('hex');
    /** How long an import takes, milliseconds: a guess until one was watched. */
    let typical = 1000;
    for (let done = 0; done < count; done++) {
      const browser = await MortalBrowser.on(this.program);
      try {
        const way = this.#pick(['tab', 'browser'] as const); // an import is the page's own
        const isStored = done % 2 === 1;
        const offer = async (): Promise<Page> => {
          const page = await browser.page();
          await page.goto(`${this.address}#/runs`);
          await page.getByRole('button', { name: 'Import run' }).waitFor();
          await choose(page, file);
          return page;
        };
        if (isStored) {
          const began = performance.now();
          await (await offer()).getByText('Imported large.nudge.').waitFor({ timeout: 60_000 });
          typical = performance.now() - began;
        }
        const page = await offer();
        await pause(1.1 * typical * this.#random.next());
        const isThere = isStored || (await page.getByText('Imported large.nudge.').isVisible());
        await browser.kill(way);
        this.#note({ way, during: 'importing', wrong: await this.#wrongWithImport(browser, isThere, hash) }, tell);
      } finally {
        await browser.dispose();
      }
    }
    await rm(folder, { recursive: true });
  }

  /** @param isThere whether the page had said that it was imported @param hash of the file */
  async #wrongWithImport(browser: MortalBrowser, isThere: boolean, hash: string): Promise<string> {
    const page = await browser.page();
    await page.goto(`${this.address}#/runs`);
    await page.getByText(/^(No runs yet|\d+ runs?,)/).first().waitFor({ timeout: 30_000 });
    const keys = await keysOf(page, this.large.id);
    if (!keys['runs']) {
      if (isThere) return 'it was imported, and is gone';
      return Object.keys(keys).length === 0 ? '' : `half of it is there: ${JSON.stringify(keys)}`;
    }
    const exports = (description: string) => page.getByRole('button', { name: 'Export…', description, exact: true });
    await exports(this.large.name).click({ timeout: 30_000 });
    await page.getByRole('menuitem', { name: /^Run file/ }).click();
    if ((await browser.offeredHash()) !== hash) return 'its file is not the one that was imported';
    // A second import may have come to its end before the kill: then it is a run of its own, as whole as the first.
    for (const copy of (await runsIn(page)).filter((id) => id !== this.large.id)) {
      const itsKeys = await keysOf(page, copy);
      if (JSON.stringify(itsKeys) !== JSON.stringify(keys)) return `half of its copy is there: ${JSON.stringify(itsKeys)}`;
      await exports(`${this.large.name} (imported)`).click();
      await page.getByRole('menuitem', { name: /^Run file/ }).click();
      await browser.offeredHash(); // what is damaged would not be offered
    }
    return '';
  }

  #note(kill: Kill, tell: (kill: Kill) => void): void {
    this.kills.push(kill);
    tell(kill);
  }
}
