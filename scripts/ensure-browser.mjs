/**
 * Finds a Chromium for the tests, or gets one: CHROME_PATH, else an installed Chrome, Chromium or Edge, else one that Playwright keeps,
 * else Playwright's download, else Debian's package where we may install it. Prints one line: which, or what to do.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const COMMANDS = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser', 'microsoft-edge-stable', 'microsoft-edge', 'chrome', 'msedge'];

/** Milliseconds a download may take to show its first progress, and to end once it has. */
const FIRST_PROGRESS = 60_000;
const WHOLE_DOWNLOAD = 600_000;

const ADVICE = 'No Chrome, Chromium or Edge was found and none could be installed: install one of them, or set CHROME_PATH to its program, and run this again.';

/** @returns path of a browser that starts. Throws an Error of one sentence when there is none to be had. */
export async function ensureBrowser() {
  const wanted = process.env['CHROME_PATH'];
  if (wanted) {
    if (!starts(wanted)) throw new Error(`CHROME_PATH is ${wanted}, which is not a browser that starts: correct it or unset it, and run this again.`);
    return wanted;
  }
  return installed() ?? playwrights() ?? (await downloaded()) ?? packaged() ?? fail();
}

function fail() {
  throw new Error(ADVICE);
}

/** A program at this path is no proof: Ubuntu's chromium-browser only says that a snap is missing, and a download may lack its libraries. */
function starts(path) {
  if (!existsSync(path)) return false;
  if (process.platform === 'win32') return true; // there --version opens a window
  const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8', timeout: 20_000 });
  return status === 0 && /chrom|edge/i.test(stdout);
}

function installed() {
  return [...usualPlaces(), ...onPath()].find(starts);
}

function onPath() {
  const ending = process.platform === 'win32' ? '.exe' : '';
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return COMMANDS.flatMap((command) => folders.map((folder) => join(folder, command + ending)));
}

function usualPlaces() {
  if (process.platform === 'darwin') {
    return ['/Applications', join(homedir(), 'Applications')].flatMap((folder) =>
      ['Google Chrome', 'Chromium', 'Microsoft Edge'].map((app) => join(folder, `${app}.app`, 'Contents', 'MacOS', app)),
    );
  }
  if (process.platform === 'win32') {
    return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((name) => {
      const folder = process.env[name];
      return folder ? ['Google\\Chrome', 'Chromium', 'Microsoft\\Edge'].map((app) => join(folder, app, 'Application', app.endsWith('Edge') ? 'msedge.exe' : 'chrome.exe')) : [];
    });
  }
  return ['/usr/bin', '/usr/local/bin', '/opt/google/chrome', '/opt/microsoft/msedge', '/snap/bin'].flatMap((folder) => COMMANDS.map((command) => join(folder, command)));
}

/** Asked afresh each time: what Playwright keeps may have just been downloaded. */
function playwrights() {
  const { stdout } = spawnSync(process.execPath, ['-e', "process.stdout.write(require('playwright').chromium.executablePath())"], { encoding: 'utf8', cwd: root });
  return stdout && starts(stdout) ? stdout : undefined;
}

async function downloaded() {
  console.error('No browser found; trying to download one with Playwright …');
  const cli = join(dirname(createRequire(import.meta.url).resolve('playwright/package.json')), 'cli.js');
  const child = spawn(process.execPath, [cli, 'install', 'chromium'], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  await new Promise((resolve) => {
    const stop = () => child.kill('SIGKILL');
    let timer = setTimeout(stop, FIRST_PROGRESS);
    const watch = (chunk) => {
      if (!/\d+% of/.test(String(chunk))) return;
      clearTimeout(timer);
      timer = setTimeout(stop, WHOLE_DOWNLOAD);
    };
    child.stdout.on('data', watch);
    child.stderr.on('data', watch);
    child.on('error', stop);
    child.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
  return playwrights();
}

/** Debian's chromium. Package lists may be missing or old, and mirrors fail now and then: lists first, and everything twice. */
function packaged() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  console.error('Trying to install Debian’s chromium with apt-get …');
  const apt = (...args) => spawnSync('apt-get', args, { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, timeout: 600_000 }).status === 0;
  for (let attempt = 0; attempt < 2; attempt++) {
    apt('update');
    if (apt('install', '-y', '--no-install-recommends', 'chromium')) break;
  }
  return installed();
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    console.log(`Browser: ${await ensureBrowser()}`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
