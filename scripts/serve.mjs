/** Builds the page when its sources have changed and serves the build: what `npm start` and the end-to-end tests both use. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, preview } from 'vite';
import { buildSentences } from './build-sentences.mjs';
import { HEADERS } from './offline-plugin.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const STAMP = join(root, 'dist', '.stamp');
const SOURCES = ['index.html', 'src', 'workers', 'public', 'scripts/assembly-plugin.mjs', 'scripts/offline-plugin.mjs', 'scripts/content-policy.mjs', 'scripts/first-chunks-plugin.mjs', 'scripts/when-used-plugin.mjs', 'vite.config.ts', 'tsconfig.base.json', 'package.json', 'package-lock.json'];

/** How many ports after the first are tried. */
const ATTEMPTS = 20;

/** Contents, not times: a fresh clone and a branch switched to and back give times that mean nothing. */
function stampOf() {
  const hash = createHash('sha256').update(process.version);
  for (const name of SOURCES) {
    const path = join(root, name);
    if (!existsSync(path)) continue;
    const files = name.includes('.') ? [name] : readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
    for (const file of files.sort()) hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

/** @returns whether there was anything to build */
export async function buildIfStale() {
  buildSentences(); // before the stamp, which looks at public/ too
  const stamp = stampOf();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stamp) return false;
  await asVisitors(() => build({ root, logLevel: 'warn' }));
  writeFileSync(STAMP, stamp); // last, so that a build cut short is built again
  return true;
}

/** Vitest says that this is a test, which would make a page for developers, and `npm start` would find it up to date. */
async function asVisitors(work) {
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = 'production';
  try {
    await work();
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
  }
}

/**
 * Serves dist with the headers of scripts/offline-plugin.mjs on the first free port from `port` on.
 * @returns {Promise<{ address: string, taken: number[], close: () => Promise<void> }>} `taken` are the ports that were not free
 */
export async function serve(port, { open = false } = {}) {
  const taken = [];
  for (let next = port; next < port + ATTEMPTS; next++) {
    try {
      const server = await preview({ root, logLevel: 'error', preview: { port: next, strictPort: true, open, headers: HEADERS } });
      // Vite lists at least one local address when it listens on localhost.
      return { address: server.resolvedUrls.local[0], taken, close: () => server.close() };
    } catch (error) {
      if (!/already in use/i.test(error.message) && error.code !== 'EADDRINUSE') throw error;
      taken.push(next);
    }
  }
  throw new Error(`Ports ${port} to ${port + ATTEMPTS - 1} are all in use: stop one of the programs that hold them and run this again.`);
}
