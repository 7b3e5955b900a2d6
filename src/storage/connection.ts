/** A connection to the browser's IndexedDB, and transactions over it that happen as a whole or not at all. What lies where: `schema.ts`. */
import { openDB, type IDBPDatabase, type IDBPTransaction } from 'idb';
import { detail } from '../contract/details';
import { Failure } from '../contract/failures';
import { upgradeFrom, VERSION, type NudgeDatabase, type StoreName } from './schema';

export type Connection = IDBPDatabase<NudgeDatabase>;

/** How long another tab may take to let go of an older version, milliseconds. */
const PATIENCE = 5000;

export type Transaction<Mode extends IDBTransactionMode> = IDBPTransaction<NudgeDatabase, StoreName[], Mode>;

/** Throws `no-storage` when the browser offers no storage, `disk-full` when there is no room even for an empty one. */
export function connect(name: string): Promise<Connection> {
  // Absent in some private windows, whatever its type says.
  if ((globalThis.indexedDB as IDBFactory | undefined) === undefined) return Promise.reject(new Failure('no-storage', detail('no-indexeddb')));
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
        upgrade: (db, from, _to, transaction) => upgradeFrom(from, db, transaction),
        blocked: () => (timer = setTimeout(giveUp, PATIENCE)),
        // A newer page wants to upgrade: let it. What is asked here afterwards says so.
        blocking: (_from, _to, event) => (event.target as IDBDatabase).close(), // the event of a connection
      });
    open().then((db) => (hasGivenUp ? db.close() : resolve(db)), (error: unknown) => reject(storageFailure(error))).finally(() => clearTimeout(timer));
  });
}

const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;

function storageFailure(error: unknown): Failure {
  if (isNamed(error, 'QuotaExceededError')) return new Failure('disk-full');
  if (isNamed(error, 'VersionError')) return new Failure('no-storage', detail('newer-runs'));
  return new Failure('no-storage', error instanceof Error ? error.message : String(error));
}

/** All of `work` or nothing of it. */
async function inOne<Mode extends 'readonly' | 'readwrite', T>(db: Connection, stores: readonly StoreName[], mode: Mode, work: (transaction: Transaction<Mode>) => Promise<T>): Promise<T> {
  let transaction: Transaction<Mode>;
  try {
    transaction = db.transaction([...stores], mode);
  } catch (error) {
    // The connection is gone: closed for an upgrade elsewhere, or by the browser.
    if (isNamed(error, 'InvalidStateError')) throw new Failure('no-storage', detail('connection-closed'));
    throw error;
  }
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

/** Transactions of a connection. */
export const over = (db: Connection) => ({
  read: <T>(stores: readonly StoreName[], work: (transaction: Transaction<'readonly'>) => Promise<T>): Promise<T> => inOne(db, stores, 'readonly', work),
  write: <T>(stores: readonly StoreName[], work: (transaction: Transaction<'readwrite'>) => Promise<T>): Promise<T> => inOne(db, stores, 'readwrite', work),
});
