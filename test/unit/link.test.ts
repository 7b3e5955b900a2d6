/** A link is the whole experiment: who opens it trains the same run. */
import fc from 'fast-check';
import { deflateSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { parseRunConfig, partsOf, stageOf, withSettings, type RunConfig } from '../../src/contract/config';
import { asRunId } from '../../src/contract/ids';
import { configOf, RECIPES, recipeOf } from '../../src/recipes';
import { LONGEST_PACKED } from '../../src/storage/limits';
import { pack, unpack } from '../../src/storage/packed';
import { configFrom, DEFAULT_SEED, defaultRecipe, describesDraft, ENGINE_CHOICES, engineOf, isNewer, linkTo, nameOf, saidBy, settingsOf, type Said } from '../../src/state/link';

const draft = (config: RunConfig) => ({ config, run: null });
const base = configOf(recipeOf(defaultRecipe()), DEFAULT_SEED);
/** The parameters of a link, as a browser reads them back from the address bar. */
const paramsOf = (link: string) => {
  expect(link).toMatch(/^#\/lab(\?[^?#]+)?$/);
  return new URLSearchParams(new URL(`https://nudge.example/${link}`).hash.split('?')[1] ?? '');
};

describe('a link', () => {
  test('to what everybody starts with says the recipe and nothing else', () => {
    expect(linkTo(draft(base), 'auto')).toBe('#/lab?recipe=names-dpo');
    expect(configFrom(new URLSearchParams())).toEqual(base);
  });

  test('holds only what differs, legibly', () => {
    const config = configOf(recipeOf('names-ppo'), 7, ['ppo.klCoef=0.2', 'model.width=32']);
    expect(linkTo(draft(config), 'wasm')).toBe('#/lab?recipe=names-ppo&seed=7&set=model.width=32&set=ppo.klCoef=0.2&backend=wasm');
    expect(linkTo(draft(configOf(recipeOf(defaultRecipe()), 2)), 'auto')).toBe('#/lab?recipe=names-dpo&seed=2');
  });

  test('does not repeat what its recipe says already', () => {
    expect(linkTo(draft(configOf(recipeOf('names-no-kl'), 1)), 'auto')).toBe('#/lab?recipe=names-no-kl');
    // Back at the algorithm's default is a difference from the recipe.
    expect(linkTo(draft(configOf(recipeOf('names-dpo'), 1, ['dpo.beta=0.1'])), 'auto')).toBe('#/lab?recipe=names-dpo&set=dpo.beta=0.1');
  });

  test('to a stored run names the run, and for everybody else what it is made of', () => {
    const config = configOf(recipeOf('names-ppo'), 7, ['ppo.klCoef=0.2']);
    expect(linkTo({ config, run: asRunId('run-1') }, 'webgpu')).toBe('#/lab?run=run-1&recipe=names-ppo&seed=7&set=ppo.klCoef=0.2&backend=webgpu');
    expect(configFrom(paramsOf(linkTo({ config, run: asRunId('run-1') }, 'auto')))).toEqual(config);
  });

  test.each(RECIPES.map((recipe) => [recipe.id, recipe] as const))('to any draft of %s leads back to it, whatever was set', (_, recipe) => {
    const knobs = [...partsOf(configOf(recipe, 1))].flatMap(([part, { knobs: ofPart }]) => ofPart.map((knob) => ({ part, knob }))).filter(({ knob }) => knob.name !== 'heads' && knob.name !== 'width');
    const setting = fc.constantFrom(...knobs).chain(({ part, knob }) => {
      if (knob.kind === 'dataset') return fc.constantFrom('', 'a1'.repeat(32)).map((value) => `${part}.${knob.name}=${value}`);
      if (knob.kind === 'choice') return fc.constantFrom(...knob.options).map((value) => `${part}.${knob.name}=${value}`);
      const value = knob.whole ? fc.integer({ min: knob.min, max: knob.max }) : fc.double({ min: knob.min, max: knob.max, noNaN: true });
      return value.map((number) => `${part}.${knob.name}=${number}`);
    });
    fc.assert(
      fc.property(fc.nat(2 ** 31 - 1), fc.array(setting, { maxLength: 6 }), fc.constantFrom(...ENGINE_CHOICES), (seed, settings, engine) => {
        const config = configOf(recipe, seed, settings);
        const params = paramsOf(linkTo(draft(config), engine));
        expect(configFrom(params)).toEqual(config);
        expect(engineOf(params)).toBe(engine);
        expect(params.has('run')).toBe(false);
      }),
    );
  });
});

describe('a link with much to say', () => {
  const much = [...partsOf(configOf(recipeOf('names-ppo'), 1))].flatMap(([part, { knobs }]) => knobs.flatMap((knob) => (knob.kind === 'number' && !knob.whole ? [`${part}.${knob.name}=${(knob.min + knob.max) / 2}`] : [])));
  const config = configOf(recipeOf('names-ppo'), 7, much);
  const link = linkTo({ config, run: asRunId('run-1') }, 'wasm');

  test('is packed, shorter than what it says, and leads back to it', () => {
    expect(link).toMatch(/^#\/lab\?run=run-1&c=[\w-]+&backend=wasm$/);
    const said = settingsOf(config).map((setting) => `set=${setting}`).join('&');
    expect(said.length).toBeGreaterThan(300);
    expect(link.length).toBeLessThan(0.75 * said.length);
    const params = paramsOf(link);
    expect(describesDraft(params)).toBe(true);
    expect(configFrom(params)).toEqual(config);
    expect(engineOf(params)).toBe('wasm');
  });

  test('may be added to by hand: what stands beside it is said later', () => {
    expect(stageOf(configFrom(paramsOf(`${link}&set=ppo.klCoef=0.3`)), 'ppo').train).toHaveProperty('klCoef', 0.3);
  });

  test.each([
    ['cut short', paramsOf(link).get('c')!.slice(0, 40)],
    ['with a letter changed', paramsOf(link).get('c')!.replace(/^./, '7')],
    ['of other letters', 'sä%'],
    ['of nothing', ''],
    ['longer than any of ours', 'A'.repeat(LONGEST_PACKED + 4)],
    ['that is no text', btoa(String.fromCharCode(...deflateSync(Uint8Array.of(255, 254, 253)))).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')],
  ])('%s is refused as damaged', (_, c) => {
    expect(() => configFrom(new URLSearchParams({ c }))).toThrow(expect.objectContaining({ code: 'damaged-link' }));
  });

  test('whatever is packed is unpacked', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }), (text) => unpack(pack(text)) === text));
  });
});

