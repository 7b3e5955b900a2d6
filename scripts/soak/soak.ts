/**
 * A long training in the built page, watched from outside: what page and workers hold, what the engine holds, every task of the page that took over 50 ms and how long
 * clicks and keys waited, while rows come in, charts are drawn and the run is saved again and again. PPO, since it samples, scores, evaluates and learns in every step.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { chromium, type CDPSession, type Page } from 'playwright';
import { BROWSER_FLAGS } from '../browser-flags.mjs';
import { stalledWithin, watchStalls, type Stall } from './stalls';

/** A task of the page, milliseconds: how long it took by the clock, and how long the processor was at it. What lies between was spent waiting: for a core, or for another of the browser's threads. */
export interface LongTask {
  took: number;
  /** Not known where the trace lost it. */
  work: number | null;
  /** How long of it a thread was not woken that only sleeps. */
  stalled: number;
}

/** One look. */
export interface Look {
  /** Since training began. */
  seconds: number;
  step: number;
  /** Bytes of JavaScript and WebAssembly in the page and all its workers, after collecting what nobody holds. */
  heap: number;
  /** MB that the engine holds, as the page says it. */
  engine: number;
  tensors: number;
  /** The page's tasks over 50 ms since the look before, while nobody pressed anything. */
  longTasks: LongTask[];
  /** Milliseconds from a click or a key to the picture that answers it, the longest since the look before, in steps of 8 (Event Timing). */
  answer: number;
}

/** What of a soak is not flat, in words; empty where all of it is. */
export function unevenness(looks: readonly Look[]): string[] {
  const fifth = Math.max(1, Math.floor(looks.length / 5));
  // The first fifth is left out: caches fill, and every kind of step has to come once.
  const [early, late] = [looks.slice(fifth, 2 * fifth), looks.slice(-fifth)];
  const most = (part: readonly Look[], of: (look: Look) => number) => Math.max(...part.map(of));
  const least = (part: readonly Look[], of: (look: Look) => number) => Math.min(...part.map(of));
  const rows = most(late, ({ step }) => step) - least(early, ({ step }) => step);
  const found: string[] = [];
  // The run's own history is kept, and drawn: a row of PPO has some forty numbers of 8 bytes, in lists that grow by halves.
  const allowed = 1.05 * least(early, ({ heap }) => heap) + 600 * rows;
  if (least(late, ({ heap }) => heap) > allowed) found.push(`the heap grew from ${mega(least(early, ({ heap }) => heap))} to ${mega(least(late, ({ heap }) => heap))} in ${rows} steps`);
  if (most(late, ({ engine }) => engine) > most(early, ({ engine }) => engine)) found.push(`the engine grew from ${most(early, ({ engine }) => engine)} to ${most(late, ({ engine }) => engine)} MB`);
  if (most(late, ({ tensors }) => tensors) > most(early, ({ tensors }) => tensors)) found.push(`tensors grew from ${most(early, ({ tensors }) => tensors)} to ${most(late, ({ tensors }) => tensors)}`);
  return found;
}

export const mega = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** Where every stage before PPO is short. */
const LINK = (backend: string) => `#/lab?recipe=names-ppo&backend=${backend}&set=pretrain.steps=60&set=sft.steps=30&set=reward-model.steps=60&set=ppo.steps=100000&set=ppo.evaluateEvery=20&set=ppo.saveEvery=20`;

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

/** A span of the page's time. */
interface Span {
  /** Milliseconds since 1970. */
  at: number;
  took: number;
}

/** What the page notes while it trains: tasks over 50 ms, and how long every click and key waited for its picture. */
function watchPage(): void {
  const watched = { tasks: [] as Span[], answers: [] as number[] };
  new PerformanceObserver((list) => watched.tasks.push(...list.getEntries().map(({ startTime, duration }) => ({ at: performance.timeOrigin + startTime, took: duration })))).observe({ type: 'longtask' });
  new PerformanceObserver((list) => watched.answers.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit); // TypeScript does not know the threshold
  Object.assign(globalThis, { watched });
}

/** Of the browser's trace. */
interface TraceEvent {
  name: string;
  pid: number;
  tid: number;
  /** Microseconds by the browser's clock, and of the processor. */
  ts: number;
  dur?: number;
  tdur?: number;
  args: { name?: string };
}

/** The trace has a clock of its own; this mark is in it at a moment that the page knows by its own. */
const CLOCK = 'soak: the clock';

