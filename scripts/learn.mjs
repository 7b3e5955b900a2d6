/**
 * `npm run learn`: does it learn? Recipes with something to promise, five seeds each on WASM, as a table, against what must hold in each run. About a minute a run.
 * `npm run learn -- names-dpo 1 2` does only that recipe and those seeds. Exit code 1 when anything falls short.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Recipe -> what must hold of its report. Intervals are 95 %; times are for two cores. */
const PROMISES = {
  'names-dpo': ({ seen, unseen, win, seconds }) => seen.share >= 0.7 && unseen.share >= 0.57 && win.low > 0.5 && seconds <= 60,
  'names-ppo': ({ seen, unseen, win, seconds }) => seen.share >= 0.7 && unseen.share >= 0.57 && win.low > 0.5 && seconds <= 60,
  // The lesson of this one: the score is bought with distance and sameness. Whether the truth has collapsed by then depends on the seed.
  'names-no-kl': ({ final }) => final['objective/scores'] > 0.8 && final['objective/kl'] > 6 && final['samples/distinct'] < 0.85,
  // Paid for letters, it makes them, and the truth falls.
  'names-hacking': ({ final }) => final['objective/bias'] > 7 && final['gold/win_rate'] < 0.49,
};

/** The shares of a report with their intervals, wherever in the recipe they were measured. */
function measuresOf(report) {
  const share = (...names) => {
    for (const { metrics, intervals } of report.stages.toReversed()) {
      const name = names.find((each) => intervals[each]);
      if (name) return { share: metrics[name], ...intervals[name] };
    }
    throw new Error(`measuresOf: want one of ${names.join(', ')}, got none`);
  };
  return {
    seen: share('eval_seen_rewards/accuracies', 'eval_seen_accuracy'),
    unseen: share('eval_unseen_rewards/accuracies', 'eval_unseen_accuracy'),
    win: share('gold/win_rate'),
    seconds: report.seconds,
    final: report.final,
    sft: report.stages.find(({ id }) => id === 'sft').metrics,
    pairs: report.pairs,
  };
}

const three = (value) => value.toFixed(3).replace(/^0/, '');
const withInterval = ({ share, low, high }) => `${three(share)} [${three(low)}, ${three(high)}]`;

function rowOf(recipe, seed, { seen, unseen, win, seconds, final, sft }) {
  const cells = [recipe, seed, withInterval(seen), withInterval(unseen), withInterval(win), final['objective/scores']?.toFixed(2) ?? '–', `${sft['gold/reward'].toFixed(2)} → ${final['gold/reward'].toFixed(2)}`, final['objective/kl'].toFixed(1), `${final['samples/valid_fraction'].toFixed(2)}`, `${final['samples/distinct'].toFixed(2)}`, `${Math.round(seconds)}`];
  return `| ${cells.join(' | ')} |`;
}

const [recipe, ...seeds] = process.argv.slice(2);
const recipes = recipe === undefined ? Object.keys(PROMISES) : [recipe];
let shortfalls = 0;
let baseline;
console.log('| recipe | seed | accuracy, seen | accuracy, unseen | gold win rate | proxy score | gold reward, SFT → now | KL, nats | real names | distinct | seconds |');
console.log('|---|---|---|---|---|---|---|---|---|---|---|');
for (const name of recipes) {
  for (const seed of seeds.length > 0 ? seeds : ['1', '2', '3', '4', '5']) {
    const door = [join(import.meta.dirname, 'run.mjs'), join(import.meta.dirname, 'recipe.ts'), name, '--seed', seed, '--backend', 'wasm', '--json'];
    const { status, stdout, stderr } = spawnSync(process.execPath, door, { encoding: 'utf8', maxBuffer: 2 ** 26 });
    if (status !== 0) {
      console.error(stderr);
      process.exit(status ?? 1);
    }
    const measures = measuresOf(JSON.parse(stdout));
    const holds = PROMISES[name](measures);
    if (!holds) shortfalls += 1;
    ({ pairs: baseline } = measures);
    console.log(`${rowOf(name, seed, measures)}${holds ? '' : ' falls short'}`);
  }
}
const { ceiling, linear_baseline: linear } = baseline;
console.log(`\nLabel noise allows ${three(ceiling.seen)} on seen and ${three(ceiling.unseen)} on unseen names; a linear n-gram reward reaches ${three(linear.seen)} and ${three(linear.unseen)}.`);
console.log(shortfalls === 0 ? 'Every promise holds.' : `${shortfalls} fall short.`);
process.exitCode = shortfalls === 0 ? 0 : 1;
