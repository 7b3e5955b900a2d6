/** Which checkpoints of a stage stay beside the newest: chosen for a run when it is made, and followed at every commit and clean-up. Pure. */
import type { MetricColumns } from '../contract/metrics';
import type { Retention } from '../contract/run';

/** Parts that a stage is cut into by `spread`. */
const PARTS = 10;

export interface Kept {
  step: number;
  /** Gold reward measured last before it; none where nobody measured. */
  gold?: number;
}

/** What these rows measured last up to a step, to keep with its checkpoint. */
export function goldIn({ steps, columns }: MetricColumns, upTo: number): { gold?: number } {
  const measured = columns['gold/reward'];
  for (let i = steps.length - 1; i >= 0; i--) {
    const gold = measured?.[i];
    if (steps[i]! <= upTo && gold !== null && gold !== undefined) return { gold }; // i is a place of steps
  }
  return {};
}

/**
 * The checkpoints that go, whatever order they come in.
 * @param newest how many of the newest stay; at least one does
 * @param total steps of the stage
 */
export function outdated<Checkpoint extends Kept>(checkpoints: readonly Checkpoint[], newest: number, rule: Retention | undefined, total: number): Checkpoint[] {
  const rising = checkpoints.toSorted((a, b) => a.step - b.step);
  const stay = new Set(rising.slice(-Math.max(1, newest)));
  if (rule === 'best') {
    const best = rising.reduce<Checkpoint | undefined>((found, each) => (each.gold !== undefined && each.gold > (found?.gold ?? -Infinity) ? each : found), undefined);
    if (best) stay.add(best);
  }
  if (rule === 'spread') {
    // The first of each part: it was there before any later one, so what stays does not depend on when one looks.
    const partOf = ({ step }: Kept) => Math.floor((step * PARTS) / Math.max(1, total));
    rising.forEach((each, i) => {
      const before = rising[i - 1];
      if (partOf(each) > 0 && (!before || partOf(before) < partOf(each))) stay.add(each);
    });
  }
  return rising.filter((each) => !stay.has(each));
}
