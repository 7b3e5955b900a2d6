import { createHash } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { KeptVersion } from '../../workers/offline/kept-version';
import { withHeaders } from '../../workers/offline/with-headers';

const SCOPE = 'https://host.example/some/path/';

/** A browser's caches, as far as they are used here. */
class Caches {
  readonly all = new Map<string, Map<string, Response>>();
  keys = async () => [...this.all.keys()];
  delete = async (name: string) => this.all.delete(name);
  open = async (name: string) => {
    const kept = this.all.get(name) ?? new Map<string, Response>();
    this.all.set(name, kept);
    return { keys: async () => [...kept.keys()], put: async (url: string, answer: Response) => void kept.set(url, answer), match: async (url: string) => kept.get(url)?.clone() };
  };
}

let caches: Caches;
let fetched: string[];
let host: Record<string, string>;
beforeEach(() => {
  caches = new Caches();
  fetched = [];
  host = { '': 'page', 'assets/a.js': 'script', 'names.csv': 'names' };
});

function versionOf(files: Record<string, string>, id = 'one', scope = SCOPE): KeptVersion {
  const list = Object.entries(files).map(([path, text]) => ({ path, sha256: createHash('sha256').update(text).digest('hex') }));
  const fetch = async (url: string) => {
    const path = url.slice(scope.length);
    fetched.push(path);
    return host[path] === undefined ? new Response('', { status: 404 }) : new Response(host[path], { headers: { 'content-type': 'text/x', 'cache-control': 'max-age=9' } });
  };
  return new KeptVersion(scope, { id, files: list }, { caches: caches as unknown as CacheStorage, fetch, headers: { 'x-isolated': 'yes' } }); // what is used of it
}

const textOf = async (version: KeptVersion, path: string) => (await version.answer(path))?.text();

test('keeps every file, with the type its host gave and our headers, and no other of the host’s', async () => {
  const version = versionOf(host);
  await version.fill();
  const page = await version.answer('');
  expect(await page?.text()).toBe('page');
  expect(Object.fromEntries(page!.headers)).toMatchObject({ 'content-type': 'text/x', 'x-isolated': 'yes' });
  expect(page!.headers.has('cache-control')).toBe(false);
  expect(await textOf(version, 'assets/other.js')).toBeUndefined();
});

test.each([
  ['is not there', (files: Record<string, string>) => delete files['names.csv']],
  ['is of another build', (files: Record<string, string>) => (files['names.csv'] = 'newer names')],
])('a version of which one file %s is not kept, and the one before it stays whole', async (_, change) => {
  const first = versionOf(host);
  await first.fill();
  const built = { ...host, '': 'second page', 'names.csv': 'names of the second' };
  host = { ...built };
  change(host);
  await expect(versionOf(built, 'two').fill()).rejects.toThrow('names.csv');
  expect(await caches.keys()).toHaveLength(1);
  expect(await textOf(first, '')).toBe('page');
  expect(await textOf(first, 'names.csv')).toBe('names');
});

test('fetches only what has changed, and drops the version before when told, not another copy’s', async () => {
  await versionOf(host).fill();
  await versionOf(host, 'one', 'https://host.example/other/').fill();
  host = { ...host, '': 'second page' };
  fetched = [];
  const second = versionOf(host, 'two');
  await second.fill();
  expect(fetched).toEqual(['']);
  expect(await textOf(second, '')).toBe('second page');
  await second.dropOthers();
  expect(await caches.keys()).toEqual(['nudge https://host.example/other/ one', `nudge ${SCOPE} two`]);
  expect(await textOf(second, 'names.csv')).toBe('names');
});

test('answers an older tab with the files of its version while they are there', async () => {
  await versionOf(host).fill();
  host = { '': 'second page', 'assets/b.js': 'second script' };
  const second = versionOf(host, 'two');
  await second.fill();
  expect(await textOf(second, 'assets/a.js')).toBe('script');
  expect(await textOf(second, '')).toBe('second page');
});

test('what is cut short is filled again, from what came', async () => {
  const version = versionOf(host);
  await version.fill();
  [...caches.all.values()][0]!.delete(`${SCOPE}names.csv`);
  fetched = [];
  await version.fill();
  expect(fetched).toEqual(['names.csv']);
});

test('a path is what follows the folder, whatever is asked or shown there', () => {
  const version = versionOf(host);
  expect(version.pathOf(SCOPE)).toBe('');
  expect(version.pathOf(`${SCOPE}index.html?a=1#/lab`)).toBe('');
  expect(version.pathOf(`${SCOPE}assets/a.js?v=2`)).toBe('assets/a.js');
  expect(version.pathOf('https://host.example/some/')).toBeUndefined();
  expect(version.pathOf('https://elsewhere.example/some/path/')).toBeUndefined();
});

test('headers are added to what has come, with or without a body', async () => {
  const answer = withHeaders(new Response('text', { status: 203, headers: { a: 'b' } }), { c: 'd' });
  expect([answer.status, await answer.text(), Object.fromEntries(answer.headers)]).toEqual([203, 'text', { a: 'b', c: 'd', 'content-type': 'text/plain;charset=UTF-8' }]);
  expect(withHeaders(new Response(null, { status: 304 }), { c: 'd' }).status).toBe(304);
  const redirect = Response.error();
  expect(withHeaders(redirect, { c: 'd' })).toBe(redirect);
});
