/** A recipe is data: a task, a model shape and stages with the knobs that differ from their algorithm's defaults. */
import type { AlgorithmId } from '../contract/algorithms';
import { parseRunConfig, withSettings, type RunConfig } from '../contract/config';

export interface RecipeStage {
  id: string;
  algorithm: AlgorithmId;
  /** Role of the algorithm -> id of an earlier stage. */
  start: Record<string, string>;
  /** Knobs that differ from the algorithm's defaults. */
  set: Record<string, number | string>;
  /** A shape of its own for the model it makes, where that is not the run's. */
  modelSet?: Record<string, number>;
}

export interface Recipe {
  id: string;
  title: string;
  /** What to watch for, one or two sentences. */
  teaches: string;
  task: string;
  taskSet?: Record<string, number | string>;
  modelSet?: Record<string, number | string>;
  stages: readonly RecipeStage[];
  /** Stages held against each other, where that is what the recipe is for; else it is all about its last. */
  compares?: readonly string[];
}

/** The configuration of a run of this recipe, with `part.knob=value` settings applied on top. */
export function configOf(recipe: Recipe, seed: number, settings: readonly string[] = []): RunConfig {
  const config = parseRunConfig({
    recipe: recipe.id,
    seed,
    task: { id: recipe.task, ...recipe.taskSet },
    model: { ...recipe.modelSet },
    stages: recipe.stages.map(({ id, algorithm, start, set, modelSet }) => ({ id, start, train: { algorithm, ...set }, ...(modelSet ? { model: modelSet } : {}) })),
  });
  return settings.length > 0 ? withSettings(config, settings) : config;
}
