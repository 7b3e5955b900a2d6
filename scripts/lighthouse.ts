/**
 * Lighthouse on the built page, served packed, as a first visit to the Lab, on its desktop and its mobile settings:
 *   npm run lighthouse [-- 95]
 * Prints the scores and whatever an audit says against the page; exit code 1 where performance, accessibility or best practices is below the number. Lighthouse is fetched by npx, pinned, and is no dependency.
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

export async function main([least = '95']: string[]): Promise<number> {
  const chrome = await ensureBrowser();
  await buildIfStale();
  const { address, close } = await servePacked(resolve('dist'), PORT);
  const folder = await mkdtemp(join(tmpdir(), 'nudge-lighthouse-'));
  let isGood = true;
  try {
    for (const [preset, options] of Object.entries(PRESETS)) {
      const path = join(folder, `${preset}.json`);
      // Not waited for in one go: the page is served by this process.
      const [status] = await once(spawn('npx', ['--yes', LIGHTHOUSE, `${address}#/lab`, ...options, `--only-categories=${WANTED.join(',')}`, '--output=json', `--output-path=${path}`, `--chrome-flags=${FLAGS}`, '--quiet'], { stdio: 'inherit', env: { ...process.env, CHROME_PATH: chrome }, shell: process.platform === 'win32' }), 'exit');
      if (status !== 0) return 1;
      const { categories, audits } = v.parse(Report, JSON.parse(await readFile(path, 'utf8')));
      for (const [name, { score, auditRefs }] of Object.entries(categories)) {
        console.log(`${preset}, ${name}: ${Math.round(100 * (score ?? 0))}`);
        if (100 * (score ?? 0) < Number(least)) isGood = false;
        for (const { id, weight } of auditRefs) {
          const audit = audits[id];
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
