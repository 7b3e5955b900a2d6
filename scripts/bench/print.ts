/** The report as tables for people. */
import type { Report, Spread } from './report';

const figure = (value: number): string => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(value >= 1 ? 2 : 3));
const spread = ({ median, min, max }: Spread): string => `${figure(median)} [${figure(min)}, ${figure(max)}]`;
const times = (ratios: Record<string, number>): string => Object.entries(ratios).map(([peer, ratio]) => `${ratio.toFixed(1)}× ${peer}`).join(', ');
const percent = (share: number): string => (share > 1e6 ? 'no number' : `${(100 * share).toPrecision(2)} %`);
const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);

function table(title: string, heads: string[], rows: string[][]): string {
  if (rows.length === 0) return '';
  const widths = heads.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i]!.length)));
  // Names at the left, figures at the right.
  const line = (cells: string[]) => cells.map((cell, i) => (i < 2 || i === cells.length - 1 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ').trimEnd();
  return `\n${title}\n${[heads, ...rows].map(line).join('\n')}\n`;
}

export function tables({ machine, training, generation, kernels, host, flat, troubles, claims, seconds }: Report): string {
  return [
    `\n${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${machine.browser}; WebGPU: ${machine.adapter}${machine.is_software_adapter ? ' (software)' : ''}; load before: ${machine.load_before.toFixed(1)}\n`,
    table(
      'Training step, 512 tokens; median [least, most]',
      ['size', 'engine', 'ms/step', 'rounds', 'tokens/s', 'GFLOP/s', 'peak MB', 'deviation', 'steps', 'faster than'],
      training.map((row) => [row.size, row.engine, spread(row.milliseconds_per_step), String(row.milliseconds_per_step.rounds), figure(row.tokens_per_second), figure(row.gflops) + (row.share_of_peak === null ? '' : ` (${percent(row.share_of_peak)} of peak)`), megabytes(row.peak_bytes), percent(row.parity.largest_deviation), String(row.parity.steps), row.counts ? times(row.ratios) : 'does not count: its losses are off']),
    ),
    table(
      'Generation at 0.83M, 48 new tokens a row; * estimated from some columns',
      ['batch', 'engine', 'ms', 'rounds', 'tokens/s', 'same greedy tokens', 'faster than'],
      generation.map((row) => [String(row.batch), row.engine, spread(row.milliseconds) + (row.sampled_columns ? '*' : ''), String(row.milliseconds.rounds), figure(row.tokens_per_second), percent(row.agreement), times(row.ratios)]),
    ),
    table(
      'Host cost of a step: Node on Dawn’s null adapter',
      ['size', 'engine', 'dispatches', 'ms/step', 'rounds', 'less than'],
      host.map((row) => [row.size, row.engine, figure(row.dispatches_per_step), spread(row.milliseconds_per_step), String(row.milliseconds_per_step.rounds), times(row.ratios)]),
    ),
    table(
      'Launches of a training step, each by itself',
      ['launch', 'engine', 'ms/step', 'times', 'ms each', 'GFLOP/s', 'sizes'],
      kernels.map((row) => [row.launch, `${row.engine} ${row.size}`, figure(row.milliseconds.median * row.times_per_step), String(row.times_per_step), spread(row.milliseconds), row.gflops === null ? '–' : figure(row.gflops), row.shape]),
    ),
    table('Memory', ['size', 'engine', 'tensors', 'bytes', 'flat'], flat.map(({ size, engine, early, late, is_flat }) => [size, engine, `${early.tensors} → ${late.tensors}`, `${early.bytes} → ${late.bytes}`, is_flat ? 'yes' : 'no'])),
    table('Claims', ['id', 'says', 'wanted', 'reached', ''], claims.map(({ id, says, wanted, reached, holds }) => [id, says, String(wanted), reached === null ? '–' : figure(reached), holds ? 'holds' : reached === null ? 'not measured' : 'DOES NOT HOLD'])),
    table('Not measured', ['where', 'engine', 'why'], troubles.map(({ where, engine, error }) => [where, engine, error.split('\n')[0]!])),
    `\n${Math.round(seconds)} s\n`,
  ].join('');
}
