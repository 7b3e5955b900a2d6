/** A connection to the browser's IndexedDB, and transactions over it that happen as a whole or not at all. What lies where: `schema.ts`. */
import { openDB, type IDBPDatabase, type IDBPTransaction } from 'idb';
import { detail } from '../contract/details';
import { Failure } from '../contract/failures';
import { upgradeFrom, VERSION, type NudgeDatabase, type StoreName } from './schema';

export type Connection = IDBPDatabase<NudgeDatabase>;

/** How long another tab may take to let go of an older version, milliseconds. */
const PATIENCE = 5000;

/** Milliseconds before each further try where the browser could not open its own files: after a crash, or while they are still being closed, it can a moment later. Without them the whole visit would be kept in memory alone. */
const TRIES_AFTER = [100, 400, 1500];

export type Transaction<Mode extends IDBTransactionMode> = IDBPTransaction<NudgeDatabase, StoreName[], Mode>;

/** Throws `no-storage` when the browser offers no storage, `disk-full` when there is no room even for an empty one. @param isAgain what was there is gone if it is not there now, and nothing is made in its place */
export async function connect(name: string, isAgain = false): Promise<Connection> {
  // Absent in some private windows, whatever its type says.
  if ((globalThis.indexedDB as IDBFactory | undefined) === undefined) throw new Failure('no-storage', detail('no-indexeddb'));
  for (let tries = 0; ; tries++) {
    try {
      return await opened(name, isAgain);
    } catch (error) {
      const wait = TRIES_AFTER[tries];
      if (wait === undefined || !mayPass(error)) throw error instanceof Failure ? error : storageFailure(error);
      await new Promise((done) => setTimeout(done, wait));
    }
  }
}

/** Rejects with what the browser says, or with a `Failure`. */
function opened(name: string, isAgain: boolean): Promise<Connection> {
  return new Promise((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let hasGivenUp = false;
    const giveUp = () => {
      hasGivenUp = true;
      reject(new Failure('no-storage', detail('older-tab')));
    };
    // Async, because a browser may refuse by throwing at once.
    const open = async () =>
      openDB<NudgeDatabase>(name, VERSION, {
        upgrade: (db, from, _to, transaction) => {
          if (!isAgain || from > 0) return upgradeFrom(from, db, transaction);
          transaction.done.catch(() => {});
          reject(closed());
          transaction.abort();
        },
        blocked: () => (timer = setTimeout(giveUp, PATIENCE)),
        // A newer page wants to upgrade: let it. What is asked here afterwards says so.
        blocking: (_from, _to, event) => (event.target as IDBDatabase).close(), // the event of a connection
      });
    open().then((db) => (hasGivenUp ? db.close() : resolve(db)), reject).finally(() => clearTimeout(timer));
  });
}

const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;

/** Trouble of the browser with its own files, which says nothing of whether it allows storage. */
const mayPass = (error: unknown): boolean => isNamed(error, 'UnknownError') || isNamed(error, 'AbortError');

function storageFailure(error: unknown): Failure {
  if (isNamed(error, 'QuotaExceededError')) return new Failure('disk-full');
  if (isNamed(error, 'VersionError')) return new Failure('no-storage', detail('newer-runs'));
  return new Failure('no-storage', error instanceof Error ? error.message : String(error));
}

const closed = () => new Failure('no-storage', detail('connection-closed'));

/** All of `work` or nothing of it. */
async function inOne<Mode extends 'readonly' | 'readwrite', T>(transaction: Transaction<Mode>, work: (transaction: Transaction<Mode>) => Promise<T>): Promise<T> {
  // It may fail while `work` is still waiting for a request.
  transaction.done.catch(() => {});
  try {
    const result = await work(transaction);
    await transaction.done;
    return result;
  } catch (error) {
    try {
      transaction.abort();
    } catch {
      // It has already ended by itself.
    }
    // Nothing is told before everything is undone.
    await transaction.done.catch(() => {});
    throw [transaction.error, error].some((cause) => isNamed(cause, 'QuotaExceededError')) ? new Failure('disk-full') : error;
  }
}

/** Transactions of a connection, which is made anew where it is gone: browsers close some after a long sleep, and where their own files fail. One closed for a newer page stays so, and says so. */
export function over(first: Connection) {
  let db = first;
  let coming: Promise<Connection> | undefined;

  async function begun<Mode extends 'readonly' | 'readwrite'>(stores: readonly StoreName[], mode: Mode): Promise<Transaction<Mode>> {
    const isGone = (error: unknown) => isNamed(error, 'InvalidStateError');
    try {
      return db.transaction([...stores], mode);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
    db = await (coming ??= connect(first.name, true).finally(() => (coming = undefined)));
    try {
      return db.transaction([...stores], mode);
    } catch (error) {
      throw isGone(error) ? closed() : error;
    }
  }

  return {
    read: async <T>(stores: readonly StoreName[], work: (transaction: Transaction<'readonly'>) => Promise<T>): Promise<T> => inOne(await begun(stores, 'readonly'), work),
    write: async <T>(stores: readonly StoreName[], work: (transaction: Transaction<'readwrite'>) => Promise<T>): Promise<T> => inOne(await begun(stores, 'readwrite'), work),
  };
}
