/** The picture of ARCHITECTURE.md as data, and what a set of files does against it. A pure function, so that the test can plant violations. */
import { dirname, join, normalize } from 'node:path';

interface Layer {
  /** Folders of ours that it may import besides itself. */
  folders: readonly string[];
  /** Packages, with everything below them. */
  packages?: readonly string[];
  /** Folders it may import types from. */
  types?: readonly string[];
}

const NEUTRAL = ['src/contract', 'src/storage', 'src/tasks'];
const TFJS = ['@tensorflow'];

/** Folder (or file) -> what it may import. A file is judged by the longest name that fits it. */
export const LAYERS: Readonly<Record<string, Layer>> = {
  'src/contract': { folders: [], packages: ['valibot'] },
  'src/contract/transfer.ts': { folders: ['src/contract'], packages: ['comlink'] },
  'src/storage': { folders: ['src/contract', 'src/formats'], packages: ['valibot', 'idb', 'fflate'] },
  'src/tasks': { folders: ['src/contract', 'src/formats'] },
  'src/formats': { folders: ['src/contract'], packages: ['papaparse', 'hyparquet', 'hyparquet-writer'] },
  'src/recipes': { folders: ['src/contract', 'src/tasks'] },
  'src/experiments': { folders: ['src/contract', 'src/recipes'] },
  // What it writes is what the screens show, so it draws and words it with what they use; the rest of components is Svelte, which a file has no use for.
  'src/exports': { folders: [...NEUTRAL, 'src/formats', 'src/recipes', 'src/experiments', 'src/state', 'src/charts', 'src/components/report-words', 'src/words'], packages: ['fflate'] },
  'src/lessons': { folders: ['src/contract', 'src/tasks', 'src/recipes'] },
  'src/words': { folders: ['src/contract', 'src/tasks', 'src/recipes', 'src/experiments', 'src/lessons'], packages: ['svelte'] },
  'src/client': { folders: ['src/contract'], packages: ['comlink'] },
  'src/state': { folders: [...NEUTRAL, 'src/recipes', 'src/experiments', 'src/lessons', 'src/client', 'src/words'], packages: ['svelte', 'valibot'] },
  'src/charts': { folders: ['src/contract', 'src/tasks', 'src/words'], types: ['src/state', 'src/experiments'], packages: ['svelte', 'uplot', 'uqr'] },
  'src/components': { folders: ['src/contract', 'src/tasks', 'src/charts', 'src/words'], packages: ['svelte'] },
  'src/views': { folders: ['src'], packages: ['svelte'] },
  'src/App.svelte': { folders: ['src'], packages: ['svelte'] },
  'src/page.ts': { folders: ['src'] },
  'src/main.ts': { folders: ['src'], packages: ['svelte'] },

  'workers/kernels': { folders: [], packages: TFJS },
  'workers/kernels/sample/reference.ts': { folders: ['workers/kernels', 'src/contract'] },
  'workers/engine': { folders: ['workers/kernels', 'src/contract', 'src/storage'], packages: [...TFJS, 'nudge:assembly'] },
  'workers/tensor': { folders: ['workers/kernels', 'src/contract', 'src/tasks'], packages: TFJS },
  'workers/model': { folders: ['workers/tensor', 'workers/kernels', 'src/contract', 'src/storage', 'src/tasks'], packages: TFJS },
  'workers/stage': { folders: ['workers/model', 'workers/tensor', 'workers/kernels', 'src/contract', 'src/tasks'], packages: TFJS },
  'workers/algorithms': { folders: ['workers/stage', 'workers/model', 'workers/tensor', 'workers/kernels', 'src/contract', 'src/tasks'], packages: TFJS },
  'workers/session': { folders: ['workers/algorithms', 'workers/stage', 'workers/model', 'workers/tensor', 'workers/kernels', 'workers/engine', ...NEUTRAL], packages: TFJS },
  'workers/data': { folders: [...NEUTRAL, 'src/formats'] },
  'workers/data.worker.ts': { folders: ['workers/data', 'src/contract', 'src/storage'], packages: ['comlink'] },
  'workers/probe.worker.ts': { folders: ['workers/engine', 'src/contract'], packages: ['comlink'] },
  'workers/model.worker.ts': { folders: ['workers/session', 'src/contract', 'src/storage'], packages: ['comlink'] },
  'workers/slow-motion.worker.ts': { folders: ['workers/session', 'src/contract', 'src/storage'], packages: ['comlink'] },
  'workers/verify.worker.ts': { folders: ['workers/session', 'src/contract', 'src/storage'], packages: ['comlink'] },
  'workers/offline': { folders: [] },
  'workers/service.worker.ts': { folders: ['workers/offline', 'src/contract'] },
  'workers/train.worker.ts': { folders: ['workers/session', 'workers/engine', 'src/contract', 'src/storage'], packages: ['comlink'] },
};

