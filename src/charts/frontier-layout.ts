/** Where everything of a plot of reward against √KL stands: pure geometry, drawn as SVG by the page and by the batch door. */
import type { Path } from '../experiments/frontier';
import { tickTexts } from './format';

/** Kinds of curve: the reward that training sees, the true one, and the law fitted to the true one. */
export type Kind = 'proxy' | 'gold' | 'fit';

export interface Curve {
  /** Place among the paths, which decides the hue. */
  index: number;
  kind: Kind;
  /** Of an SVG path. */
  d: string;
}

export interface Tick {
  at: number;
  text: string;
}

export interface FrontierLayout {
  left: number;
  top: number;
  right: number;
  bottom: number;
  xTicks: readonly Tick[];
  yTicks: readonly Tick[];
  /** Height of reward 0, where every path begins. */
  zero: number;
  curves: readonly Curve[];
  /** Highest gold reward of each path. */
  peaks: readonly { index: number; x: number; y: number }[];
}

const MARGIN = { left: 40, top: 8, right: 10, bottom: 24 } as const;

/** Steps between ticks of 1, 2 or 5 times a power of ten. */
function ticksOf(low: number, high: number, about: number): number[] {
  const rough = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((mantissa) => mantissa * power >= rough) ?? 10);
  const ticks: number[] = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) ticks.push(i * step);
  return ticks;
}

const extremes = (values: readonly number[], low: number, high: number): [number, number] => [values.reduce((a, b) => Math.min(a, b), low), values.reduce((a, b) => Math.max(a, b), high)];

/** @param width, height of the whole drawing, in its own pixels */
export function layoutFrontier(paths: readonly Path[], { width, height }: { width: number; height: number }): FrontierLayout {
  const points = paths.flatMap(({ proxy, gold }) => [...proxy, ...gold]);
  const [, far] = extremes(points.map(({ x }) => x), 0, 0);
  const [low, high] = extremes(points.map(({ y }) => y), 0, 0);
  const right = Math.max(far, 0.1) * 1.02;
  const room = Math.max(high - low, 0.1) * 0.06;
  const [bottom, top] = [low - (low < 0 ? room : 0), Math.max(high, low + 0.1) + room];
  const box = { left: MARGIN.left, top: MARGIN.top, right: width - MARGIN.right, bottom: height - MARGIN.bottom };
  const atX = (x: number) => box.left + (x / right) * (box.right - box.left);
  const atY = (y: number) => box.bottom - ((y - bottom) / (top - bottom)) * (box.bottom - box.top);
  const lineOf = (line: readonly { x: number; y: number }[]) => line.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${atX(x).toFixed(1)} ${atY(y).toFixed(1)}`).join('');
  const labelled = (ticks: readonly number[], at: (value: number) => number): Tick[] => tickTexts(ticks, (ticks[1] ?? 1) - (ticks[0] ?? 0)).map((text, i) => ({ at: at(ticks[i]!), text })); // one text a tick
  return {
    ...box,
    xTicks: labelled(ticksOf(0, right, Math.max(2, (box.right - box.left) / 60)), atX),
    yTicks: labelled(ticksOf(bottom, top, Math.max(2, (box.bottom - box.top) / 36)), atY),
    zero: atY(0),
    curves: paths.flatMap(({ proxy, gold, fitted = [] }, index): Curve[] => [
      ...(fitted.length > 1 ? [{ index, kind: 'fit' as const, d: lineOf(fitted) }] : []),
      ...(proxy.length > 1 ? [{ index, kind: 'proxy' as const, d: lineOf(proxy) }] : []),
      ...(gold.length > 1 ? [{ index, kind: 'gold' as const, d: lineOf(gold) }] : []),
    ]),
    peaks: paths.flatMap(({ peak }, index) => (peak ? [{ index, x: atX(peak.x), y: atY(peak.y) }] : [])),
  };
}
