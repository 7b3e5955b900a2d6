/**
 * Reward against distance (Gao, Schulman and Hilton 2022, arXiv:2210.10760): x is √KL to where the policy began, in √nats,
 * y the proxy reward and the gold reward, each less what it was there. Pure.
 */
import { ALGORITHMS, type AlgorithmId, type AlgorithmInfo } from '../contract/algorithms';
import { appendRow, emptyColumns, type MetricColumns, type MetricName, type MetricRow } from '../contract/metrics';
import { fitOf, predicted, type Fit, type Law, type Point } from './over-optimisation-fits';

/** One policy on its way: how far it went, and what that bought by the measure it was trained on and by the true one. */
export interface Path {
  name: string;
  /** Empty where the method has no reward model. */
  proxy: readonly Point[];
  gold: readonly Point[];
  /** Where the gold reward is highest. */
  peak?: Point;
  /** The law of its kind of method fitted to the gold reward, and the curve that it draws; none where there are too few points. */
  fit?: Fit;
  fitted?: readonly Point[];
}

export interface Frontier {
  title: string;
  /** Unit of the gold reward. */
  goldUnit: string;
  paths: readonly Path[];
}

/** Of the sizes n of best-of-n about so many are drawn, growing by an equal factor. */
const SIZES = 24;
/** A path of rollouts is cut into stretches of at least this part of the whole distance. */
const STRETCH = 1 / 12;
/** Of a fitted curve. */
const FINE = 48;

interface Measured {
  kl: number;
  proxy: number | undefined;
  gold: number;
}

/** Rows of a history that say both how far the policy is and what it is worth. A rollout measures proxy and gold on the same answers; without one, evaluations do. The proxy is what the reward model says, before penalties and normalisation, which differ by method. */
function measuredRows({ steps, columns }: MetricColumns): Measured[] {
  const gold: MetricName = columns['objective/gold'] ? 'objective/gold' : 'gold/reward';
  return steps.flatMap((_, i) => {
    const at = (name: MetricName) => columns[name]?.[i] ?? undefined;
    const [kl, truth] = [at('objective/kl'), at(gold)];
    return kl === undefined || truth === undefined ? [] : [{ kl, proxy: at('objective/raw_scores') ?? at('objective/scores'), gold: truth }];
  });
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** √KL, √nats; an estimate near 0 may fall below it. */
const distance = ({ kl }: Pick<Measured, 'kl'>): number => Math.sqrt(Math.max(0, kl));

/** A rollout is small and noisy, so neighbouring ones are averaged for as long as the policy stays about where it was: standing still is one point, however many steps it takes. */
function averaged(rows: readonly Measured[]): Measured[] {
  const least = STRETCH * rows.reduce((most, row) => Math.max(most, distance(row)), 0);
  const stretches: Measured[][] = [];
  /** Of the distances of the stretch that is growing. */
  let sum = 0;
  for (const row of rows) {
    const here = stretches.at(-1);
    const far = distance(row);
    if (here && Math.abs(far - sum / here.length) < least) {
      here.push(row);
      sum += far;
    } else {
      stretches.push([row]);
      sum = far;
    }
  }
  return stretches.map((stretch) => {
    const proxies = stretch.flatMap(({ proxy }) => proxy ?? []);
    return { kl: mean(stretch.map(({ kl }) => kl)), gold: mean(stretch.map(({ gold }) => gold)), proxy: proxies.length === 0 ? undefined : mean(proxies) };
  });
}

/** Rows of sizes n that grow by an equal factor, from 1 to the largest: distances then lie about evenly, and a fit is not one of the many large n alone. */
function spaced(rows: readonly Measured[]): Measured[] {
  const places = new Set(Array.from({ length: SIZES }, (_, i) => Math.round(rows.length ** (i / (SIZES - 1))) - 1));
  return rows.filter((_, i) => places.has(i));
}

/**
 * The way of one stage; null where it measured no distance. Both rewards are less those of the first point, which is (nearly) the policy it began as.
 * @param law of its kind of method; without one nothing is fitted
 */
export function pathOf(name: string, history: MetricColumns, law?: Law): Path | null {
  const measured = measuredRows(history);
  const rows = law === 'best-of-n' ? spaced(measured) : averaged(measured); // row n − 1 of best-of-n is that of n, a mean over many draws already
  const [start] = rows;
  if (!start) return null;
  const proxy = rows.flatMap((row) => (row.proxy === undefined || start.proxy === undefined ? [] : [{ x: distance(row), y: row.proxy - start.proxy }]));
  const gold = rows.map((row) => ({ x: distance(row), y: row.gold - start.gold }));
  const peak = peakOf(gold);
  const fit = law && fitOf(law, gold);
  return { name, proxy, gold, ...(peak ? { peak } : {}), ...(fit ? { fit, fitted: curveOf(fit, gold) } : {}) };
}

/** Which law a method's gold reward should follow: that of best-of-n, that of RL for what samples and is judged, none for the rest. */
export function lawOf(algorithm: AlgorithmId): Law | undefined {
  const { starts }: AlgorithmInfo = ALGORITHMS[algorithm];
  if (!('reward' in starts)) return undefined;
  return algorithm.startsWith('best-of') ? 'best-of-n' : 'rl';
}

/** The ways of several stages on one plot; those that measured no distance are left out, as is a single point. */
export function frontierOf(title: string, goldUnit: string, stages: readonly { name: string; algorithm: AlgorithmId; history: MetricColumns }[]): Frontier {
  const paths = stages.flatMap(({ name, algorithm, history }) => pathOf(name, history, lawOf(algorithm)) ?? []);
  return { title, goldUnit, paths: paths.filter(({ gold }) => gold.length > 1) };
}

/** Where the reward is highest. */
export const peakOf = (points: readonly Point[]): Point | undefined => points.reduce<Point | undefined>((best, point) => (best && best.y >= point.y ? best : point), undefined);

/** A fitted law from 0 to the furthest point. */
function curveOf(fit: Fit, points: readonly Point[]): Point[] {
  const far = points.reduce((most, { x }) => Math.max(most, x), 0);
  return Array.from({ length: FINE + 1 }, (_, i) => ({ x: (far * i) / FINE, y: predicted(fit, (far * i) / FINE) }));
}

/** Means over several seeds' histories of one stage, step by step; steps that any of them lacks are left out, as is what any of them did not measure. */
export function meanHistory(histories: readonly MetricColumns[]): MetricColumns {
  const [first, ...others] = histories;
  const result = emptyColumns();
  const placesOf = others.map(({ steps }) => new Map(steps.map((step, place) => [step, place])));
  first?.steps.forEach((step, i) => {
    const places = placesOf.map((places) => places.get(step) ?? -1);
    if (places.includes(-1)) return;
    const row: MetricRow = {};
    for (const name of Object.keys(first.columns) as MetricName[]) {
      const values = [first.columns[name]?.[i], ...others.map(({ columns }, k) => columns[name]?.[places[k]!])]; // one place for each
      const measured = values.filter((value) => value !== null && value !== undefined);
      if (measured.length === values.length) row[name] = mean(measured);
    }
    appendRow(result, step, row);
  });
  return result;
}
