/**
 * Reads inputs that are nearly right, as many of each kind as are asked for, and prints what came of them:
 *   npm run fuzz -- 10000 [--seed N] [--only .nudge] [--from N]
 * A case is known by its seed and number: `--only .nudge --from 17 1` makes that one again. Exit codes: 0 all accepted or refused as they should be, 1 something is wrong, 2 not understood.
 */
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { fuzz } from './fuzz/fuzz';
import { TARGETS } from './fuzz/targets';

/** A case that has not ended after this long never will, milliseconds. */
const HANGS = 60_000;

/** Another thread looks on: this one could not say that it hangs. Places: target, case, how many cases were begun. */
function watch(): { begin(target: number, number: number): void; end(): Promise<unknown> } {
  const at = new Int32Array(new SharedArrayBuffer(12));
  const names = JSON.stringify(TARGETS.map(({ name }) => name));
  const looksOn = `const { workerData: at } = require('node:worker_threads'); let last = -1;
    setInterval(() => { if (at[2] === last) { require('node:fs').writeSync(2, ${names}[at[0]] + ' case ' + at[1] + ' hangs\\n'); process.kill(process.pid, 'SIGKILL'); } last = at[2]; }, ${HANGS});`;
  const worker = new Worker(looksOn, { eval: true, workerData: at });
  worker.unref();
  return {
    begin: (target, number) => {
      at[0] = target;
      at[1] = number;
      at[2]! += 1; // of three places
    },
    end: () => worker.terminate(),
  };
}

export async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { seed: { type: 'string', default: '1' }, only: { type: 'string' }, from: { type: 'string', default: '0' } } });
  const [count, seed, from] = [positionals[0] ?? '1000', values.seed, values.from].map(Number);
  const targets = TARGETS.filter(({ name }) => values.only === undefined || name === values.only);
  if (![count, seed, from].every(Number.isSafeInteger) || targets.length === 0) {
    console.error(`npm run fuzz -- 10000 [--seed N] [--only name] [--from N]; names: ${TARGETS.map(({ name }) => name).join(', ')}`);
    return 2;
  }
  const watching = watch();
  let isRight = true;
  for (const target of targets) {
    const { accepted, refused, wrong, seconds } = await fuzz(target, count!, seed!, from!, (number) => watching.begin(TARGETS.indexOf(target), number)); // all were looked at above
    const reasons = Object.entries(refused).sort(([, a], [, b]) => b - a).map(([code, times]) => `${code} ${times}`);
    console.log(`${target.name}: ${count} inputs, ${accepted} accepted, ${reasons.length > 0 ? `refused: ${reasons.join(', ')}` : 'none refused'}; ${wrong.length} wrong; the slowest took ${seconds.toFixed(2)} s`);
    for (const { number, what } of wrong.slice(0, 5)) console.log(`  case ${number}: ${what}`);
    isRight &&= wrong.length === 0;
  }
  await watching.end();
  return isRight ? 0 : 1;
}
