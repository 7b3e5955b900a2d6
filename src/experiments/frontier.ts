/**
 * Reward against distance (Gao, Schulman and Hilton 2022, arXiv:2210.10760): x is √KL to where the policy began, in √nats,
 * y the proxy reward and the gold reward, each less what it was there. Pure.
 */
import type { MetricColumns, MetricName } from '../contract/metrics';
import type { Fit, Point } from './over-optimisation-fits';

/** One policy on its way: how far it went, and what that bought by the measure it was trained on and by the true one. */
export interface Path {
  name: string;
  /** Empty where the method has no reward model. */
  proxy: readonly Point[];
  gold: readonly Point[];
  /** Of the gold reward; none where there are too few points. */
  fit?: Fit;
}

export interface Frontier {
  title: string;
  /** Unit of the gold reward. */
  goldUnit: string;
  paths: readonly Path[];
}

/** Rollouts are small, so neighbouring steps are averaged: about so many points a path. */
const POINTS = 24;

interface Measured {
  kl: number;
  proxy: number | undefined;
  gold: number;
}

/** Rows of a history that say both how far the policy is and what it is worth. A rollout measures proxy and gold on the same answers; without one, evaluations do. */
function measuredRows({ steps, columns }: MetricColumns): Measured[] {
  const gold: MetricName = columns['objective/gold'] ? 'objective/gold' : 'gold/reward';
  return steps.flatMap((_, i) => {
    const at = (name: MetricName) => columns[name]?.[i] ?? undefined;
    const [kl, truth] = [at('objective/kl'), at(gold)];
    return kl === undefined || truth === undefined ? [] : [{ kl, proxy: at('objective/scores'), gold: truth }];
  });
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function averaged(rows: readonly Measured[]): Measured[] {
  const size = Math.max(1, Math.ceil(rows.length / POINTS));
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, i) => {
    const block = rows.slice(i * size, (i + 1) * size);
    const proxies = block.flatMap(({ proxy }) => proxy ?? []);
    return { kl: mean(block.map(({ kl }) => kl)), gold: mean(block.map(({ gold }) => gold)), proxy: proxies.length === 0 ? undefined : mean(proxies) };
  });
}

/** The way of one stage; null where it measured no distance. Both rewards are less those of the first point, which is (nearly) the policy it began as. */
export function pathOf(name: string, history: MetricColumns): Path | null {
  const rows = averaged(measuredRows(history));
  const [start] = rows;
  if (!start) return null;
  const x = ({ kl }: Measured) => Math.sqrt(Math.max(0, kl)); // an estimate near 0 may fall below it
  return {
    name,
    proxy: rows.flatMap((row) => (row.proxy === undefined || start.proxy === undefined ? [] : [{ x: x(row), y: row.proxy - start.proxy }])),
    gold: rows.map((row) => ({ x: x(row), y: row.gold - start.gold })),
  };
}

/** Where the gold reward is highest. */
export const peakOf = (points: readonly Point[]): Point | undefined => points.reduce<Point | undefined>((best, point) => (best && best.y >= point.y ? best : point), undefined);
