/**
 * Writes the README's table of speed from a report of the bench, between its two marks:
 *   npm run bench -- --json > report.json, then node scripts/run.mjs scripts/bench/readme.ts report.json
 * The report is kept beside this file, so that a test can hold the README to it.
 */
import { readFile, writeFile } from 'node:fs/promises';
import type { Report } from './report';

export const KEPT = 'scripts/bench/report.json';
const START = '<!-- bench: made by scripts/bench/readme.ts -->';
const END = '<!-- end of bench -->';

const round = (value: number): string => (value >= 100 ? Math.round(value).toLocaleString('en') : value >= 10 ? value.toFixed(1) : value.toFixed(2));
const times = (ratios: Record<string, number>): string => Object.entries(ratios).map(([peer, ratio]) => `${ratio.toFixed(1)}× ${peer}`).join(', ') || '–';
const LABEL: Readonly<Record<string, string>> = { 'nudge wasm': '**Nudge**, WASM', 'nudge wasm fast': '**Nudge**, WASM, relaxed SIMD', 'nudge webgpu': '**Nudge**, WebGPU', 'tfjs wasm': 'TF.js, WASM', 'tfjs webgpu': 'TF.js, WebGPU', 'jax-js wasm': 'jax-js, WASM', 'jax-js webgpu': 'jax-js, WebGPU' };
const label = (engine: string): string => LABEL[engine] ?? engine;

/** The part of the README that the report decides, marks included. */
export function tableOf({ machine, date, training, generation, host, claims }: Report): string {
  const table = (heads: string[], rows: string[][]): string => [heads, heads.map((_, i) => (i === 0 ? '---' : i === heads.length - 1 ? ':---' : '---:')), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  const sizes = [...new Set(training.map(({ size }) => size))];
  const missed = claims.filter(({ holds, reached }) => !holds && reached !== null);
  return [
    START,
    `${machine.cpu}, ${machine.cores} cores, ${machine.browser}; WebGPU on ${machine.adapter}${machine.is_software_adapter ? ', a software adapter: its times show ratios, not what a GPU does' : ''}; ${date.slice(0, 10)}. One thread for each engine on WASM, 512 tokens a step, medians of alternating rounds.`,
    ...sizes.flatMap((size) => [`\nA training step, ${size} parameters:\n`, table(['engine', 'ms', 'tokens/s', 'Nudge is faster than'], training.filter((row) => row.size === size).map((row) => [label(row.engine), round(row.milliseconds_per_step.median), round(row.tokens_per_second), row.counts ? times(row.ratios) : 'its losses are off']))]),
    '\n48 new tokens for each of 64 texts, 0.83M parameters:\n',
    table(['engine', 'ms', 'tokens/s', 'Nudge is faster than'], generation.filter(({ batch }) => batch === 64).map((row) => [label(row.engine), `${round(row.milliseconds.median)}${row.sampled_columns ? ' (estimated)' : ''}`, round(row.tokens_per_second), times(row.ratios)])),
    '\nWhat the page’s thread pays for a step on WebGPU, whatever the GPU (an adapter that does nothing, 0.83M parameters):\n',
    table(['engine', 'dispatches', 'ms', 'Nudge is faster than'], host.filter(({ size }) => size === '0.83M').map((row) => [label(row.engine), String(row.dispatches_per_step), round(row.milliseconds_per_step.median), times(row.ratios)])),
    ...(missed.length > 0 ? [`\nWanted and not reached here: ${missed.map(({ says, wanted, reached }) => `${says}: ${round(reached ?? 0)}, wanted ${wanted}`).join('; ')}.`] : []),
    END,
  ].join('\n');
}

/** @returns the README with the report's table in its place */
export function withTable(readme: string, report: Report): string {
  const [from, to] = [readme.indexOf(START), readme.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`withTable: want a README with the marks ${START} and ${END}, got one without`);
  return readme.slice(0, from) + tableOf(report) + readme.slice(to + END.length);
}

export async function main([file = KEPT]: string[]): Promise<number> {
  const text = await readFile(file, 'utf8');
  const report = JSON.parse(text.slice(text.indexOf('{'))) as Report; // our own; npm may print a line before it
  await writeFile('README.md', withTable(await readFile('README.md', 'utf8'), report));
  await writeFile(KEPT, `${JSON.stringify(report, null, 1)}\n`);
  return 0;
}
