/** Metrics: English says what the batch door says. */
import { METRIC_NAMES, METRICS, type ChartedName, type MetricName } from '../../contract/metrics';

const table = <Name extends string>(names: readonly Name[], said: (name: Name) => string): Readonly<Record<Name, string>> =>
  Object.fromEntries(names.map((name) => [name, said(name)])) as Record<Name, string>; // a key for each name

const isCharted = (name: MetricName): name is ChartedName => 'healthy' in METRICS[name];

type Unit = (typeof METRICS)[MetricName]['unit'];
const UNITS = [...new Set(METRIC_NAMES.map((name): Unit => METRICS[name].unit))];

export const metrics = {
  means: table(METRIC_NAMES, (name) => METRICS[name].means),
  /** What it means to leave the healthy range. */
  leaving: table(METRIC_NAMES.filter(isCharted), (name) => METRICS[name].healthy.leaving),
  units: table(UNITS, (unit) => unit),
};
