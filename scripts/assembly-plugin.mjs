/**
 * Compiles our AssemblyScript kernels when they are imported: `nudge:assembly/plain` and `nudge:assembly/relaxed` give the module's bytes as base64.
 * Text rather than a file, so that the page, its workers, Node and the tests get it the same way, without a request and without a path.
 * Compiled once per state of the sources, kept in node_modules/.cache.
 */
import asc from 'assemblyscript/asc';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const KERNELS = join(root, 'workers', 'kernels');
const ENTRY = join(KERNELS, 'assembly', 'index.ts');
const CACHE = join(root, 'node_modules', '.cache', 'assembly');
const PREFIX = 'nudge:assembly/';

/** The module lives in TF.js's memory and brings none of its own: no runtime, no data, no start function. */
const FLAGS = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--use', 'abort=', '--enable', 'simd'];
const BUILDS = { plain: FLAGS, relaxed: [...FLAGS, '--enable', 'relaxed-simd'] };

/** AssemblyScript files: those of assembly/ and each kernel's own. */
function sources() {
  return readdirSync(KERNELS, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && (entry.name === 'assembly.ts' || entry.parentPath.endsWith('assembly')) && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** @param {keyof typeof BUILDS} build @returns {Promise<Uint8Array>} */
export async function compileAssembly(build) {
  const hash = createHash('sha256').update(build).update(BUILDS[build].join(' '));
  for (const file of [...sources(), join(root, 'package-lock.json')]) hash.update(readFileSync(file));
  const kept = join(CACHE, `${build}-${hash.digest('hex').slice(0, 16)}.wasm`);
  if (existsSync(kept)) return readFileSync(kept);
  let binary;
  const { error, stderr } = await asc.main([relative(root, ENTRY), ...BUILDS[build], '--outFile', 'kernels.wasm'], {
    readFile: (name, base) => {
      const path = join(base ?? root, name);
      return existsSync(path) ? readFileSync(path, 'utf8') : null;
    },
    writeFile: (name, contents) => {
      if (name.endsWith('.wasm')) binary = contents;
    },
    listFiles: () => [],
  });
  if (error || !binary) throw new Error(`AssemblyScript (${build}): ${stderr.toString() || error?.message}`);
  // Checked on the plain build: Node 20 does not read relaxed SIMD, and both are made of the same sources.
  const extra = build === 'plain' ? WebAssembly.Module.imports(new WebAssembly.Module(binary)).filter(({ kind }) => kind !== 'memory') : [];
  if (extra.length > 0) throw new Error(`AssemblyScript (${build}): wants more than TF.js's memory: ${extra.map(({ name }) => name).join(', ')}`);
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(kept, binary);
  return binary;
}

/** @returns {import('vite').Plugin} */
export function assembly() {
  return {
    name: 'nudge-assembly',
    resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}` : undefined),
    async load(id) {
      if (!id.startsWith(`\0${PREFIX}`)) return undefined;
      for (const file of sources()) this.addWatchFile(file);
      const build = id.slice(PREFIX.length + 1);
      if (!Object.hasOwn(BUILDS, build)) throw new Error(`${id.slice(1)}: want one of ${Object.keys(BUILDS).join(', ')}`);
      const binary = await compileAssembly(build);
      return `export default ${JSON.stringify(Buffer.from(binary).toString('base64'))};`;
    },
  };
}
