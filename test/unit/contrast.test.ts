/** Every theme can be read, and its curves be told apart, also by those who see fewer colours: computed from the tokens of the style sheets. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { dashOf } from '../../src/charts/line';
import { HUES } from '../../src/charts/svg';
import { colourOf, contrast, distance, SEEN_BY, tokensOf } from './colours';

const plain = tokensOf(readFileSync('src/app.css', 'utf8'), ':root');
const high = new Map([...plain, ...tokensOf(readFileSync('src/contrast.css', 'utf8'), ":root[data-contrast='more']")]);

const THEMES = [
  { theme: 'light', tokens: plain, scheme: 'light', text: 4.5, apart: 10 },
  { theme: 'dark', tokens: plain, scheme: 'dark', text: 4.5, apart: 10 },
  { theme: 'high contrast in light', tokens: high, scheme: 'light', text: 7, apart: 30 },
  { theme: 'high contrast in dark', tokens: high, scheme: 'dark', text: 7, apart: 30 },
] as const;

const TEXTS = ['ink', 'ink-soft', 'accent', 'good', 'bad', 'warn'];
const GROUNDS = ['paper', 'panel', 'sunken'];
const SERIES = [1, 2, 3, 4, 5, 6];

/** Pairs that come closer than `apart` to each other in somebody's eyes. They are told apart by their dashes alone. */
const CLOSE: Readonly<Record<string, readonly string[]>> = {
  'light, protanopes': ['2-5'],
  'light, deuteranopes': ['2-5', '4-6'],
  'dark, deuteranopes': ['4-6'],
};

describe('the arithmetic', () => {
  test('of contrast: black on white is 21, a colour on itself 1', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 10);
    expect(contrast('#777777', '#777777')).toBe(1);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.478, 3); // just short of 4.5
  });

  test('of distance: black and white are 100 apart for everybody, and greys stay greys', () => {
    for (const seenBy of Object.values(SEEN_BY)) {
      expect(distance('#000000', '#ffffff', seenBy)).toBeCloseTo(100, 1);
      expect(distance('#808080', '#808080', seenBy)).toBe(0);
    }
  });

  test('of seeing: red and green that are as bright differ for us, and hardly for those without their cones', () => {
    expect(distance('#c05050', '#708000')).toBeGreaterThan(50);
    expect(distance('#c05050', '#708000', SEEN_BY['deuteranopes'])).toBeLessThan(25);
  });

  test('of reading: a token that is not there, or is no colour, is an error', () => {
    expect(() => colourOf(plain, 'radius', 'light')).toThrow('want light-dark()');
    expect(() => tokensOf('a {}', ':root')).toThrow('want a block');
  });
});

describe.each(THEMES)('in $theme', ({ theme, tokens, scheme, text, apart }) => {
  const colour = (name: string) => colourOf(tokens, name, scheme);

  test(`text has ${text}:1 on every ground`, () => {
    const pairs = [...TEXTS.flatMap((ink) => GROUNDS.map((ground) => [ink, ground] as const)), ['on-accent', 'accent'] as const];
    expect(pairs.filter(([ink, ground]) => contrast(colour(ink), colour(ground)) < text).map(([ink, ground]) => `${ink} on ${ground}: ${contrast(colour(ink), colour(ground)).toFixed(2)}`)).toEqual([]);
  });

  test('edges of controls and curves have 3:1', () => {
    const drawn = ['edge', 'accent', ...SERIES.map((i) => `series-${i}`)];
    expect(drawn.flatMap((name) => ['paper', 'panel'].filter((ground) => contrast(colour(name), colour(ground)) < 3).map((ground) => `${name} on ${ground}`))).toEqual([]);
  });

  test.each(Object.entries(SEEN_BY))('%s tell curves apart by colour, and the few that are close by their dashes', (who, seenBy) => {
    const pairs = SERIES.flatMap((a) => SERIES.filter((b) => b > a).map((b) => ({ a, b, far: distance(colour(`series-${a}`), colour(`series-${b}`), seenBy) })));
    expect(pairs.filter(({ far }) => far < apart).map(({ a, b }) => `${a}-${b}`)).toEqual(CLOSE[`${theme}, ${who}`] ?? []);
  });
});

test('no two lines of a chart have the same dashes, whatever their colours', () => {
  const patterns = SERIES.map((i) => dashOf(i - 1).join(' '));
  expect(new Set(patterns).size).toBe(SERIES.length);
});

test('solid lines bound everything in high contrast: 7:1, where others may be fainter', () => {
  for (const scheme of ['light', 'dark'] as const) for (const name of ['line', 'edge']) expect(contrast(colourOf(high, name, scheme), colourOf(high, 'paper', scheme))).toBeGreaterThan(7);
});

test('drawings in files have the colours of the light theme', () => {
  expect([...HUES]).toEqual(SERIES.map((i) => colourOf(plain, `series-${i}`, 'light')));
});
