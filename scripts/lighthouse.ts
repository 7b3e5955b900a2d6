/**
 * Lighthouse on the built page, served packed, as a first visit to the Lab, on its desktop and its mobile settings:
 *   npm run lighthouse [-- 95 [5]]
 * Each is measured so many times, and the median counts, as Lighthouse itself advises: its performance moves with whatever else the machine does. Prints the medians with all that they are of, and what
 * an audit of the median run says against the page; exit code 1 where a median is below the number. Lighthouse is fetched by npx, pinned, and is no dependency.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as v from 'valibot';
import { ensureBrowser } from './ensure-browser.mjs';
import { buildIfStale } from './serve.mjs';
import { servePacked } from './serve-packed';

/** The last whose engines include Node 20; 13 does not. */
const LIGHTHOUSE = 'lighthouse@12.8.2';
const PORT = 4673;
const FLAGS = '--headless=new --no-sandbox';
const WANTED = ['performance', 'accessibility', 'best-practices'];
const PRESETS = { desktop: ['--preset=desktop'], mobile: [] } as const;

const Report = v.object({
  categories: v.record(v.string(), v.object({ score: v.nullable(v.number()), auditRefs: v.array(v.object({ id: v.string(), weight: v.number() })) })),
  audits: v.record(v.string(), v.object({ title: v.string(), score: v.nullable(v.number()), displayValue: v.optional(v.string()) })),
});

type Report = v.InferOutput<typeof Report>;

/** Chromium's trace now and then lacks its beginning, and Lighthouse gives up. */
const TRIES = 3;

async function measure(address: string, options: readonly string[], path: string, chrome: string): Promise<Report> {
  for (let left = TRIES; left > 0; left--) {
    // Not waited for in one go: the page is served by this process.
    const [status] = await once(spawn('npx', ['--yes', LIGHTHOUSE, `${address}#/lab`, ...options, `--only-categories=${WANTED.join(',')}`, '--output=json', `--output-path=${path}`, `--chrome-flags=${FLAGS}`, '--quiet'], { stdio: ['ignore', 'ignore', left > 1 ? 'ignore' : 'inherit'], env: { ...process.env, CHROME_PATH: chrome }, shell: process.platform === 'win32' }), 'exit');
    if (status === 0) return v.parse(Report, JSON.parse(await readFile(path, 'utf8')));
  }
  throw new Error(`Lighthouse measured nothing in ${TRIES} tries`);
}

const scoreOf = ({ categories }: Report, name: string): number => Math.round(100 * (categories[name]?.score ?? 0));

export async function main([least = '95', runs = '5']: string[]): Promise<number> {
  if (!(Number(least) >= 0 && Number(runs) >= 1)) {
    console.error('npm run lighthouse [-- <least score> [<runs, at least 1>]]');
    return 2;
  }
  const chrome = await ensureBrowser();
  await buildIfStale();
  const { address, close } = await servePacked(resolve('dist'), PORT);
  const folder = await mkdtemp(join(tmpdir(), 'nudge-lighthouse-'));
  let isGood = true;
  try {
    for (const [preset, options] of Object.entries(PRESETS)) {
      const reports: Report[] = [];
      for (let run = 0; run < Number(runs); run++) reports.push(await measure(address, options, join(folder, `${preset}.json`), chrome));
      for (const name of WANTED) {
        const ranked = reports.toSorted((a, b) => scoreOf(a, name) - scoreOf(b, name));
        const median = ranked[Math.floor((ranked.length - 1) / 2)]!; // there is at least one, and of an even number the lower
        console.log(`${preset}, ${name}: ${scoreOf(median, name)} (${reports.map((report) => scoreOf(report, name)).join(', ')})`);
        if (scoreOf(median, name) < Number(least)) isGood = false;
        for (const { id, weight } of median.categories[name]?.auditRefs ?? []) {
          const audit = median.audits[id];
          if (audit && weight > 0 && (audit.score ?? 1) < 0.9) console.log(`  ${audit.title}${audit.displayValue ? `: ${audit.displayValue}` : ''}`);
        }
      }
    }
  } finally {
    await close();
    await rm(folder, { recursive: true, force: true });
  }
  return isGood ? 0 : 1;
}
