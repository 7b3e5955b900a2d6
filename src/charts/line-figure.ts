/** A chart of one or more metrics over steps as one SVG, made from the history and drawn without a browser: lines of a second unit are read on the right-hand axis, as on the page. */
import { bandOf, startOf, type Healthy } from '../contract/health';
import { axesOf, extremes, lineOf, type Axes, type Place, type Size, type Tick } from './axes';
import { keptIndices } from './downsample';
import { numberText } from './format';
import { dashOf } from './line';
import { escaped, fillOf, frameLine, INK, n, strokeOf, svgOf } from './svg';

export interface DrawnLine {
  /** Metric or run. */
  name: string;
  unit: string;
  steps: readonly number[];
  /** As long as `steps`; null where nothing was measured. */
  values: readonly (number | null)[];
}

export interface LineFigure {
  title: string;
  lines: readonly DrawnLine[];
  /** Where the first line is healthy. */
  healthy?: Healthy | undefined;
}

const HEAD = 26;
const LEGEND_LINE = 15;
/** Of a letter of 11 pixels, on average. */
const LETTER = 6;
/** Room for the words of a right-hand axis. */
const RIGHT = 34;
/** Lines of so few points show each. */
const FEW = 60;
/** Air around values, at least, so that an axis always has a length. */
const LEAST = 1e-9;
/** More than this no axis can be divided evenly into. */
const HUGE = 1e100;

/** Steps are whole: between two there is nothing to mark. */
const isWhole = ({ text }: Tick): boolean => !/\.\d+$/.test(text);

const isDrawable = (value: number | null | undefined): value is number => typeof value === 'number' && Math.abs(value) < HUGE;

/** What is drawn of a line: its extremes in every stretch of two pixels, without what no axis has a place for. */
function pointsOf({ steps, values }: DrawnLine, width: number): Place[] {
  const column = values.map((value) => (isDrawable(value) ? value : null));
  return keptIndices(steps.length, [column], Math.max(64, width)).flatMap((i) => {
    const value = column[i];
    return isDrawable(value) ? [{ x: steps[i]!, y: value }] : []; // a place in both
  });
}

/** Ends of an axis around values, with some air. */
function endsOf(values: readonly number[]): [low: number, high: number] {
  if (values.length === 0) return [0, 1];
  const [low, high] = extremes(values, values[0]!); // not empty
  const isFlat = high - low <= 0.02 * Math.abs(high); // else its ticks would differ in their last digits only
  const room = isFlat ? Math.max(Math.abs(high) * 0.1, high === 0 ? 0.1 : LEAST) : Math.max((high - low) * 0.06, LEAST);
  return [low - room, high + room];
}

const shortened = (text: string, most: number): string => (text.length > most ? `${text.slice(0, Math.max(1, most - 1))}…` : text);

/** Lines of a legend, as many beside each other as fit. @returns also how many rows it takes */
function legendOf(lines: readonly DrawnLine[], left: number, top: number, width: number): { rows: number; parts: string[] } {
  const words = lines.map(({ name, unit, values }) => `${name}${unit === '–' ? '' : `, ${unit}`} · last ${numberText(values.findLast((value) => value !== null))}`);
  const column = Math.min(width, words.reduce((most, { length }) => Math.max(most, length), 0) * LETTER + 40);
  const columns = Math.max(1, Math.floor(width / column));
  const parts = words.map((text, i) => {
    const [x, y] = [left + (i % columns) * column, top + Math.floor(i / columns) * LEGEND_LINE];
    return `<g><title>${escaped(text)}</title><path d="M${n(x)} ${n(y)}h22" ${strokeOf(i)} stroke-width="2" stroke-dasharray="${dashOf(i).join(' ') || 'none'}" fill="none"/><text x="${n(x + 28)}" y="${n(y + 4)}">${escaped(shortened(text, Math.floor((column - 28) / LETTER)))}</text></g>`;
  });
  return { rows: Math.ceil(lines.length / columns), parts };
}

