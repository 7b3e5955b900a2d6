/**
 * `npm run build:single`: the whole page as one file, dist-single/nudge.html, that opens from a disk. The script and the style stand in the page, the workers' scripts in the page's script,
 * TF.js's binary in theirs, and the public files, packed, as data in the page, which hands them to its workers (src/client/carried-files.ts).
 */
import { readFileSync, readdirSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { basename, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import { contentPolicy, withPolicy } from './content-policy.mjs';

/** Where a worker is started, and how often: by a change there that this no longer finds, the build is to fail rather than make a page without workers. */
const STARTED = /new Worker\(new URL\('(\.\.\/\.\.\/workers\/[\w.-]+\.worker\.ts)', import\.meta\.url\), (\{[^}]*\})\)/;
const WORKERS = 6;

/** Of no use in a file: there is no folder to install from. */
const LINKS = /\s*<link rel="(?:manifest|apple-touch-icon)"[^>]*>/g;
/** What is not for the page to read. */
const LEFT_OUT = /^(?:manifest\.webmanifest|favicon\.svg|icons\/.*)$/;

const hashOf = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Public files, each packed and as a block of data that no browser runs. */
function carried(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((name) => !LEFT_OUT.test(name) && !basename(name).startsWith('.'))
    .sort()
    .map((name) => `<script type="application/gzip" data-file="${name}">${gzipSync(readFileSync(join(folder, name)), { level: 9 }).toString('base64')}</script>\n`)
    .join('');
}

export function singleFile() {
  let root = '';
  let started = 0;
  return {
    name: 'nudge:single-file',
    apply: 'build',
    enforce: 'post',
    // Workers are classic scripts: Chromium starts no module from a blob of a page on a disk.
    config: () => ({
      publicDir: false,
      build: { outDir: 'dist-single', assetsInlineLimit: Number.MAX_SAFE_INTEGER, cssCodeSplit: false, modulePreload: false, reportCompressedSize: false, chunkSizeWarningLimit: Infinity, rolldownOptions: { output: { codeSplitting: false } } },
      worker: { format: 'iife', rolldownOptions: { output: { codeSplitting: false } } },
    }),
    configResolved(config) {
      ({ root } = config);
    },
    transform: {
      order: 'pre',
      handler(code, id) {
        const found = STARTED.exec(code);
        if (!found || !id.startsWith(join(root, 'src', 'client'))) return undefined;
        started += 1;
        const [whole, worker, options] = found;
        // Vite's own way to have a worker within a script; the page lends it what it would otherwise fetch.
        return `import { lendFiles } from './carried-files';\nimport InlinedWorker from '${worker}?worker&inline';\n${code.replace(whole, () => `lendFiles(new InlinedWorker(${options}))`)}`;
      },
    },
    transformIndexHtml: {
      order: 'pre',
      handler: (html) => html.replaceAll(LINKS, '').replace('./favicon.svg', () => `data:image/svg+xml;base64,${readFileSync(join(root, 'public', 'favicon.svg')).toString('base64')}`),
    },
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        if (started !== WORKERS) this.error(`single file: want ${WORKERS} workers started as ${STARTED}, got ${started}`);
        const files = Object.values(bundle);
        const script = textOf(files, '.js').replaceAll(/<(?=\/script|!--)/g, String.raw`\x3C`); // would end the element, or begin a comment in it
        const style = textOf(files, '.css');
        const html = textOf(files, '.html');
        const policy = contentPolicy({ script: hashOf(script), style: hashOf(style) });
        for (const { fileName } of files) delete bundle[fileName];
        const page = withPolicy(html, policy)
          .replaceAll(/\s*<(?:script type="module"[^>]*><\/script>|link rel="stylesheet"[^>]*>)/g, '')
          .replace('</head>', () => `  <style>${style}</style>\n  </head>`)
          .replace('</body>', () => `${carried(join(root, 'public'))}<script type="module">${script}</script>\n  </body>`);
        this.emitFile({ type: 'asset', fileName: 'nudge.html', source: page });
      },
    },
  };
}

/** The only file of its kind. */
function textOf(files, ending) {
  const [file, ...others] = files.filter(({ fileName }) => fileName.endsWith(ending));
  if (!file || others.length > 0) throw new Error(`single file: want one ${ending}, got ${[file, ...others].map((each) => each?.fileName).join(', ')}`);
  return file.type === 'chunk' ? file.code : Buffer.from(file.source).toString('utf8');
}
