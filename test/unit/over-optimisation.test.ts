/** The report on following proxies, from made-up runs, and its drawing as a file. */
import { expect, test } from 'vitest';
import { appendRow, emptyColumns, type MetricColumns } from '../../src/contract/metrics';
import type { RunResult } from '../../src/experiments';
import { overOptimisation } from '../../src/experiments/over-optimisation';
import { predicted } from '../../src/experiments/over-optimisation-fits';
import { figureOf } from '../../src/charts/frontier-figure';

/** A policy that goes on to √KL 3: the proxy climbs, gold follows the law of RL. */
function followed(a: number, b: number): MetricColumns {
  const history = emptyColumns();
  for (let step = 0; step <= 12; step++) {
    const d = step / 4;
    appendRow(history, step, { 'objective/kl': d * d, 'objective/scores': 1 + d, 'objective/gold': 0.3 + predicted({ law: 'rl', a, b }, d) });
  }
  return history;
}

function judged(seen: number): MetricColumns {
  const history = emptyColumns();
  appendRow(history, 1, { eval_seen_accuracy: seen, eval_unseen_accuracy: seen - 0.1 });
  return history;
}

/** Larger a for the large proxy: it turns later. */
const results = overOptimisation.plan([1, 2], []).map((config): RunResult => ({
  config,
  stages: config.stages.map(({ id }) => ({ id, seconds: 1, history: id.startsWith('reward-') ? judged(id === 'reward-large' ? 0.8 : 0.7) : id === 'ppo-large' ? followed(1, 0.6) : id.startsWith('ppo-') ? followed(0.6, 0.6) : emptyColumns() })),
}));
const { tables, frontiers } = overOptimisation.report(results);
const rowNamed = (name: RegExp) => tables[0]!.rows.find((row) => name.test(row.name))!;
const cell = (row: RegExp, column: string) => rowNamed(row).cells[tables[0]!.columns.findIndex(({ name }) => name === column)]!;

test('plans for each seed one run of all proxies, of three sizes and three numbers of labels', () => {
  const shapes = new Set(results[0]!.config.stages.filter(({ train }) => train.algorithm === 'reward-model').map(({ model }) => model?.width ?? 64));
  const labels = new Set(results[0]!.config.stages.flatMap(({ train }) => (train.algorithm === 'reward-model' ? [train.labels] : [])));
  expect([shapes.size, labels.size]).toEqual([3, 3]);
  expect(results.map(({ config }) => config.seed)).toEqual([1, 2]);
});

test('says what each judge is, where the truth is highest, and what the law says of it', () => {
  expect(tables[0]!.rows.map(({ name }) => name)).toContain('ppo, width 64, 2 layers, 40,000 labels, 1,600 steps');
  expect(cell(/^ppo, width 64, 2 layers, 40,000 labels, 1,600/, 'accuracy, seen').mean).toBe(0.8);
  // d(1 − 0.6 ln d) is highest at exp(1/0.6 − 1) = 1.95, between the points 1.75 and 2.
  expect(cell(/^ppo, width 64, 2 layers, 40,000 labels, 1,600/, 'fitted turn').mean).toBeCloseTo(Math.exp(1 / 0.6 - 1), 6);
  expect(cell(/^ppo, width 64, 2 layers, 40,000 labels, 1,600/, '√KL of the peak').mean).toBe(2);
  expect(cell(/^ppo, width 16/, '√KL of the peak').mean).toBe(1);
  expect(cell(/^ppo, width 16/, 'R² of the fit').mean).toBeCloseTo(1, 8);
  expect(cell(/^ppo, width 16/, 'proxy at the end').mean).toBe(3);
});

test('draws sizes on one plot and labels on another, each differing in nothing else', () => {
  const ppo = frontiers.filter(({ title }) => title.startsWith('ppo'));
  expect(ppo.map(({ paths }) => paths.length)).toEqual([3, 3]);
  const [sizes, labels] = ppo.map(({ paths }) => paths.map(({ name }) => name.split(', ')));
  const differing = (names: string[][]) => names[0]!.map((_, i) => new Set(names.map((parts) => parts[i])).size);
  expect(differing(sizes!)).toEqual([3, 2, 1, 1]); // width and layers; labels and steps are the same
  expect(differing(labels!)).toEqual([1, 1, 3, 1]);
});

test('is drawn as one file of well-formed SVG with every curve in it', () => {
  const svg = figureOf('A < B & "C"', frontiers);
  const drawing = new RegExp('<(?:svg|g|text|title|path|rect|circle)[ >]', 'g');
  expect(svg.match(drawing)!.length).toBeGreaterThan(50);
  expect(svg).toContain('A &lt; B &amp; &quot;C&quot;');
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
  for (const tag of ['g', 'text', 'svg']) expect(svg.split(`<${tag}`).length, tag).toBe(svg.split(`</${tag}>`).length);
});

test('of no runs is empty', () => {
  expect(overOptimisation.report([])).toMatchObject({ tables: [], frontiers: [] });
});