describe('a link of another version', () => {
  const saidThen: Said = { recipe: 'names-ppo', seed: null, settings: ['ppo.kl=0.2'] };

  test('that is older says it in the words of then; every change since is made to it, in their order', () => {
    const changes = {
      1: (said: Said): Said => ({ ...said, settings: said.settings.map((setting) => setting.replace('ppo.kl=', 'ppo.klWeight=')) }),
      2: (said: Said): Said => ({ ...said, settings: ['sft.steps=200', ...said.settings.map((setting) => setting.replace('ppo.klWeight=', 'ppo.klCoef='))] }),
    };
    const params = new URLSearchParams([['recipe', 'names-ppo'], ['set', 'ppo.kl=0.2']]);
    expect(saidBy(params, changes, 3)).toEqual({ ...saidThen, settings: ['sft.steps=200', 'ppo.klCoef=0.2'] });
    params.set('v', '3');
    expect(saidBy(params, changes, 3)).toEqual(saidThen);
  });

  test('that is newer is followed where all of it is known, and refused as newer where not', () => {
    const params = new URLSearchParams('recipe=names-ppo&set=ppo.klCoef=0.2&v=99');
    expect(isNewer(params)).toBe(true);
    expect(stageOf(configFrom(params), 'ppo').train).toHaveProperty('klCoef', 0.2);
    for (const other of ['recipe=names-telepathy&v=99', 'set=dpo.mood=3&v=99']) expect(() => configFrom(new URLSearchParams(other))).toThrow(expect.objectContaining({ code: 'newer-link' }));
  });

  test.each(['0', '-1', 'x', '', '1.5', '1e3', '12345678'])('v=%s is no version', (v) => {
    expect(() => configFrom(new URLSearchParams({ v, recipe: 'names-ppo' }))).toThrow(expect.objectContaining({ code: 'damaged-link' }));
  });
});

describe('an address', () => {
  test.each([['recipe=names-ppo', true], ['seed=3', true], ['set=sft.steps=3', true], ['', false], ['backend=wasm', false], ['run=run-1', false], ['utm_source=x', false]])('?%s describes a draft: %s', (query, isDraft) => {
    expect(describesDraft(new URLSearchParams(query))).toBe(isDraft);
  });

  test.each([['backend=wasm', 'wasm'], ['backend=webgpu', 'webgpu'], ['backend=auto', 'auto'], ['', 'auto'], ['backend=cpu', 'auto'], ['backend=', 'auto'], ['backend=toString', 'auto']])('?%s trains on %s', (query, engine) => {
    expect(engineOf(new URLSearchParams(query))).toBe(engine);
  });

  test('may set several knobs, the later of two winning', () => {
    const config = configFrom(new URLSearchParams('recipe=names-ppo&seed=5&set=ppo.klCoef=0.1&set=task.decade=2000&set=ppo.klCoef=0.3'));
    expect(config).toMatchObject({ recipe: 'names-ppo', seed: 5, task: { decade: '2000' } });
    expect(stageOf(config, 'ppo').train).toHaveProperty('klCoef', 0.3);
  });

  test.each([
    ['recipe=magic', 'unknown-recipe', 'names-dpo, names-ppo'],
    ['recipe=', 'unknown-recipe', 'names-dpo, names-ppo'],
    ['set=ppo.klCoef=1', 'unknown-knob', 'dpo.beta'], // the default recipe has no PPO
    ['set=', 'unknown-knob', 'dpo.beta'],
    ['set=dpo.beta=900', 'invalid-config', '0.001 to 5'],
    ['seed=x', 'invalid-config', 'seed'],
    ['seed=1.5', 'invalid-config', 'seed'],
    ['seed=-1', 'invalid-config', 'seed'],
    ['seed=99999999999', 'invalid-config', 'seed'],
  ])('?%s is refused with %s', (query, code, words) => {
    expect(() => configFrom(new URLSearchParams(query))).toThrow(expect.objectContaining({ code, detail: expect.stringContaining(words) }));
  });
});

describe('the name of a new run', () => {
  test('is its recipe, its seed and what was set', () => {
    expect(nameOf(base)).toBe(`${defaultRecipe()} seed 1`);
    expect(nameOf(configOf(recipeOf('names-ppo'), 4, ['ppo.klCoef=0.2', 'task.decade=2000']))).toBe('names-ppo seed 4 task.decade=2000 ppo.klCoef=0.2');
  });

  test('of a recipe that is not ours is without settings, for there is nothing to compare with', () => {
    const foreign = parseRunConfig({ ...withSettings(base, ['sft.steps=3']), recipe: 'theirs' });
    expect(settingsOf(foreign)).toEqual([]);
    expect(nameOf(foreign)).toBe('theirs seed 1');
  });
});
