/** Where everything of a plot of reward against √KL stands: pure geometry, drawn as SVG by the page and by the batch door. */
import type { Path } from '../experiments/frontier';
import { axesOf, extremes, lineOf, type Axes, type Size } from './axes';

/** Kinds of curve: the reward that training sees, the true one, and the law fitted to the true one. */
export type Kind = 'proxy' | 'gold' | 'fit';

export interface Curve {
  /** Place among the paths, which decides the hue. */
  index: number;
  kind: Kind;
  /** Of an SVG path. */
  d: string;
}

export interface FrontierLayout extends Axes {
  /** Height of reward 0, where every path begins. */
  zero: number;
  curves: readonly Curve[];
  /** Highest gold reward of each path. */
  peaks: readonly { index: number; x: number; y: number }[];
}

/** There are more paths than hues: after each round of these another shape stands on the points of a path. In a box of 8 by 8. */
const SHAPES = [{ sign: '', points: '' }, { sign: '■', points: '1,1 7,1 7,7 1,7' }, { sign: '▲', points: '4,0.5 7.5,7 0.5,7' }, { sign: '◆', points: '4,0 8,4 4,8 0,4' }] as const;

/** @param hues how many there are */
export const shapeAt = (index: number, hues: number): (typeof SHAPES)[number] => SHAPES[Math.floor(index / hues) % SHAPES.length]!; // the remainder is a place in the list

export function layoutFrontier(paths: readonly Path[], size: Size): FrontierLayout {
  const points = paths.flatMap(({ proxy, gold }) => [...proxy, ...gold]);
  const [, far] = extremes(points.map(({ x }) => x), 0);
  const [low, high] = extremes(points.map(({ y }) => y), 0);
  const room = Math.max(high - low, 0.1) * 0.06;
  const axes = axesOf({ x: [0, Math.max(far, 0.1) * 1.02], y: [low - (low < 0 ? room : 0), Math.max(high, low + 0.1) + room] }, size);
  const curve = (index: number, kind: Kind, line: readonly { x: number; y: number }[]): Curve[] => (line.length > 1 ? [{ index, kind, d: lineOf(line, axes) }] : []);
  return {
    ...axes,
    zero: axes.atY(0),
    curves: paths.flatMap(({ proxy, gold, fitted = [] }, index) => [...curve(index, 'fit', fitted), ...curve(index, 'proxy', proxy), ...curve(index, 'gold', gold)]),
    peaks: paths.flatMap(({ peak }, index) => (peak ? [{ index, x: axes.atX(peak.x), y: axes.atY(peak.y) }] : [])),
  };
}
