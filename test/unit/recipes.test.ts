/** Recipes are data: each must be a run that can be trained, and say what it says it says. */
import { describe, expect, test } from 'vitest';
import { ALGORITHMS, type Product } from '../../src/contract/algorithms';
import { ModelConfig, settingsBetween, stageOf, withSettings } from '../../src/contract/config';
import { Failure } from '../../src/contract/failures';
import { knobsOf, parseKnob, type Knob } from '../../src/contract/knobs';
import { TASK_OPTIONS } from '../../src/contract/tasks';
import { configOf, RECIPES, recipeOf } from '../../src/recipes';
import { taskDefinition } from '../../src/tasks';

/** A schema passes over names it does not know, so a misspelt knob in a recipe would silently do nothing. */
function expectKnobs(set: Record<string, number | string>, knobs: readonly Knob[]): void {
  for (const [name, value] of Object.entries(set)) {
    const knob = knobs.find((each) => each.name === name);
    expect(knob, name).toBeDefined();
    expect(parseKnob(knob!, String(value)), name).toBe(value);
    expect(value, `${name} is the default already`).not.toBe(knob!.initial);
  }
}

describe.each(RECIPES.map((recipe) => [recipe.id, recipe] as const))('%s', (id, recipe) => {
  const config = configOf(recipe, 3);

  test('becomes a whole configuration that remembers its recipe and seed', () => {
    expect(config).toMatchObject({ recipe: id, seed: 3, task: { id: recipe.task } });
    expect(taskDefinition(config.task.id).id).toBe(recipe.task);
    expect(config.stages.map((stage) => [stage.id, stage.train.algorithm])).toEqual(recipe.stages.map((stage) => [stage.id, stage.algorithm]));
    expect(recipeOf(id)).toBe(recipe);
  });

  test('says what it is and what to watch for', () => {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(recipe.title.trim()).not.toBe('');
    expect(recipe.teaches).toMatch(/^[A-Z].*\.$/);
  });

  test('starts every stage from earlier ones that make what it needs, and from nothing else', () => {
    recipe.stages.forEach(({ algorithm, start }, place) => {
      const { starts, optional = [] }: { starts: Readonly<Record<string, Product>>; optional?: readonly string[] } = ALGORITHMS[algorithm];
      // Only what can be checked by a rule goes without a judge that was trained; pairs may be the task's own.
      const wanted = Object.keys(starts).filter((role) => !optional.includes(role) || (recipe.task !== 'digits' && role === 'reward'));
      expect(Object.keys(starts)).toEqual(expect.arrayContaining(Object.keys(start)));
      expect(Object.keys(start)).toEqual(expect.arrayContaining(wanted));
      const earlier = new Map(recipe.stages.slice(0, place).map((stage) => [stage.id, ALGORITHMS[stage.algorithm].makes]));
      for (const [role, from] of Object.entries(start)) expect(earlier.get(from), `${role} from ${from}`).toBe(starts[role]);
    });
  });

  test('trains no stage for nothing: each is somebody’s start, or what the recipe is about', () => {
    const used = new Set(recipe.stages.flatMap(({ start }) => Object.values(start)));
    const ends = recipe.stages.map((stage) => stage.id).filter((stage) => !used.has(stage));
    const about: readonly (string | undefined)[] = recipe.compares ?? [recipe.stages.at(-1)?.id];
    expect(about).toEqual(expect.arrayContaining(ends));
    for (const stage of about) expect(recipe.stages.map(({ id: other }) => other)).toContain(stage);
  });

  test('sets only knobs that there are, within their range, to something other than the default', () => {
    for (const { algorithm, set } of recipe.stages) expectKnobs(set, knobsOf(ALGORITHMS[algorithm].config));
    expectKnobs(recipe.taskSet ?? {}, knobsOf(TASK_OPTIONS[config.task.id]));
    expectKnobs(recipe.modelSet ?? {}, knobsOf(ModelConfig));
    for (const stage of recipe.stages) expect(stageOf(config, stage.id).train).toMatchObject(stage.set);
  });
});

test('no KL differs from PPO in the KL coefficient and nothing else', () => {
  const [ppo, noKl] = [configOf(recipeOf('names-ppo'), 1), configOf(recipeOf('names-no-kl'), 1)];
  expect(settingsBetween(ppo, noKl)).toEqual(['ppo.klCoef=0']);
  const backAgain = withSettings(noKl, settingsBetween(noKl, ppo));
  expect(backAgain).toEqual({ ...ppo, recipe: 'names-no-kl' });
});

test('settings come on top of what a recipe sets itself', () => {
  const dpo = recipeOf('names-dpo');
  const before = configOf(dpo, 1);
  expect(stageOf(configOf(dpo, 1, ['dpo.beta=0.7', 'model.width=32']), 'dpo').train).toHaveProperty('beta', 0.7);
  expect(configOf(dpo, 1, ['dpo.beta=0.7', 'model.width=32']).model.width).toBe(32);
  expect(configOf(dpo, 1)).toEqual(before); // the recipe itself is left as it was
});

test.each(Object.keys(ALGORITHMS))('%s is what some recipe is about, so that it can be reached without writing one', (id) => {
  const ends = RECIPES.flatMap(({ stages, compares }) => stages.filter((stage) => compares?.includes(stage.id) ?? stage === stages.at(-1)));
  const used = RECIPES.flatMap(({ stages }) => stages.filter((stage) => stages.some(({ start }) => Object.values(start).includes(stage.id))));
  expect([...ends, ...used].map(({ algorithm }) => algorithm)).toContain(id);
});

test('no two recipes have the same name or title', () => {
  expect(new Set(RECIPES.map(({ id }) => id)).size).toBe(RECIPES.length);
  expect(new Set(RECIPES.map(({ title }) => title)).size).toBe(RECIPES.length);
});

test.each(['', 'names', 'NAMES-DPO', 'names-dpo ', 'toString'])('%j is no recipe, and those there are get named', (id) => {
  const wanted = new Failure('unknown-recipe', `${id}; valid: ${RECIPES.map((recipe) => recipe.id).join(', ')}`);
  expect(() => recipeOf(id)).toThrow(expect.objectContaining({ code: wanted.code, detail: wanted.detail }));
});
