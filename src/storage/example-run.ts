/**
 * The finished run that comes with the page (public/example.json; `npm run example` makes it): what its stages measured and said, and no weights, so nothing can go on from it.
 * Numbers are rounded to `DIGITS`. It is no run of the visitor: it is read here, shown, and never stored.
 */
import * as v from 'valibot';
import { parseRunConfig, type RunConfig } from '../contract/config';
import { Failure } from '../contract/failures';
import { appendColumns, emptyColumns, METRIC_NAMES } from '../contract/metrics';
import { Samples } from './run-file-schema';
import type { StageHistory } from './run-store';

export const EXAMPLE_FILE = 'example.json';
export const EXAMPLE_FORMAT = 'nudge-example';

/** Significant digits of a metric: more than any chart shows. */
const DIGITS = 6;

export interface ExampleStage {
  id: string;
  history: StageHistory;
}

export interface ExampleRun {
  config: RunConfig;
  /** What made the file. */
  command: string;
  appVersion: string;
  /** For people, as the engine's own name for itself. */
  engine: string;
  stages: ExampleStage[];
}

const File = v.object({ format: v.literal(EXAMPLE_FORMAT), version: v.literal(1), command: v.string(), appVersion: v.string(), engine: v.string(), config: v.unknown(), stages: v.array(v.unknown()) });
const Stage = v.pipe(
  v.object({ id: v.string(), steps: v.array(v.number()), columns: v.record(v.string(), v.array(v.nullable(v.number()))), samples: v.array(Samples) }),
  v.check(({ steps, columns }) => Object.values(columns).every((column) => column.length === steps.length), 'a column has another length than the steps'),
);

/** As a number stands in the file. */
export const rounded = (value: number): number => Number(value.toPrecision(DIGITS));

export function writtenExample({ config, command, appVersion, engine, stages }: ExampleRun): string {
  const file: v.InferInput<typeof File> & { stages: v.InferInput<typeof Stage>[] } = {
    format: EXAMPLE_FORMAT, version: 1, command, appVersion, engine, config,
    stages: stages.map(({ id, history: { metrics, samples } }) => ({
      id,
      steps: metrics.steps,
      columns: Object.fromEntries(Object.entries(metrics.columns).map(([name, values]) => [name, values.map((value) => (value === null ? null : rounded(value)))])),
      samples: samples.map((set) => JSON.parse(JSON.stringify(set, (_, value: unknown) => (typeof value === 'number' ? Number(value.toPrecision(SAMPLE_DIGITS)) : value))) as typeof set), // the same, rounded
    })),
  };
  return `${JSON.stringify(file)}\n`;
}

/** Of what models think of single tokens: as many as a click on one shows. */
const SAMPLE_DIGITS = 4;

function parsed<Schema extends v.GenericSchema>(schema: Schema, value: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value);
  if (!result.success) throw new Failure('no-task-data', `${EXAMPLE_FILE}: ${result.issues[0].message}`);
  return result.output;
}

/**
 * In pieces, since half a megabyte read at once would keep the page that begins with it waiting.
 * @param between is waited for after each piece
 * Throws `no-task-data` where it is not what this version reads, and what parsing a configuration throws.
 */
export async function parseExample(text: string, between = async (): Promise<void> => {}): Promise<ExampleRun> {
  const { command, appVersion, engine, config: said, stages: wanted } = parsed(v.pipe(v.string(), v.parseJson(), File), text);
  await between();
  const config = parseRunConfig(said);
  const stages: ExampleStage[] = [];
  for (const stage of wanted) {
    await between();
    const { id, steps, columns, samples } = parsed(Stage, stage);
    const metrics = emptyColumns();
    appendColumns(metrics, { steps, columns: Object.fromEntries(METRIC_NAMES.flatMap((name) => (columns[name] ? [[name, columns[name]]] : []))) });
    stages.push({ id, history: { metrics, samples, events: [] } });
  }
  return { command, appVersion, engine, config, stages };
}
