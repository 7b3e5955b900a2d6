/** Axes of the plots that we draw ourselves: where a value stands, and ticks at round numbers. Pure geometry, for the page and for files. */
import { tickTexts } from './format';

export interface Tick {
  at: number;
  text: string;
}

export interface Size {
  /** Of the whole drawing, in its own pixels. */
  width: number;
  height: number;
}

export interface Axes {
  left: number;
  top: number;
  right: number;
  bottom: number;
  xTicks: readonly Tick[];
  yTicks: readonly Tick[];
  atX(value: number): number;
  atY(value: number): number;
}

export interface Place {
  x: number;
  y: number;
}

const MARGIN = { left: 40, top: 8, right: 10, bottom: 24 } as const;

/** Ends of the axes, in values; low below high. */
export interface Ends {
  x: readonly [low: number, high: number];
  y: readonly [low: number, high: number];
}

export function axesOf({ x: [x0, x1], y: [y0, y1] }: Ends, { width, height }: Size): Axes {
  const box = { left: MARGIN.left, top: MARGIN.top, right: width - MARGIN.right, bottom: height - MARGIN.bottom };
  const atX = (value: number) => box.left + ((value - x0) / (x1 - x0)) * (box.right - box.left);
  const atY = (value: number) => box.bottom - ((value - y0) / (y1 - y0)) * (box.bottom - box.top);
  const labelled = (ticks: readonly number[], at: (value: number) => number): Tick[] => tickTexts(ticks, (ticks[1] ?? 1) - (ticks[0] ?? 0)).map((text, i) => ({ at: at(ticks[i]!), text })); // one text a tick
  return {
    ...box,
    xTicks: labelled(ticksOf(x0, x1, Math.max(2, (box.right - box.left) / 60)), atX),
    yTicks: labelled(ticksOf(y0, y1, Math.max(2, (box.bottom - box.top) / 36)), atY),
    atX,
    atY,
  };
}

/** `d` of an SVG path through points given in values. */
export const lineOf = (line: readonly Place[], { atX, atY }: Pick<Axes, 'atX' | 'atY'>): string =>
  line.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${atX(x).toFixed(1)} ${atY(y).toFixed(1)}`).join('');

/** The lowest and the highest, and `around` if it lies outside them. */
export const extremes = (values: readonly number[], around: number): [low: number, high: number] => [values.reduce((a, b) => Math.min(a, b), around), values.reduce((a, b) => Math.max(a, b), around)];

/** About so many ticks, their steps 1, 2 or 5 times a power of ten. `low` is below `high`. */
export function ticksOf(low: number, high: number, about: number): number[] {
  const rough = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((mantissa) => mantissa * power >= rough) ?? 10);
  const ticks: number[] = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) ticks.push(i * step);
  return ticks;
}
