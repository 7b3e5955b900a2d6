/** uPlot's options for our lines: fixed axis widths so that nothing moves while numbers grow, healthy band and event marks by hooks. */
import uPlot from 'uplot';
import type { Band } from '../contract/health';
import { logTicks, plainText, tickTexts } from './format';
import { dashOf, scaleOf, type Line, type Mark } from './line';
import { SERIES_COUNT, theme } from './theme.svelte';
import type { PlotOptions } from './uplot.svelte';

export interface PlotSetup {
  lines: readonly Line[];
  smoothed: boolean;
  log: boolean;
  syncKey: string | undefined;
  /** Read while drawing, so not values but ways to get them. */
  total: () => number | undefined;
  marks: () => readonly Mark[];
  /** Where the first line is healthy. */
  band: () => Band | null;
  isRare: (line: number) => boolean;
  /** Of letters and lines, 1 being that of a page: what is projected has larger ones. */
  scale?: number;
  onCursor: (chart: uPlot) => void;
}

const AXIS_WIDTH = 44;
const AXIS_HEIGHT = 24;
/** How pale the measured line is under its smoothed one. */
const PALE = 0.28;

export function plotOptions(setup: PlotSetup): PlotOptions {
  const { lines, smoothed, log, scale = 1 } = setup;
  const right = lines.findIndex((_, i) => scaleOf(lines, i) === 'right');
  const yScale = (unit: string): uPlot.Scale => ({ distr: log ? 3 : 1, range: log ? logRange : linearRange(unit) });
  return {
    padding: [6 * scale, right >= 0 ? 0 : 18 * scale, 0, 0],
    legend: { show: false },
    cursor: {
      x: true,
      y: false,
      drag: { x: false, y: false },
      hover: { skip: [null, undefined] },
      points: { size: (_, series) => (smoothed && series % 2 === 1 ? 0 : 7 * scale), width: 0, fill: (_, series) => colourOf(lineOf(series, smoothed)) },
      ...(setup.syncKey === undefined ? {} : { sync: { key: setup.syncKey, setSeries: false, scales: ['x', null] } }),
    },
    scales: {
      // The data's own last step: for a single point uPlot proposes a range of its own.
      x: { time: false, range: ({ data: [steps] }) => [Math.min(0, steps[0] ?? 0), Math.max(setup.total() ?? 0, steps.at(-1) ?? 0, 1)] },
      left: yScale(lines[0]?.unit ?? ''),
      ...(right >= 0 ? { right: yScale(lines[right]!.unit) } : {}),
    },
    axes: [
      { ...axisLook(scale), size: AXIS_HEIGHT * scale, space: 44 * scale, incrs: (_, __, low, high) => wholeSteps(high - low), values: (_, ticks, __, ___, step) => tickTexts(ticks, step) },
      { ...axisLook(scale), scale: 'left', ...yLook(log, scale) },
      ...(right >= 0 ? [{ ...axisLook(scale), scale: 'right', side: 1 as const, ...yLook(log, scale), grid: { show: false } }] : []),
    ],
    series: [{}, ...lines.flatMap((_, i) => seriesOf(setup, i))],
    hooks: { drawClear: [(chart) => drawHealthy(chart, setup.band(), log)], draw: [(chart) => drawMarks(chart, setup.marks())], setCursor: [setup.onCursor] },
  };
}

const lineOf = (series: number, smoothed: boolean): number => (smoothed ? Math.floor((series - 1) / 2) : series - 1);
const colourOf = (line: number): string => theme().series[line % SERIES_COUNT]!;

function seriesOf({ lines, smoothed, isRare, scale = 1 }: PlotSetup, i: number): uPlot.Series[] {
  const line: uPlot.Series = {
    scale: scaleOf(lines, i),
    stroke: () => colourOf(i),
    width: 1.5 * scale,
    dash: dashOf(i).map((length) => length * scale * uPlot.pxRatio),
    spanGaps: true,
    pxAlign: 0,
    points: { show: () => isRare(i), size: 5 * scale, width: 1.5 * scale, fill: () => theme().panel },
  };
  if (!smoothed) return [line];
  return [
    { ...line, alpha: PALE },
    { ...line, points: { show: false } },
  ];
}

