/** What a teacher hands out is in the link, whole: controls, words, and the draft beside them; and what another version says of controls harms nothing. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { passagesOf } from '../../src/components/plain-text';
import { partsOf, withSettings } from '../../src/contract/config';
import { CONTROL_STATES, canLock, isPartShown, knobState, LAB_CONTROLS, labState, partState, type Controls } from '../../src/contract/controls';
import { configOf, RECIPES, recipeOf } from '../../src/recipes';
import { fewKnobs, PRESETS, presetControls } from '../../src/state/control-presets';
import { cleanedHandout, EMPTY_HANDOUT, isSameHandout, unknownControls, type Handout } from '../../src/state/handout';
import { HandoutDraft } from '../../src/state/handout-draft.svelte';
import { configFrom, describesDraft, handoutOf, linkTo } from '../../src/state/link';
import { parseRoute } from '../../src/state/route.svelte';
import { LONGEST_ASKED, LONGEST_HANDOUT_TITLE } from '../../src/storage/limits';
import { pack } from '../../src/storage/packed';

const config = configOf(recipeOf('names-ppo'), 7, ['ppo.klCoef=0.2']);
const paramsOf = (link: string) => {
  expect(link).toMatch(/^#\/[a-z-]+(\?[^?#]+)?$/);
  return new URLSearchParams(new URL(`https://nudge.example/${link}`).hash.split('?')[1] ?? '');
};
const linkWith = (handout: Handout) => linkTo({ config, run: null }, 'auto', handout);

const names = [...LAB_CONTROLS, ...[...partsOf(config)].flatMap(([part, { knobs }]) => [`${part}.*`, ...knobs.map(({ name }) => `${part}.${name}`)])];
const anyControls: fc.Arbitrary<Controls> = fc.dictionary(fc.constantFrom(...names), fc.constantFrom(...CONTROL_STATES), { maxKeys: 30 }).map((controls) => Object.fromEntries(Object.entries(controls).filter(([name, state]) => state !== 'locked' || canLock(name))));
const anyText = fc.string({ unit: 'grapheme', maxLength: 100 });

describe('a link that hands something out', () => {
  test('says it legibly beside the draft', () => {
    expect(linkWith({ ...EMPTY_HANDOUT, controls: { seed: 'hidden', 'ppo.*': 'hidden', recipe: 'locked', 'ppo.klCoef': 'shown', charts: 'shown' }, title: 'Pull the rope & let go' }))
      .toBe('#/lab?recipe=names-ppo&seed=7&set=ppo.klCoef=0.2&hide=ppo.*,seed&lock=recipe&show=ppo.klCoef&title=Pull+the+rope+%26+let+go');
  });

  test('with nothing to hand out is the link that it always was', () => {
    expect(linkWith(EMPTY_HANDOUT)).toBe(linkTo({ config, run: null }, 'auto'));
    expect(handoutOf(paramsOf(linkWith(EMPTY_HANDOUT)))).toBeNull();
  });

  test('leads back to all of it, whatever was chosen and written', () => {
    fc.assert(fc.property(anyControls, anyText, fc.string({ unit: 'grapheme', maxLength: 600 }), anyText, (controls, title, asks, forClass) => {
      const handout = { controls, title, asks, forClass };
      const params = paramsOf(linkWith(handout));
      const read = handoutOf(params);
      expect(read?.handout ?? EMPTY_HANDOUT).toEqual(cleanedHandout(handout));
      expect(read?.misspelt ?? []).toEqual([]);
      expect(configFrom(params)).toEqual(config);
    }));
  });

  test('is packed where it is long, and still opens', () => {
    const asks = 'Find the value of β at which names come apart.\n\n- Change one knob at a time.\n- Write down what you see.\n'.repeat(12);
    const link = linkWith({ ...EMPTY_HANDOUT, asks });
    expect(link).toMatch(/^#\/lab\?c=[\w-]+$/);
    expect(describesDraft(paramsOf(link))).toBe(true);
    expect(handoutOf(paramsOf(link))?.handout.asks).toBe(asks);
  });

  test('keeps texts within their limits, whole characters, lines ending one way', () => {
    const cleaned = cleanedHandout({ ...EMPTY_HANDOUT, title: '🦊'.repeat(LONGEST_HANDOUT_TITLE + 1), asks: `a\r\nb\rc\ud800d\ude00${'x'.repeat(LONGEST_ASKED)}` });
    expect(cleaned.title).toBe('🦊'.repeat(LONGEST_HANDOUT_TITLE));
    expect(cleaned.asks.slice(0, 8)).toBe('a\nb\ncdxx');
    expect(cleaned.asks).toHaveLength(LONGEST_ASKED);
  });

  test('cut short is damaged, and nothing else is read from it', () => {
    const c = pack('recipe=names-ppo&hide=seed').slice(0, -6);
    expect(() => handoutOf(new URLSearchParams({ c }))).toThrow(expect.objectContaining({ code: 'damaged-link' }));
  });

  test('is a draft like any other to a page that knows nothing of it', () => {
    // Such a page reads recipe, seed and settings, packed or not, and passes over the rest.
    const params = paramsOf(linkWith({ ...EMPTY_HANDOUT, controls: { seed: 'hidden' }, asks: 'Look. '.repeat(100) }));
    expect([...new Set(params.keys())]).toEqual(['c']);
    expect(configFrom(params)).toEqual(config);
  });
});

describe('what is not known here', () => {
  test('is named, and all else is applied', () => {
    const { handout, misspelt } = handoutOf(new URLSearchParams('hide=seed,telepathy,ppo.mood,pretend.*,ppo.klCoef&lock=charts,recipe,not a name,<b>'))!; // it hands something out
    expect(misspelt).toEqual(['charts', 'not a name', '<b>']);
    expect(unknownControls(handout.controls, config)).toEqual(['telepathy', 'ppo.mood', 'pretend.*']);
    expect([labState(handout.controls, 'seed'), labState(handout.controls, 'recipe'), labState(handout.controls, 'charts'), knobState(handout.controls, 'ppo', 'klCoef', false)]).toEqual(['hidden', 'locked', 'shown', 'hidden']);
  });

  test('is not what another recipe has: whoever hands a recipe choice out may speak of all', () => {
    expect(unknownControls({ 'dpo.beta': 'hidden', 'grpo.*': 'locked' }, config)).toEqual([]);
  });

  test('no name of a control is one that every object has', () => {
    const { handout } = handoutOf(new URLSearchParams('hide=constructor,__proto__,toString,valueOf'))!; // it hands something out
    expect(LAB_CONTROLS.map((name) => labState(handout.controls, name))).toEqual(LAB_CONTROLS.map(() => 'shown'));
    expect(labState(Object.create({ seed: 'hidden' }) as Controls, 'seed')).toBe('shown'); // an object that inherits
  });
});

describe('a control', () => {
  const controls: Controls = { 'ppo.*': 'locked', 'ppo.klCoef': 'shown', 'sft.*': 'hidden', 'sft.steps': 'shown', 'dpo.beta': 'hidden', advanced: 'hidden' };
  test.each([
    ['ppo', 'klCoef', false, 'shown'],
    ['ppo', 'steps', false, 'locked'],
    ['ppo', 'epochs', true, 'hidden'],
    ['sft', 'steps', false, 'shown'],
    ['sft', 'batchSize', false, 'hidden'],
    ['dpo', 'beta', false, 'hidden'],
    ['dpo', 'steps', false, 'shown'],
    ['dpo', 'saveEvery', true, 'hidden'],
  ] as const)('%s.%s, advanced: %s, is %s', (part, knob, isAdvanced, state) => {
    expect(knobState(controls, part, knob, isAdvanced)).toBe(state);
  });

  test('a hidden card is there for a knob that is shown', () => {
    expect(isPartShown(controls, 'sft', ['batchSize', 'steps'])).toBe(true);
    expect(isPartShown(controls, 'sft', ['batchSize'])).toBe(false);
    expect(isPartShown(controls, 'ppo', [])).toBe(true);
  });
});

describe.each(RECIPES.map((recipe) => [recipe.id, configOf(recipe, 1)] as const))('presets of %s', (_, of) => {
  test('three knobs are at most three, of the last stage, and can be changed', () => {
    const { part, names: few } = fewKnobs(of);
    const controls = presetControls('threeKnobs', of);
    expect(part).toBe(of.stages.at(-1)?.id);
    expect(few.length).toBeLessThanOrEqual(3);
    const shown = [...partsOf(of)].flatMap(([id, { knobs }]) => knobs.filter(({ name }) => knobState(controls, id, name, false) !== 'hidden').map(({ name }) => `${id}.${name}`));
    expect(shown).toEqual(few.map((name) => `${part}.${name}`));
    expect(unknownControls(controls, of)).toEqual([]);
  });

  test('only Train hides all that could be changed', () => {
    const controls = presetControls('onlyTrain', of);
    expect(LAB_CONTROLS.filter((name) => labState(controls, name) !== 'hidden')).toEqual(['charts']);
    expect([...partsOf(of).keys()].map((part) => partState(controls, part)).every((state) => state === 'hidden')).toBe(true);
    expect(presetControls('everything', of)).toEqual({});
  });
});

describe('what a teacher makes', () => {
  const draftOf = (query: string) => new HandoutDraft(new URLSearchParams(query));

  test('stands in its own address, so that a reload loses nothing', () => {
    const draft = draftOf('recipe=names-ppo&seed=7&backend=wasm');
    draft.use('threeKnobs');
    draft.set('seed', 'hidden');
    draft.set('ppo.klCoef', null);
    draft.title = 'Rope';
    draft.asks = 'Pull.\n\n- Let go.';
    draft.forClass = '10b';
    const { view, params } = parseRoute(draft.address);
    expect(view).toBe('hand-out');
    const again = new HandoutDraft(params);
    expect(again.link).toBe(draft.link);
    expect(isSameHandout(again.handout, draft.handout)).toBe(true);
    expect([again.config, again.engine]).toEqual([draft.config, 'wasm']);
    expect(draft.link).toBe(draft.address.replace('#/hand-out', '#/lab'));
  });

  test('knows which preset it is', () => {
    const draft = draftOf('recipe=names-ppo');
    expect(draft.preset).toBe('everything');
    for (const preset of PRESETS) {
      draft.use(preset);
      expect(draft.preset).toBe(preset);
    }
    draft.set('charts', 'hidden');
    expect(draft.preset).toBeUndefined();
    draft.set('charts', 'shown');
    expect(draft.preset).toBe('onlyTrain');
  });

  test('counts what of a card is hidden and locked', () => {
    const draft = draftOf('recipe=names-ppo');
    const { knobs } = partsOf(draft.config).get('ppo')!; // PPO has it
    draft.set('ppo.*', 'hidden');
    draft.set('ppo.klCoef', 'locked');
    draft.set('ppo.steps', 'shown');
    expect(draft.countOf('ppo')).toEqual({ hidden: knobs.length - 2, locked: 1 });
    expect(draft.countOf('sft')).toEqual({ hidden: 0, locked: 0 });
  });

  test('is said to be too long where its link would not open', () => {
    const draft = draftOf('recipe=names-ppo');
    draft.asks = 'a'.repeat(LONGEST_ASKED);
    expect(draft.isTooLong).toBe(false);
    let noise = '';
    for (let i = 0; i < LONGEST_ASKED; i++) noise += String.fromCharCode(0x4e00 + ((i * 7919) % 20_000)); // hardly any two alike
    draft.asks = noise;
    expect(draft.isTooLong).toBe(true);
    expect(() => handoutOf(paramsOf(draft.link))).toThrow(expect.objectContaining({ code: 'damaged-link' }));
  });

  test('of a damaged link is refused as that link would be', () => {
    expect(() => draftOf('recipe=magic')).toThrow(expect.objectContaining({ code: 'unknown-recipe' }));
    expect(() => draftOf('c=%%%')).toThrow(expect.objectContaining({ code: 'damaged-link' }));
  });

  test('takes the settings that stand beside a knob it locks', () => {
    const draft = draftOf('recipe=names-ppo&set=ppo.klCoef=0.3&lock=ppo.klCoef');
    expect(draft.config).toEqual(withSettings(configOf(recipeOf('names-ppo'), 1), ['ppo.klCoef=0.3']));
    expect(draft.controls).toEqual({ 'ppo.klCoef': 'locked' });
  });
});

test.each([
  ['', []],
  ['One.\nStill one.\n\n\nTwo.', [{ kind: 'paragraph', text: 'One.\nStill one.' }, { kind: 'paragraph', text: 'Two.' }]],
  ['Do:\n- a\n  * b\n• c\nThen stop.', [{ kind: 'paragraph', text: 'Do:' }, { kind: 'list', items: ['a', 'b', 'c'] }, { kind: 'paragraph', text: 'Then stop.' }]],
  ['- a\n\n- b', [{ kind: 'list', items: ['a'] }, { kind: 'list', items: ['b'] }]],
  ['-no list, 3 - 2 = 1\n<b>no markup</b>', [{ kind: 'paragraph', text: '-no list, 3 - 2 = 1\n<b>no markup</b>' }]],
])('%j is read as passages', (text, passages) => {
  expect(passagesOf(text)).toEqual(passages);
});
