/** What the batch door is asked for, read from its arguments: one recipe, or an experiment. Nothing is trained and no file is opened here. */
import { parseArgs } from 'node:util';
import type { RunConfig } from '../src/contract/config';
import { Failure } from '../src/contract/failures';
import { EXPERIMENTS } from '../src/experiments';
import { EXPORTS, type ExportFormat } from '../src/exports';
import { configOf, recipeOf, RECIPES } from '../src/recipes';
import type { ExperimentRequest } from './experiment';
import { checkVisitor, type Backend, type Visitor } from './train-run';

export interface RecipeRequest {
  config: RunConfig;
  backend: Backend;
  visitor: Visitor;
  /** Path of a file of rows to learn from. */
  data: string | undefined;
  /** Path of a run file whose model stands for the first stage. */
  base: string | undefined;
  out: string | undefined;
  exports: readonly { format: ExportFormat; path: string }[];
  json: boolean;
}

const NAMES = `${RECIPES.map((recipe) => recipe.id).join(', ')}; experiments: ${EXPERIMENTS.map((experiment) => experiment.id).join(', ')}`;
export const USAGE = `npm run recipe -- <recipe> --seed N [--backend wasm|webgpu] [--set stage.knob=value …] [--visitor gold] [--data file] [--base run.nudge] [--out run.nudge] [--export format=file …] [--json]
npm run recipe -- <experiment> --seeds N [--backend wasm|webgpu] [--set stage.knob=value …] [--workers N] [--figure file.svg] [--keep runs.json | --from runs.json] [--json]
npm run recipe -- verify run.nudge [--json]
recipes: ${NAMES}`;

/** Only what one kind of request understands may be said to it. */
const OF_RECIPES = ['seed', 'out', 'visitor', 'data', 'base', 'export'] as const;
const OF_EXPERIMENTS = ['seeds', 'workers', 'figure', 'keep', 'from'] as const;

/** Throws a `Failure`, or `parseArgs`'s own error, where the words cannot be understood. */
export function requestOf(args: string[]): RecipeRequest | ExperimentRequest {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      seed: { type: 'string' },
      seeds: { type: 'string' },
      backend: { type: 'string', default: 'wasm' },
      set: { type: 'string', multiple: true, default: [] },
      out: { type: 'string' },
      export: { type: 'string', multiple: true },
      visitor: { type: 'string' },
      data: { type: 'string' },
      base: { type: 'string' },
      workers: { type: 'string' },
      figure: { type: 'string' },
      keep: { type: 'string' },
      from: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  if (positionals.length !== 1) throw new Failure('unknown-recipe', `want one name, got ${positionals.length}; valid: ${NAMES}`);
  const [name = ''] = positionals;
  const { backend, json } = values;
  if (backend !== 'wasm' && backend !== 'webgpu') throw new Failure('invalid-config', `backend must be wasm or webgpu, got ${backend}`);
  const experiment = EXPERIMENTS.find(({ id }) => id === name);
  if (values.figure !== undefined && experiment && !experiment.hasFigure) throw new Failure('invalid-config', `${name} has no figure`);
  const stray = (experiment ? OF_RECIPES : OF_EXPERIMENTS).find((option) => values[option] !== undefined);
  if (stray) throw new Failure('invalid-config', `${name} is ${experiment ? 'an experiment' : 'no experiment'} and knows no --${stray}`);
  if (!experiment) {
    const { seed = '1', visitor } = values;
    if (visitor !== undefined && visitor !== 'gold') throw new Failure('invalid-config', `visitor must be gold, got ${visitor || 'nothing'}`);
    const config = configOf(recipeOf(name), seed.trim() === '' ? NaN : Number(seed), values.set);
    checkVisitor(config, visitor);
    const isYours = config.task.id === 'yours';
    if (isYours !== (values.data !== undefined)) throw new Failure('invalid-config', isYours ? `${name} learns from your own data: name a file with --data` : `${name} brings its own data and knows no --data`);
    return { config, backend, visitor, data: values.data, base: values.base, out: values.out, exports: (values.export ?? []).map(exportOf), json };
  }
  const count = (option: 'seeds' | 'workers'): number | undefined => {
    const given = values[option];
    if (given !== undefined && !/^[1-9]\d{0,3}$/.test(given)) throw new Failure('invalid-config', `${option} must be a whole number from 1, got ${given || 'nothing'}`);
    return given === undefined ? undefined : Number(given);
  };
  const seeds = Array.from({ length: count('seeds') ?? experiment.seeds }, (_, i) => i + 1);
  return { experiment, runs: experiment.plan(seeds, values.set), backend, workers: count('workers'), from: values.from, keep: values.keep, figure: values.figure, json };
}

/** `csv=metrics.csv`. Charts as PNG are for the page: nothing draws here. */
function exportOf(setting: string): RecipeRequest['exports'][number] {
  const [, id = '', path = ''] = /^([^=]+)=(.+)$/s.exec(setting) ?? [];
  const known = EXPORTS.filter(({ needsDrawing }) => !needsDrawing);
  const format = known.find((each) => each.id === id);
  if (!format) throw new Failure('invalid-config', `export must be format=file, got ${setting || 'nothing'}; formats: ${known.map((each) => each.id).join(', ')}`);
  return { format, path };
}
