/**
 * `npm run bench`: how fast our engine is beside its peers, on this machine, in one run. `--quick` takes less than three minutes, all of it about twenty.
 * `--json` prints one JSON document, and everything for people on the other stream.
 */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBrowser } from './ensure-browser.mjs';

const here = dirname(fileURLToPath(import.meta.url));
try {
  const browser = await ensureBrowser();
  const child = spawn(process.execPath, [join(here, 'run.mjs'), join(here, 'bench', 'bench.ts'), ...process.argv.slice(2)], {
    cwd: dirname(here),
    stdio: 'inherit',
    env: { ...process.env, CHROME_PATH: browser },
  });
  child.on('close', (code) => (process.exitCode = code ?? 1));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