const axisLook = (scale: number): uPlot.Axis => ({
  font: `${11 * scale}px system-ui, sans-serif`,
  gap: 4 * scale,
  stroke: () => theme().inkSoft,
  grid: { stroke: () => theme().grid, width: 1 },
  ticks: { show: false },
});

const yLook = (log: boolean, scale: number): uPlot.Axis => ({
  size: AXIS_WIDTH * scale,
  space: 28 * scale,
  ...(log
    ? { splits: (_, __, low, high) => logTicks(low, high), filter: (_, ticks) => ticks, values: (_, ticks) => ticks.map(plainText) }
    : { values: (_, ticks, __, ___, step) => tickTexts(ticks, step) }),
});

/** Steps are whole numbers, so their ticks are too. */
function wholeSteps(span: number): number[] {
  const rungs: number[] = [];
  for (let decade = 1; decade <= Math.max(10, span); decade *= 10) rungs.push(decade, 2 * decade, 5 * decade);
  return rungs;
}

/** Room above and below, but never past 0 or 1 for a fraction. */
function linearRange(unit: string): uPlot.Range.Function {
  const hard = unit === 'fraction' ? { low: { hard: 0 }, high: { hard: 1 } } : { low: {}, high: {} };
  return (_, low, high) => {
    // uPlot passes null for both while there is no data, though its types say number.
    if ((low as number | null) === null) return [0, 1];
    if (low === 0 && high === 0) return [0, 1]; // uPlot would show a hundred
    if (low === high) return padded(low - Math.abs(low) / 10, high + Math.abs(high) / 10);
    return padded(low, high);
  };
  function padded(low: number, high: number): uPlot.Range.MinMax {
    return uPlot.rangeNum(low, high, { min: { pad: 0.08, soft: 0, mode: 3, ...hard.low }, max: { pad: 0.08, soft: 0, mode: 3, ...hard.high } });
  }
}

const logRange: uPlot.Range.Function = (_, low, high) => ((low as number | null) === null ? [1, 10] : uPlot.rangeLog(low, high, 10, false)); // null as above

/** The band in which the first line is healthy. Open ends reach to the edge of the plot, and so does what has no logarithm. */
function drawHealthy(chart: uPlot, band: Band | null, log: boolean): void {
  if (!band || chart.data[0].length === 0) return;
  const { left, top, width, height } = chart.bbox;
  const bottom = top + height;
  const position = (value: number) => Math.min(bottom, Math.max(top, chart.valToPos(value, 'left', true)));
  const hasPlace = (value: number) => Number.isFinite(value) && (!log || value > 0);
  const upper = hasPlace(band.high) ? position(band.high) : band.high > 0 ? top : bottom;
  const lower = hasPlace(band.low) ? position(band.low) : bottom;
  const { ctx } = chart;
  ctx.save();
  ctx.fillStyle = theme().good;
  ctx.globalAlpha = 0.08;
  ctx.fillRect(left, upper, width, lower - upper);
  ctx.globalAlpha = 0.5;
  for (const edge of [upper, lower]) if (edge > top && edge < bottom) ctx.fillRect(left, Math.round(edge), width, 1);
  ctx.restore();
}

/** A thin line from top to bottom where something happened. */
function drawMarks(chart: uPlot, marks: readonly Mark[]): void {
  const { left, top, width, height } = chart.bbox;
  const { ctx } = chart;
  ctx.save();
  ctx.fillStyle = theme().edge;
  ctx.globalAlpha = 0.7;
  for (const { step } of marks) {
    const x = Math.round(chart.valToPos(step, 'x', true));
    if (x < left || x > left + width) continue;
    ctx.fillRect(x, top, uPlot.pxRatio, height);
    ctx.fillRect(x - 2 * uPlot.pxRatio, top, 5 * uPlot.pxRatio, 3 * uPlot.pxRatio);
  }
  ctx.restore();
}
