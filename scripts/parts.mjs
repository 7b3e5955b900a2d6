/**
 * The parts of `npm test` and how they are counted. A type check, the linter and the build count as one each;
 * tests are counted one by one from vitest's own report, and one that was skipped or left to do counts as failed.
 */
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @typedef {{ part: string, passed: number, failed: string[], seconds: number }} Outcome `failed` names what failed */

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);

/** A part that takes longer than this hangs, milliseconds. */
const PATIENCE = 1_200_000;

/** Path of a package's command, so that nothing depends on shells or on npx. */
function commandOf(name, command = name) {
  const path = require.resolve(`${name}/package.json`);
  const { bin } = JSON.parse(readFileSync(path, 'utf8'));
  return join(dirname(path), typeof bin === 'string' ? bin : bin[command]);
}

/** Runs a Node program. With `quiet`, its output is shown only when it fails. @returns {Promise<{ ended: string, seconds: number }>} `ended` is empty when it ended well */
function run(program, args, { quiet = false, env = {} } = {}) {
  const began = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...args], { cwd: root, stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit'], env: { ...process.env, ...env } });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const ended = code === 0 ? '' : signal ? `killed by ${signal} after ${Math.round((performance.now() - began) / 1000)} s` : `exit code ${code}`;
      if (ended && output) process.stdout.write(output);
      resolve({ ended, seconds: (performance.now() - began) / 1000 });
    });
  });
}

/** @returns {Promise<Outcome>} */
async function once(part, program, args) {
  const { ended, seconds } = await run(program, args, { quiet: true });
  return { part, passed: ended ? 0 : 1, failed: ended ? [`${part}: ${ended}`] : [], seconds };
}

/** One check per thread; the page's own also looks into components. @returns {Promise<Outcome[]>} */
export async function types() {
  // What was checked before and has not changed is remembered: a third of the time.
  const sides = ['workers', 'test'].map((side) => once(`types in ${side}`, commandOf('typescript', 'tsc'), ['-p', side, '--noEmit', '--incremental', '--tsBuildInfoFile', join(root, `node_modules/.cache/types-${side}.tsbuildinfo`)]));
  const page = once('types in src', commandOf('svelte-check'), ['--tsconfig', 'src/tsconfig.json', '--fail-on-warnings', '--output', 'human']);
  return Promise.all([page, ...sides]);
}

/** @returns {Promise<Outcome>} */
export const lint = () => once('lint', commandOf('oxlint'), ['--deny-warnings', 'src', 'workers', 'test', 'scripts', 'vite.config.ts']);

/** @returns {Promise<Outcome>} */
export const buildPage = () => once('build', join(root, 'scripts', 'build.mjs'), []);

/** One vitest project. @returns {Promise<Outcome>} */
export async function tests(project, env = {}) {
  const report = join(root, 'node_modules', '.cache', `report-${project}.json`);
  rmSync(report, { force: true });
  const { ended, seconds } = await run(commandOf('vitest'), ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`], { env });
  let results;
  try {
    results = JSON.parse(readFileSync(report, 'utf8')).testResults;
  } catch {
    return { part: project, passed: 0, failed: [`${project}: ended without a report (${ended || 'exit code 0'})`], seconds };
  }
  return { part: project, ...count(project, results, ended), seconds };
}

/** @param results as in vitest's JSON report @param ended how the program ended, empty when well */
export function count(project, results, ended) {
  const failed = [];
  let passed = 0;
  for (const { name, status, message, assertionResults } of results) {
    const file = name.startsWith(root) ? name.slice(root.length + 1) : name;
    for (const { fullName, status: outcome } of assertionResults) {
      if (outcome === 'passed') passed++;
      else failed.push(`${file}: ${fullName}${outcome === 'failed' ? '' : ` (${outcome})`}`);
    }
    const isBroken = status === 'failed' && !assertionResults.some(({ status: outcome }) => outcome === 'failed');
    if (isBroken || assertionResults.length === 0) failed.push(`${file}: ${message?.split('\n')[0] || 'no test in it ran'}`);
  }
  // An error outside any test (an unhandled rejection) fails the program but no test.
  if (ended && failed.length === 0) failed.push(`${project}: ${ended} although no test failed`);
  if (passed + failed.length === 0) failed.push(`${project}: no tests`);
  return { passed, failed };
}

/** Prints the outcome of every part and the counts as the last line. @param {Outcome[]} outcomes @returns exit code */
export function summarise(outcomes) {
  const failed = outcomes.flatMap((outcome) => outcome.failed);
  const passed = outcomes.reduce((sum, outcome) => sum + outcome.passed, 0);
  console.log('');
  for (const { part, passed: good, failed: bad, seconds } of outcomes) console.log(`${part.padEnd(20)} ${String(good).padStart(5)} passed ${String(bad.length).padStart(4)} failed ${seconds.toFixed(0).padStart(5)} s`);
  if (failed.length > 0) console.log(`\nFailed:\n${failed.map((name) => `  ${name}`).join('\n')}`);
  console.log(`\n${passed} passed, ${failed.length} failed`);
  return failed.length > 0 ? 1 : 0;
}