/** How much of the page's tasks was work, from the browser's own trace. @returns ends it, and says how many milliseconds of the processor each of these spans took, null where the trace lost it */
async function traceTasks(page: Page, session: CDPSession): Promise<(spans: readonly Span[]) => Promise<(number | null)[]>> {
  const tasks: TraceEvent[] = [];
  const pages = new Set<string>();
  let clock: number | undefined;
  const threadOf = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`;
  const hear = ({ value }: { value: object[] }) => {
    for (const event of value as TraceEvent[]) { // Chromium's trace format
      if (event.name === 'thread_name' && event.args.name === 'CrRendererMain') pages.add(threadOf(event));
      if (event.name === CLOCK) clock ??= event.ts / 1000;
      if (event.name.endsWith('RunTask') && (event.dur ?? 0) > 1000) tasks.push(event);
    }
  };
  session.on('Tracing.dataCollected', hear);
  await session.send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories: ['toplevel', 'blink.user_timing'] } });
  const marked = await page.evaluate((name) => performance.timeOrigin + performance.mark(name).startTime, CLOCK);
  return async (spans) => {
    const done = new Promise<void>((resolve) => session.once('Tracing.tracingComplete', () => resolve()));
    await session.send('Tracing.end');
    await done;
    session.off('Tracing.dataCollected', hear);
    const ofPages = tasks.filter((event) => pages.has(threadOf(event)));
    return spans.map(({ at, took }) => {
      if (clock === undefined) return null;
      const from = at - marked + clock;
      // What ends a moment before or after is another's; a task within a task is in both.
      const within = ofPages.filter(({ ts, dur }) => Math.min(from + took, (ts + dur!) / 1000) - Math.max(from, ts / 1000) > 0.5);
      const outermost = within.filter((one) => !within.some((other) => other !== one && threadOf(other) === threadOf(one) && other.ts <= one.ts && other.ts + other.dur! >= one.ts + one.dur!));
      return outermost.length === 0 ? null : outermost.reduce((sum, { tdur = 0 }) => sum + tdur / 1000, 0);
    });
  };
}

const takeWatched = (page: Page) => page.evaluate(() => {
  const { watched } = globalThis as unknown as { watched: { tasks: Span[]; answers: number[] } }; // made by watchPage
  return { tasks: watched.tasks.splice(0), answers: watched.answers.splice(0) };
});

/** As a visitor who looks around: another stage's charts and back by the mouse, and the same by keys. Not by Playwright's own click, which lays the page out within the page's task to see what it would hit. */
async function lookAround(page: Page): Promise<void> {
  for (const name of ['sft', 'ppo']) {
    const tab = page.getByRole('tab', { name });
    await tab.scrollIntoViewIfNeeded();
    const { x, y, width, height } = (await tab.boundingBox())!; // it is in sight
    await page.mouse.click(x + width / 2, y + height / 2);
    await pause(1000);
  }
  for (const key of ['ArrowLeft', 'ArrowRight']) {
    await page.keyboard.press(key);
    await pause(1000);
  }
}

/** Chromium's own count of page and workers, which needs a page that is isolated; with its flag it collects at once instead of when it likes. */
const FLAGS = [...BROWSER_FLAGS, '--enable-blink-features=ForceEagerMeasureMemory'];

export async function soak({ program, address, minutes, backend, every, tell }: { program: string; address: string; minutes: number; backend: string; every: number; tell: (look: Look) => void }): Promise<{ looks: Look[]; stalls: readonly Stall[] }> {
  const browser = await chromium.launch({ executablePath: program, args: FLAGS });
  const watch = watchStalls();
  try {
    const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
    await page.goto(`${address}${LINK(backend)}`);
    await button(page, 'Train').click();
    const status = page.getByRole('status', { name: 'Run status' });
    await status.filter({ hasText: /· ppo · step [1-9]/ }).waitFor({ timeout: 600_000 });
    await page.evaluate(watchPage);
    const session = await page.context().newCDPSession(page);
    const looks: Look[] = [];
    const began = performance.now();
    while (performance.now() - began < 60_000 * minutes) {
      const endTrace = await traceTasks(page, session);
      await takeWatched(page);
      await pause(1000 * every);
      const { tasks } = await takeWatched(page);
      await lookAround(page);
      await pause(500); // pictures are reported after they are shown
      const { answers } = await takeWatched(page);
      // Measuring makes long tasks of its own.
      const heap = await page.evaluate(async () => {
        const { bytes } = await (performance as unknown as { measureUserAgentSpecificMemory(): Promise<{ bytes: number }> }).measureUserAgentSpecificMemory(); // Chromium's
        return bytes;
      });
      await takeWatched(page);
      const work = await endTrace(tasks);
      const longTasks = tasks.map(({ at, took }, i) => ({ took: Math.round(took), work: work[i] === null ? null : Math.round(work[i]!), stalled: Math.round(stalledWithin(watch.stalls, at, took)) }));
      const said = await status.innerText();
      if (!said.startsWith('training')) throw new Error(`the page says: ${said}`);
      const memory = page.locator('.fact.memory');
      const look: Look = {
        seconds: Math.round((performance.now() - began) / 1000),
        step: Number(/step (\d+) of/.exec(said)?.[1]),
        heap,
        engine: Number((await memory.innerText()).replace(/\D/g, '')),
        tensors: Number(/(\d+) tensors/.exec((await memory.getAttribute('title')) ?? '')?.[1]),
        longTasks,
        answer: Math.max(0, ...answers),
      };
      looks.push(look);
      tell(look);
      if (looks.length % 3 === 0) await button(page, 'Save').click();
    }
    return { looks, stalls: watch.stalls };
  } finally {
    await watch.stop();
    await browser.close();
  }
}
