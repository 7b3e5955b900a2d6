/** Where everything of a plot of several curves with their intervals stands: pure geometry. */
import type { Curve } from '../experiments/curves';
import { axesOf, extremes, lineOf, type Axes, type Size } from './axes';

export interface CurveLayout extends Axes {
  /** `d` of the SVG paths; `index` is the place among the curves, which decides the hue. */
  lines: readonly { index: number; line: string; band: string }[];
}

/** @param shown whether the curve of a name is drawn: the axes fit what is */
export function layoutCurves(curves: readonly Curve[], size: Size, shown: (name: string) => boolean = () => true): CurveLayout {
  const drawn = curves.flatMap((curve, index) => (curve.points.length > 0 && shown(curve.name) ? [{ ...curve, index }] : []));
  const values = drawn.flatMap(({ points }) => points.flatMap(({ value: { low, high } }) => [low, high]));
  const [low, high] = values.length === 0 ? [0, 1] : extremes(values, values[0]!); // not empty
  const room = Math.max(high - low, Math.abs(high) * 0.02, 1e-9) * 0.06;
  const axes = axesOf({ x: [0, 1], y: [low - room, high + room] }, size);
  return {
    ...axes,
    lines: drawn.map(({ points, index }) => {
      const along = (of: 'mean' | 'low' | 'high') => points.map(({ at, value }) => ({ x: at, y: value[of] }));
      return { index, line: lineOf(along('mean'), axes), band: `${lineOf([...along('high'), ...along('low').toReversed()], axes)}Z` };
    }),
  };
}
