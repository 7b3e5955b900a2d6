/**
 * The full configuration of a run: one task, one model shape, one seed, an ordered list of stages.
 * With the same configuration the WASM engine makes the same run, bit for bit.
 */
import * as v from 'valibot';
import { ALGORITHMS, type AlgorithmConfig, type AlgorithmId, type AlgorithmInfo } from './algorithms';
import { detail } from './details';
import { Failure } from './failures';
import { fitting, knobsOf, parseKnob, wholeKnob, type Knob } from './knobs';
import { TASK_OPTIONS, TaskConfig } from './tasks';

export const ModelConfig = v.object({
  width: wholeKnob(64, 8, 1024, { title: 'Width', help: 'Numbers per token inside the model.', source: 'Ours: 0.1M parameters learn names in seconds on a laptop.', essential: true }),
  layers: wholeKnob(2, 1, 24, { title: 'Layers', help: 'Transformer blocks, one after the other.', source: 'Ours, as above.', essential: true }),
  heads: wholeKnob(4, 1, 16, { title: 'Heads', help: 'Attention heads per block; must divide the width.', source: 'Ours: 16 numbers per head.' }),
});
export type ModelConfig = v.InferOutput<typeof ModelConfig>;

const trainSchemas = Object.values(ALGORITHMS).map((algorithm) => algorithm.config);
/** One variant per algorithm: a DPO stage cannot even be written down with a clip range. */
const Train = v.variant('algorithm', trainSchemas as [(typeof trainSchemas)[number], ...typeof trainSchemas]);

export const StageConfig = v.object({
  /** Unique in its run; also the name knobs are set by (`ppo.klCoef`). */
  id: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]*$/)),
  /** Role of the algorithm -> id of an earlier stage whose model it starts from. */
  start: v.record(v.string(), v.string()),
  /** A shape of its own for the model it makes, where that is not the run's: reward models may be smaller or larger than the policy they judge. */
  model: v.exactOptional(ModelConfig),
  train: Train,
});
export type StageConfig = v.InferOutput<typeof StageConfig>;

export const RunConfig = v.pipe(
  v.object({
    recipe: v.string(),
    seed: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 31 - 1)),
    task: TaskConfig,
    model: ModelConfig,
    stages: v.pipe(v.array(StageConfig), v.minLength(1)),
  }),
  v.check(({ model, stages }) => [model, ...stages.flatMap((stage) => stage.model ?? [])].every(({ width, heads }) => width % heads === 0), 'the number of heads must divide the width'),
  v.check(({ stages }) => new Set(stages.map((stage) => stage.id)).size === stages.length, 'two stages have the same id'),
  v.check(({ stages }) => stages.every(startsFit), 'a stage starts from something that no earlier stage makes'),
);
export type RunConfig = v.InferOutput<typeof RunConfig>;

function startsFit(stage: StageConfig, index: number, stages: StageConfig[]): boolean {
  const { starts, optional = [] }: AlgorithmInfo = ALGORITHMS[stage.train.algorithm];
  return Object.entries(starts).every(([role, kind]) => {
    if (stage.start[role] === undefined && optional.includes(role)) return true;
    const from = stages.slice(0, index).find((earlier) => earlier.id === stage.start[role]);
    return from !== undefined && ALGORITHMS[from.train.algorithm].makes === kind;
  });
}

/** Checks and completes a configuration; throws `Failure('invalid-config')` naming the field. */
export function parseRunConfig(input: unknown): RunConfig {
  const parsed = v.safeParse(RunConfig, input);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new Failure('invalid-config', `${v.getDotPath(issue) ?? 'configuration'}: ${issue.message}`);
}

export const stageOf = (config: RunConfig, id: string): StageConfig => {
  const stage = config.stages.find((entry) => entry.id === id);
  if (!stage) throw new Error(`stageOf: want one of ${config.stages.map((entry) => entry.id).join(', ')}, got ${id}`);
  return stage;
};

/** A person says which completions are better while it trains. */
export const asksVisitor = ({ train }: StageConfig): boolean => 'judge' in train && train.judge === 'visitor';

/** Shape of the model that a stage makes. */
export const modelOf = (config: RunConfig, id: string): ModelConfig => stageOf(config, id).model ?? config.model;

/** Knobs of each part of a configuration, by the name used in `--set part.knob=value`: task, model, and each stage's id. */
export function partsOf(config: RunConfig): Map<string, { knobs: readonly Knob[]; values: Record<string, number | string> }> {
  // Knob values are numbers and words by construction of the knob makers.
  const values = (part: object) => part as Record<string, number | string>;
  return new Map([
    ['task', { knobs: knobsOf(TASK_OPTIONS[config.task.id]), values: values(config.task) }],
    ['model', { knobs: knobsOf(ModelConfig), values: values(config.model) }],
    ...config.stages.map((stage) => [stage.id, { knobs: knobsOf(ALGORITHMS[stage.train.algorithm].config), values: values(stage.train) }] as const),
  ]);
}

/** A copy of a configuration with `part.knob=value` settings applied. Throws `unknown-knob` listing the valid names. */
export function withSettings(config: RunConfig, settings: readonly string[]): RunConfig {
  const copy = structuredClone(config);
  const parts = partsOf(copy);
  for (const setting of settings) {
    const [, part = '', name = '', text = ''] = /^([^.=]+)\.([^=]+)=(.*)$/.exec(setting) ?? [];
    const found = parts.get(part)?.knobs.find((entry) => entry.name === name);
    if (!found) {
      const valid = [...parts].flatMap(([id, { knobs }]) => knobs.map((entry) => `${id}.${entry.name}`));
      throw new Failure('unknown-knob', detail('valid', setting, valid.join(', ')));
    }
    const value = parseKnob(found, text);
    if (value === undefined) {
      throw new Failure('invalid-config', detail('must-be', `${part}.${name}`, fitting(found), text));
    }
    parts.get(part)!.values[name] = value;
  }
  return parseRunConfig(copy);
}

/** `part.knob=value` for everything in which `config` differs from `base`; the inverse of `withSettings`. */
export function settingsBetween(base: RunConfig, config: RunConfig): string[] {
  if (config === base) return [];
  const before = partsOf(base);
  return [...partsOf(config)].flatMap(([id, { knobs, values }]) =>
    knobs.filter(({ name }) => before.get(id)?.values[name] !== values[name]).map(({ name }) => `${id}.${name}=${values[name]}`),
  );
}

export type { AlgorithmConfig, AlgorithmId };
