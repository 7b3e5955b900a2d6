/**
 * A TypeScript file of this project as one module that Node runs, built through Vite with the same resolution, `?raw` and `?url` imports as the page.
 * Building takes seconds and what was built is kept, so that a second run begins at once. Scripts that are JavaScript already stay where they are: they know their place by their own address.
 */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSentences } from './build-sentences.mjs';

const root = dirname(import.meta.dirname);
const KEPT = join(root, 'node_modules', '.cache', 'bundled');
const FOLDERS = ['src', 'workers', 'scripts', 'test'];
const FILES = ['vite.config.ts', 'tsconfig.base.json', 'package.json', 'package-lock.json'];

/** Contents, not times, as for the page (serve.mjs). */
function stampOf(file) {
  const hash = createHash('sha256').update(`${process.version} ${root} ${file}`);
  const code = FOLDERS.flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:ts|mjs|svelte|wgsl|css)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))).sort();
  for (const path of [...FILES.map((name) => join(root, name)), ...code]) hash.update(`${path}\0`).update(readFileSync(path));
  return hash.digest('hex').slice(0, 24);
}

/** @param {string} given path of the file @returns {Promise<URL>} where its module is */
export async function bundled(given) {
  const file = resolve(given);
  buildSentences(); // vite.config.ts does, where something is built
  const name = `${basename(file, '.ts')}-${stampOf(file)}.mjs`;
  const kept = join(KEPT, name);
  if (!existsSync(kept)) await build(file, kept);
  return pathToFileURL(kept);
}

/** Leaves scripts that are JavaScript where they are. */
const scriptsApart = () => ({
  name: 'nudge:scripts-apart',
  enforce: 'pre',
  resolveId(id, importer) {
    if (!importer || !/^\.{1,2}\/.*\.mjs$/.test(id)) return undefined;
    const path = resolve(dirname(importer), id);
    return path.startsWith(join(root, 'scripts')) ? { id: pathToFileURL(path).href, external: true } : undefined;
  },
});

async function build(file, kept) {
  const vite = await import('vite'); // half a second, which a second run need not wait
  const { NODE_ENV } = process.env;
  const folder = join(KEPT, `building-${randomUUID()}`); // several may build at once: the last one wins, and all are the same
  try {
    await vite.build({
      root,
      mode: 'bundled',
      logLevel: 'error',
      publicDir: false,
      ssr: { noExternal: [/@tensorflow/] },
      build: {
        ssr: file,
        outDir: folder,
        target: 'node20',
        minify: false,
        rolldownOptions: { output: { entryFileNames: 'bundled.mjs', codeSplitting: false } },
      },
      plugins: [scriptsApart()],
    });
    mkdirSync(KEPT, { recursive: true });
    for (const other of readdirSync(KEPT)) if (other !== basename(kept) && other.startsWith(`${basename(file, '.ts')}-`) && other.endsWith('.mjs')) rmSync(join(KEPT, other), { force: true }); // of earlier sources
    renameSync(join(folder, 'bundled.mjs'), kept);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    // Vite sets it; what runs next is to find it as it was.
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
  }
}