function bandPart({ healthy, lines: [first] }: LineFigure, { left, right, top, bottom, atY }: Axes): string[] {
  if (!healthy || !first) return [];
  const { low, high } = bandOf(healthy, startOf(first.steps, first.values));
  const within = (value: number) => Math.min(bottom, Math.max(top, atY(value)));
  const [from, to] = [high === Infinity ? top : within(high), low === -Infinity ? bottom : within(low)];
  return to - from < 0.5 ? [] : [`<rect x="${n(left)}" y="${n(from)}" width="${n(right - left)}" height="${n(to - from)}" fill="${INK.good}" class="good" fill-opacity="0.07"/>`];
}

/** @param size of the plot with its axes; the head and the legend are added to its height */
export function lineFigureOf(figure: LineFigure, size: Size): string {
  const { title, lines } = figure;
  const drawn = lines.map((line) => ({ line, isRight: line.unit !== lines[0]!.unit, points: pointsOf(line, size.width) })); // there is a first where there is any
  const hasRight = drawn.some(({ isRight, points }) => isRight && points.length > 0);
  const plot: Size = { width: size.width - (hasRight ? RIGHT : 0), height: size.height };
  const steps = extremes(drawn.flatMap(({ points }) => points.map(({ x }) => x)), drawn.find(({ points }) => points.length > 0)?.points[0]?.x ?? 0);
  const x = [steps[0], Math.max(steps[1], steps[0] + 1)] as const;
  const axesFor = (right: boolean) => axesOf({ x, y: endsOf(drawn.filter(({ isRight }) => isRight === right).flatMap(({ points }) => points.map(({ y }) => y))) }, plot);
  const [left, right] = [axesFor(false), axesFor(true)];
  const { left: x0, right: x1, top: y0, bottom: y1 } = left;
  const legend = legendOf(lines, x0, HEAD + y1 + 40, size.width - x0 - 8);
  const odd = lines.reduce((sum, { values }) => sum + values.filter((value) => value !== null && !isDrawable(value)).length, 0);
  const about = odd === 0 ? 'step' : `step (not drawn: ${odd === 1 ? 'a value that is' : `${odd} values that are`} no finite number)`;
  return svgOf(title, size.width, HEAD + y1 + 44 + legend.rows * LEGEND_LINE, [
    `<text x="${x0}" y="17" font-size="13" font-weight="600">${escaped(shortened(title, Math.floor((size.width - x0) / 7)))}</text>`,
    `<g transform="translate(0 ${HEAD})">`,
    ...bandPart(figure, left),
    ...left.yTicks.map(({ at, text }) => `${frameLine(`M${x0} ${n(at)}H${n(x1)}`, 'grid')}<text x="${x0 - 4}" y="${n(at + 3.5)}" text-anchor="end">${text}</text>`),
    ...(hasRight ? right.yTicks.map(({ at, text }) => `<text x="${n(x1 + 4)}" y="${n(at + 3.5)}">${text}</text>`) : []),
    ...left.xTicks.filter(isWhole).map(({ at, text }) => `${frameLine(`M${n(at)} ${y0}V${y1}`, 'grid')}<text x="${n(at)}" y="${y1 + 14}" text-anchor="middle">${text}</text>`),
    frameLine(`M${x0} ${y1}H${n(x1)}`, 'axis'),
    ...drawn.flatMap(({ points, isRight }, i) => {
      const axes = isRight ? right : left;
      const dots = points.length > FEW ? [] : points.map(({ x: step, y }) => `<circle cx="${n(axes.atX(step))}" cy="${n(axes.atY(y))}" r="2" ${fillOf(i)}/>`);
      const dashes = dashOf(i).join(' ') || 'none';
      return [...(points.length > 1 ? [`<path d="${lineOf(points, axes)}" ${strokeOf(i)} stroke-width="1.75" stroke-dasharray="${dashes}" stroke-linejoin="round" fill="none"/>`] : []), ...dots];
    }),
    ...(drawn.every(({ points }) => points.length === 0) ? [`<text x="${n((x0 + x1) / 2)}" y="${n((y0 + y1) / 2)}" text-anchor="middle" fill="${INK.soft}" class="soft">nothing measured</text>`] : []),
    `<text x="${n(x1)}" y="${y1 + 26}" text-anchor="end" fill="${INK.soft}" class="soft">${about}${hasRight ? ` · right-hand axis: ${escaped(lines.find(({ unit }) => unit !== lines[0]!.unit)?.unit ?? '')}` : ''}</text>`,
    '</g>',
    ...legend.parts,
  ]);
}