/** Path from the repository's root -> text. */
export type Files = Readonly<Record<string, string>>;

export const LONGEST_FILE = 400;

const isIn = (path: string, folder: string): boolean => path === folder || path === `${folder}.ts` || path.startsWith(`${folder}/`);

const layerOf = (file: string): string | undefined =>
  Object.keys(LAYERS).filter((name) => isIn(file, name)).sort((a, b) => b.length - a.length)[0];

interface Import {
  from: string;
  isType: boolean;
  isWorkerUrl: boolean;
}

/** Comments are left out, so that an example in one is no import; strings are not parsed, which no file of ours needs. */
function importsOf(text: string): Import[] {
  const code = text.replace(/\/\*[^]*?\*\/|<!--[^]*?-->/g, '').replace(/(^|\s)\/\/.*$/gm, '');
  const found: Import[] = [];
  for (const [, type, from] of code.matchAll(/(?:^|[;\n>])\s*(?:import|export)\s+(type\s)?(?:[\w*{}\s,$]+\sfrom\s*)?['"]([^'"]+)['"]/g)) found.push({ from: from!, isType: type !== undefined, isWorkerUrl: false });
  for (const [, from] of code.matchAll(/\bimport\(\s*['"`]([^'"`]+)['"`]/g)) found.push({ from: from!, isType: false, isWorkerUrl: false });
  for (const [, worker, from] of code.matchAll(/(new Worker\(\s*)?new URL\(\s*['"`]([^'"`]+)['"`]\s*,\s*import\.meta\.url/g)) found.push({ from: from!, isType: false, isWorkerUrl: worker !== undefined });
  return found;
}

/** Every import that points another way than the picture, as `file -> what`. */
export function wrongImports(files: Files): string[] {
  return Object.entries(files).flatMap(([file, text]) => {
    const own = layerOf(file);
    if (!own) return [`${file} -> belongs to no folder of the picture`];
    return importsOf(text).filter((each) => !isAllowed(file, own, each)).map(({ from }) => `${file} -> ${from}`);
  });
}

function isAllowed(file: string, own: string, { from, isType, isWorkerUrl }: Import): boolean {
  const { folders, packages = [], types = [] } = LAYERS[own]!; // a name that layerOf found
  if (!from.startsWith('.')) return packages.some((name) => isIn(from, name));
  const target = normalize(join(dirname(file), from)).replace(/\?.*$/, '');
  // The thread border is crossed by starting a worker, in one place.
  if (isWorkerUrl) return isIn(file, 'src/client') && /^workers\/[\w-]+\.worker\.ts$/.test(target);
  return isIn(target, own) || folders.some((folder) => isIn(target, folder)) || (isType && types.some((folder) => isIn(target, folder)));
}

/** Files too long to be read in one go. */
export const tooLong = (files: Files): string[] =>
  Object.entries(files).filter(([, text]) => text.trimEnd().split('\n').length > LONGEST_FILE).map(([file]) => file);

const FORBIDDEN: readonly [what: string, pattern: RegExp][] = [
  ['any', /(?:[:<,|&(]|\bas)\s*any\b(?!\s*[:'`-])/],
  ['a silenced type error', /@ts-(?:ignore|nocheck|expect-error)/],
  ['a skipped or lone test', /\b(?:test|it|describe|bench|suite)(?:\.\w+)*\.(?:skip|only|todo|fails|skipIf|runIf)\b|\b[xf](?:it|describe|test)\(/],
  ['a skip from inside a test', /\bskip\(/],
];

/** Words that no file may hold, as `file: what`. */
export function forbiddenWords(files: Files): string[] {
  return Object.entries(files).flatMap(([file, text]) => {
    const code = text.replace(/\/\*[^]*?\*\/|<!--[^]*?-->/g, '').replace(/(['"`])(?:\\.|(?!\1)[^\\\n])*\1/g, "''");
    // A silenced error stands in a comment, so it is looked for in the whole text.
    return FORBIDDEN.filter(([what, pattern]) => pattern.test(what === 'a silenced type error' ? text : code.replace(/\/\/.*$/gm, ''))).map(([what]) => `${file}: ${what}`);
  });
}

const NAMED_FOR_NOTHING = /^(?:utils?|helpers?|common|misc|managers?)(?:\.|$)/;

/** Names that say nothing, and names that are not in the house's case. */
export function badNames(paths: readonly string[]): string[] {
  return paths.filter((path) => {
    const parts = path.split('/');
    if (parts.some((part) => NAMED_FOR_NOTHING.test(part))) return true;
    const name = parts.at(-1)!; // splitting gives at least one part
    return name.endsWith('.svelte') ? !/^[A-Z][A-Za-z0-9]*\.svelte$/.test(name) : !/^[a-z0-9-]+(?:\.[a-z]+)*\.(?:ts|mjs)$/.test(name);
  });
}
