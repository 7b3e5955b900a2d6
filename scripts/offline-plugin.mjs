/**
 * What a build needs to be visited without a network and from any host: a policy in the page, and, once everything is written,
 * dist/service-worker.js with a list of all there is, and files that some hosts read (`_headers` of Netlify and Cloudflare, `.nojekyll` of GitHub Pages).
 */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { build } from 'vite';
import { contentPolicy, withPolicy } from './content-policy.mjs';

const POLICY = contentPolicy();

/** Of everything that is served: cross-origin isolation, and the policy, which workers take from the headers of their script. */
export const HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Content-Security-Policy': POLICY,
};

const SCRIPT = 'service-worker.js';
/** Read by hosts, not served by them. */
const HOSTS_OWN = '_headers';

/** Every file of a build, by its path, with its hash; the page itself has the empty path. @returns {{ path: string, sha256: string }[]} */
function keptFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => path !== SCRIPT && path !== HOSTS_OWN && !path.split('/').some((part) => part.startsWith('.')))
    .sort()
    .map((path) => ({ path: path === 'index.html' ? '' : path, sha256: createHash('sha256').update(readFileSync(join(folder, path))).digest('hex') }));
}

/** Writes the service worker of what lies in a folder, and what hosts read beside it. @param root of the repository */
export async function writeServiceWorker(root, folder) {
  const files = keptFiles(folder);
  const id = createHash('sha256').update(JSON.stringify(files)).digest('hex').slice(0, 16);
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    publicDir: false,
    define: { __KEPT_BUILD__: JSON.stringify({ id, files }), __KEPT_HEADERS__: JSON.stringify(HEADERS) },
    // A classic script: not every browser takes modules as service workers.
    build: { outDir: folder, emptyOutDir: false, target: 'esnext', rolldownOptions: { input: join(root, 'workers', 'service.worker.ts'), output: { format: 'iife', entryFileNames: SCRIPT } } },
  });
  writeFileSync(join(folder, HOSTS_OWN), `/*\n${Object.entries(HEADERS).map(([name, value]) => `  ${name}: ${value}\n`).join('')}`);
  writeFileSync(join(folder, '.nojekyll'), '');
}

export function offline() {
  let place = { root: '', folder: '' };
  return {
    name: 'nudge:offline',
    apply: 'build',
    configResolved({ root, build: { outDir } }) {
      place = { root, folder: resolve(root, outDir) };
    },
    transformIndexHtml: (html) => withPolicy(html, POLICY),
    writeBundle: { order: 'post', sequential: true, handler: () => writeServiceWorker(place.root, place.folder) },
  };
}
