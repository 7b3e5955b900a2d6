/** What only the database can meet: a newer page, an older tab, a browser that refuses, cannot now, or closes what it had opened. */
import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { asRunId } from '../../src/contract/ids';
import { openDatabase } from '../../src/storage/database';
import { holdRun } from '../../src/storage/locks';
import { VERSION } from '../../src/storage/schema';
import { commitAt, recordOf, RUN } from './made-runs';

let counted = 0;
const OTHER = asRunId('run-test-2');

describe('the database and its surroundings', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  test('two connections see the same runs', async () => {
    const name = `test-${counted++}`;
    const [page, worker] = [await openDatabase(name), await openDatabase(name)];
    await page.putRun(recordOf());
    await worker.commit(commitAt('pretrain', 0, 5));
    expect((await page.stages(RUN)).map(({ step }) => step)).toEqual([5]);
  });

  test('a browser without storage, and one that refuses it', async () => {
    vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('denied', 'SecurityError');
    });
    await expect(openDatabase()).rejects.toMatchObject({ code: 'no-storage', detail: 'denied' });
    expect(indexedDB.open).toHaveBeenCalledOnce(); // no is no
    vi.stubGlobal('indexedDB', undefined);
    await expect(openDatabase()).rejects.toMatchObject({ code: 'no-storage' });
  });

  test('a browser that cannot open its files now is asked again, and not for ever', async () => {
    const { open } = indexedDB;
    const refuse = (times: number) => {
      let left = times;
      return vi.spyOn(indexedDB, 'open').mockClear().mockImplementation((...given) => {
        if (left-- > 0) throw new DOMException('Internal error opening backing store', 'UnknownError');
        return open.apply(indexedDB, given);
      });
    };
    const name = `test-${counted++}`;
    const asked = refuse(2);
    const store = await openDatabase(name);
    expect(asked).toHaveBeenCalledTimes(3);
    await store.putRun(recordOf());
    expect(await store.runs()).toHaveLength(1);
    const always = refuse(Infinity);
    await expect(openDatabase(name)).rejects.toMatchObject({ code: 'no-storage', detail: 'Internal error opening backing store' });
    expect(always).toHaveBeenCalledTimes(4);
  });

  test('a connection that the browser has closed is made anew, once for all who ask', async () => {
    const name = `test-${counted++}`;
    let opened: IDBDatabase | undefined;
    const { open } = indexedDB;
    const asked = vi.spyOn(indexedDB, 'open').mockClear().mockImplementation((...given) => {
      const request = open.apply(indexedDB, given);
      request.addEventListener('success', () => (opened = request.result));
      return request;
    });
    const store = await openDatabase(name);
    await store.putRun(recordOf());
    opened!.close(); // it was opened
    await Promise.all([store.commit(commitAt('pretrain', 0, 5)), store.runs()]);
    expect((await store.stages(RUN)).map(({ step }) => step)).toEqual([5]);
    expect(asked).toHaveBeenCalledTimes(2);
    // Where what was stored has been cleared meanwhile, nothing half is written in its place.
    opened!.close();
    await new Promise((done) => (indexedDB.deleteDatabase(name).onsuccess = done));
    await expect(store.commit(commitAt('pretrain', 5, 10))).rejects.toMatchObject({ code: 'no-storage', detail: expect.stringContaining('closed') });
    vi.restoreAllMocks();
    expect(await (await openDatabase(name)).stages(RUN)).toEqual([]);
  });

  test('lets a newer page upgrade, and says so afterwards', async () => {
    const name = `test-${counted++}`;
    const store = await openDatabase(name);
    await store.putRun(recordOf());
    const newer = await openDB(name, VERSION + 1);
    await expect(store.runs()).rejects.toMatchObject({ code: 'no-storage' });
    await expect(openDatabase(name)).rejects.toMatchObject({ code: 'no-storage', detail: expect.stringContaining('newer') });
    expect(await newer.getAll('runs')).toEqual([recordOf()]);
    newer.close();
  });

  test('gives up on a tab that holds an older version, without hanging', async () => {
    const name = `test-${counted++}`;
    // There is no version before the first that a tab could hold, so the request is one that stays blocked. The type hides its constructor.
    const request = new (IDBOpenDBRequest as unknown as new () => IDBOpenDBRequest)();
    vi.spyOn(indexedDB, 'open').mockReturnValue(request);
    vi.useFakeTimers();
    // oxlint-disable-next-line vitest/valid-expect -- awaited below, once the request has been made to block
    const opening = expect(openDatabase(name)).rejects.toMatchObject({ code: 'no-storage', detail: expect.stringContaining('another tab') });
    await vi.advanceTimersByTimeAsync(0);
    request.dispatchEvent(new IDBVersionChangeEvent('blocked', { oldVersion: 1, newVersion: 2 }));
    await vi.advanceTimersByTimeAsync(10_000);
    await opening;
  });
});

describe('the lock of a run', () => {
  afterEach(() => vi.unstubAllGlobals());

  /** Exclusive locks with `ifAvailable`, as the Web Locks API describes them: Node 20 has none. */
  function fakeLocks() {
    const held = new Set<string>();
    const request = async (name: string, _options: object, work: (lock: object | null) => unknown) => {
      if (held.has(name)) return work(null);
      held.add(name);
      try {
        return await work({ name });
      } finally {
        held.delete(name);
      }
    };
    vi.stubGlobal('navigator', { locks: { request } });
    return held;
  }

  test('is held by one at a time until it is given back', async () => {
    const held = fakeLocks();
    const release = await holdRun(RUN);
    await expect(holdRun(RUN)).rejects.toMatchObject({ code: 'run-busy' });
    (await holdRun(OTHER))();
    release();
    release();
    await vi.waitFor(() => expect(held.size).toBe(0));
    (await holdRun(RUN))();
  });

  test('is nothing where the browser has no locks', async () => {
    vi.stubGlobal('navigator', {});
    (await holdRun(RUN))();
    (await holdRun(RUN))();
  });
});
