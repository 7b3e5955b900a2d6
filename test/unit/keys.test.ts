/** The help lists the keys there are: what components listen for stands in the one list it is drawn from, and nothing stands there that nobody listens for. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { groupsOn, HELP_KEY, KEY_GROUPS, presentOrder, PRESENT_KEY, PRESENT_KEYS } from '../../src/components/keys';
import { SCREENS } from '../../src/state/screens';
import { en } from '../../src/words/en';
import { keysIn, listens } from './keys-in';

/** Compared with only to be let through. */
const NOT_LISTED = new Set([' ']);
/** Components that name a key by the list itself. */
const BY_LIST: Readonly<Record<string, readonly string[]>> = {
  'components/KeysDialog': [HELP_KEY],
  'views/LabView': [PRESENT_KEY],
  'views/PresentView': PRESENT_KEYS.flatMap(({ keys }) => keys),
};

const heard = (readdirSync('src', { recursive: true }) as string[])
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.svelte'))
  .map((file) => ({ file: file.replace(/\.svelte$/, ''), source: readFileSync(`src/${file}`, 'utf8') }))
  .filter(({ source }) => listens(source))
  .map(({ file, source }) => ({ file, keys: BY_LIST[file] ?? keysIn(source).filter((key) => !NOT_LISTED.has(key)) }));

const listedFor = (file: string): string[] => KEY_GROUPS.filter(({ heardIn }) => heardIn.includes(file)).flatMap(({ lines }) => lines.flatMap(({ keys }) => keys));

test('there are components that listen, and each has keys', () => {
  expect(heard.length).toBeGreaterThan(10);
  expect(heard.filter(({ keys }) => keys.length === 0).map(({ file }) => file)).toEqual([]);
});

test.each(heard)('all keys of $file are in the list', ({ file, keys }) => {
  expect(keys.filter((key) => !listedFor(file).includes(key))).toEqual([]);
});

test('and the list names no key that nobody listens for', () => {
  const unheard = KEY_GROUPS.flatMap(({ id, heardIn, lines }) => {
    const keys = heardIn.flatMap((file) => heard.find((each) => each.file === file)?.keys ?? []);
    return lines.flatMap((line) => line.keys).filter((key) => !keys.includes(key)).map((key) => `${id}: ${key}`);
  });
  // The browser's own, and any letter at all.
  expect(unheard).toEqual(['page: Tab', 'page: Enter', 'page:  ', 'page: Escape', 'menus: letter']);
});

test('what listens is where the list says', () => {
  expect(KEY_GROUPS.flatMap(({ heardIn }) => heardIn).filter((file) => !heard.some((each) => each.file === file))).toEqual([]);
});

describe('planted keys are found', () => {
  test.each([
    ['compared', "const onkeydown = (event) => { if (event.key === 'q') go(); };", ['q']],
    ['compared the other way', "const onkeydown = (event) => { if ('F2' !== event.key) return; };", ['F2']],
    ['taken out of the event', "const onkeydown = ({ key }) => key === 'Delete' && go();", ['Delete']],
    ['looked up', 'const onkeydown = (event) => { const to = { PageUp: 1, x: 2 }[event.key]; };', ['PageUp', 'x']],
    ['looked up in a table', "const KEYS = { 9: 'nine' }; const onkeydown = (event) => { const key = event.key; go(KEYS[key]); };", ['9']],
    ['none', "const onkeydown = (event) => { if (event.code === 'KeyQ') go('Home'); };", []],
  ])('%s', (_, script, keys) => {
    expect(keysIn(`<script>${script}</script>`)).toEqual(keys);
  });

  test('in markup too', () => {
    expect(keysIn("<input onkeydown={(event) => event.key === 'ArrowUp' && go()} />")).toEqual(['ArrowUp']);
  });
});

test('each screen has help, of groups with different lines, and each key a name', () => {
  for (const screen of SCREENS) expect(groupsOn(screen).map(({ id }) => id)).toContain('page');
  for (const { id, lines } of KEY_GROUPS) expect([id, new Set(lines.map(({ does }) => does)).size]).toEqual([id, lines.length]);
  const named: ReadonlySet<string> = new Set(Object.keys(en.keys.names));
  expect(KEY_GROUPS.flatMap(({ lines }) => lines.flatMap(({ keys }) => keys)).filter((key) => key.length > 1 && !named.has(key))).toEqual([]);
});

test('no key of a presentation means two things, a clicker’s keys turn charts, and capitals are as good', () => {
  const keys = PRESENT_KEYS.flatMap((line) => line.keys);
  expect(new Set(keys).size).toBe(keys.length);
  expect(['PageDown', 'PageUp', 'S', 's', 'q', 'Shift'].map(presentOrder)).toEqual(['next', 'previous', 'step', 'step', undefined, undefined]);
});
