/**
 * What was measured of a GPU here, so that it is measured once: a small database of its own, since it belongs to the machine and not to any run.
 * Without storage nothing is remembered and nothing fails: measuring again takes a second.
 */
import { openDB, type DBSchema } from 'idb';

interface AdapterDatabase extends DBSchema {
  /** By name of the adapter: pass -> the way to do it that was fastest. */
  ways: { key: string; value: Readonly<Record<string, string>> };
}

const open = () => openDB<AdapterDatabase>('nudge-adapters', 1, { upgrade: (db) => void db.createObjectStore('ways') });

export async function recallWays(adapter: string): Promise<Readonly<Record<string, string>>> {
  try {
    const db = await open();
    const found = await db.get('ways', adapter);
    db.close();
    return found ?? {};
  } catch {
    return {};
  }
}

export async function rememberWays(adapter: string, ways: Readonly<Record<string, string>>): Promise<void> {
  try {
    const db = await open();
    await db.put('ways', ways, adapter);
    db.close();
  } catch {
    // As said above.
  }
}
