/** A configuration says everything about a run; settings change it by name and can be read back from it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ALGORITHMS } from '../../src/contract/algorithms';
import { parseRunConfig, partsOf, settingsBetween, stageOf, withSettings, type RunConfig } from '../../src/contract/config';
import { Failure } from '../../src/contract/failures';
import type { Knob } from '../../src/contract/knobs';
import { configOf, RECIPES, recipeOf } from '../../src/recipes';

const base = configOf(recipeOf('names-ppo'), 1);

const failureOf = (work: () => unknown): Failure => {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('failureOf: want a Failure, got none');
};

describe('parsing', () => {
  test('completes what is left out with defaults', () => {
    const config = parseRunConfig({ recipe: 'x', seed: 0, task: { id: 'names' }, model: {}, stages: [{ id: 'pretrain', start: {}, train: { algorithm: 'pretrain' } }] });
    expect(config.model).toEqual({ width: 64, layers: 2, heads: 4 });
    expect(config.task).toEqual({ id: 'names', decade: '1950', pairs: 40_000 });
    for (const { name, initial } of partsOf(config).get('pretrain')!.knobs) expect(stageOf(config, 'pretrain').train).toHaveProperty(name, initial);
  });

  test('a parsed configuration parses to itself, also after JSON', () => {
    for (const recipe of RECIPES) {
      const config = configOf(recipe, 3);
      expect(parseRunConfig(config)).toEqual(config);
      expect(parseRunConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
    }
  });

  const changed = (change: (config: RunConfig) => unknown) => {
    const copy = structuredClone(base);
    change(copy);
    return copy;
  };
  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'configuration'],
    ['a number', 5, 'configuration'],
    ['a negative seed', changed((config) => (config.seed = -1)), 'seed'],
    ['half a seed', changed((config) => (config.seed = 0.5)), 'seed'],
    ['a seed of 2^31', changed((config) => (config.seed = 2 ** 31)), 'seed'],
    ['no seed', changed((config) => Reflect.deleteProperty(config, 'seed')), 'seed'],
    ['a width that heads do not divide', changed((config) => (config.model.width = 63)), 'heads'],
    ['a width out of range', changed((config) => (config.model.width = 4)), 'model.width'],
    ['a decade without data', changed((config) => Object.assign(config.task, { decade: '1790' })), 'task.decade'],
    ['no stages', changed((config) => (config.stages = [])), 'stages'],
    ['an algorithm nobody knows', changed((config) => Object.assign(config.stages[0]!.train, { algorithm: 'magic' })), 'stages.0.train'],
    ['a knob that is a word', changed((config) => Object.assign(config.stages[0]!.train, { steps: 'many' })), 'stages.0.train.steps'],
    ['one id twice', changed((config) => (config.stages[1]!.id = 'pretrain')), 'same id'],
    ['an id with a dot, which no setting could name', changed((config) => (config.stages[3]!.id = 'p.p')), 'stages.3.id'],
    ['a start that nothing makes', changed((config) => (config.stages[1]!.start = { policy: 'nowhere' })), 'starts from'],
    ['a start left out', changed((config) => (config.stages[1]!.start = {})), 'starts from'],
    ['a start that comes later', changed((config) => config.stages.reverse()), 'starts from'],
    ['a policy where a reward model belongs', changed((config) => (config.stages[3]!.start = { policy: 'sft', reward: 'sft' })), 'starts from'],
  ])('%s is refused, and the place named', (_, input, place) => {
    const failure = failureOf(() => parseRunConfig(input));
    expect(failure.code).toBe('invalid-config');
    expect(failure.detail).toContain(place);
  });
});

describe('settings', () => {
  test('change what they name and nothing else, and leave the original alone', () => {
    const before = structuredClone(base);
    const config = withSettings(base, ['ppo.klCoef=0.2', 'task.decade=2000', 'model.width=32', 'ppo.klControl=adaptive']);
    expect(base).toEqual(before);
    expect(stageOf(config, 'ppo').train).toMatchObject({ klCoef: 0.2, klControl: 'adaptive' });
    expect(settingsBetween(base, config)).toEqual(['task.decade=2000', 'model.width=32', 'ppo.klCoef=0.2', 'ppo.klControl=adaptive']);
    expect(settingsBetween(config, base)).toHaveLength(4);
    expect(settingsBetween(base, base)).toEqual([]);
  });

  test('the later of two wins', () => {
    expect(withSettings(base, ['sft.steps=3', 'sft.steps=4'])).toEqual(withSettings(base, ['sft.steps=4']));
  });

  test.each(['ppo.magic=1', 'dpo.beta=1', 'klCoef=1', 'ppo.klCoef', '', '=', '.=', 'ppo.=1', 'ppo.algorithm=dpo', 'task.id=other', 'recipe.x=1', 'ppo.__proto__=1', '__proto__.x=1'])('%j is unknown, and every valid name is listed', (setting) => {
    const failure = failureOf(() => withSettings(base, [setting]));
    expect(failure.code).toBe('unknown-knob');
    const valid = failure.detail.slice(failure.detail.indexOf('valid: ') + 7).split(', ');
    expect(valid).toEqual([...partsOf(base)].flatMap(([part, { knobs }]) => knobs.map(({ name }) => `${part}.${name}`)));
    expect(valid).toEqual(expect.arrayContaining(['task.decade', 'model.width', 'pretrain.steps', 'ppo.klCoef']));
  });

  test.each([
    ['ppo.klCoef=-1', '0 to 5'], ['ppo.klCoef=', 'nothing'], ['ppo.klCoef=much', 'much'], ['ppo.steps=1.5', 'a whole number'], ['task.decade=1955', '1950'], ['model.width=30', 'divide'],
  ])('%s is refused, and what would be right is said', (setting, words) => {
    const failure = failureOf(() => withSettings(base, [setting]));
    expect(failure.code).toBe('invalid-config');
    expect(failure.detail).toContain(words);
  });

  const valueOf = (knob: Knob): fc.Arbitrary<number | string> => {
    if (knob.kind === 'choice') return fc.constantFrom(...knob.options);
    if (knob.kind === 'dataset') return fc.constantFrom('', 'a1'.repeat(32));
    return knob.whole ? fc.integer({ min: knob.min, max: knob.max }) : fc.double({ min: knob.min, max: knob.max, noNaN: true });
  };
  /** A value for each of some knobs, in the order of the form. Width and heads depend on one another; every other knob is free. */
  const someValues = (config: RunConfig) => {
    const knobs = [...partsOf(config)].flatMap(([part, { knobs: ofPart }]) => ofPart.map((knob) => ({ part, knob })));
    const free = knobs.filter(({ knob }) => knob.name !== 'heads' && knob.name !== 'width');
    return fc.tuple(...free.map(({ part, knob }) => fc.option(valueOf(knob).map((value) => ({ part, name: knob.name, value }))))).map((values) => values.filter((value) => value !== null));
  };

  test.each(RECIPES.map((recipe) => [recipe.id, recipe] as const))('of %s can be read back from what they made, whatever they are', (_, recipe) => {
    const from = configOf(recipe, 5);
    const before = partsOf(from);
    fc.assert(
      fc.property(someValues(from), (values) => {
        const config = withSettings(from, values.map(({ part, name, value }) => `${part}.${name}=${value}`));
        const changed = values.filter(({ part, name, value }) => before.get(part)!.values[name] !== value);
        expect(settingsBetween(from, config)).toEqual(changed.map(({ part, name, value }) => `${part}.${name}=${value}`));
        expect(withSettings(from, settingsBetween(from, config))).toEqual(config);
      }),
      { numRuns: 60 },
    );
  });
});

test('a stage that is not there is our own mistake, said with the names that are', () => {
  expect(() => stageOf(base, 'dpo')).toThrow('want one of pretrain, sft, reward-model, ppo, got dpo');
});

test('every algorithm starts only from what some algorithm makes', () => {
  const made = new Set<string>(Object.values(ALGORITHMS).map(({ makes }) => makes));
  for (const { starts } of Object.values(ALGORITHMS)) for (const kind of Object.values(starts)) expect(made).toContain(kind);
  for (const [id, algorithm] of Object.entries(ALGORITHMS)) expect(algorithm.id).toBe(id);
});
