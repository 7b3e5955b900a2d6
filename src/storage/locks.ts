/** One trainer per run, over all tabs: whoever holds a run's lock may write it. An import holds a lock too, which says that it is alive. The browser lets go when the tab dies. */
import { Failure } from '../contract/failures';
import type { ImportId, RunId } from '../contract/ids';

// Absent in insecure contexts and in old Node, whatever its type says.
const locksHere = (): LockManager | undefined => (globalThis.navigator as { locks?: LockManager } | undefined)?.locks;

const RUN = 'nudge-run-';

/** Held until the function it resolves to is called (more than once does no harm). Rejects with `taken` when somebody else holds it. */
function hold(locks: LockManager, name: string, taken: () => Error): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const asked = locks.request(name, { ifAvailable: true }, (lock) => {
      if (!lock) throw taken();
      // The lock is held for as long as this promise is open.
      return new Promise<void>((release) => resolve(release));
    });
    asked.catch(reject);
  });
}

/**
 * Holds a run until the function it returns is called. Throws `run-busy` when somebody else holds it.
 * Without locks (no secure context) nothing is held and nothing is refused.
 */
export async function holdRun(id: RunId): Promise<() => void> {
  const locks = locksHere();
  return locks ? hold(locks, `${RUN}${id}`, () => new Failure('run-busy')) : () => {};
}

/** Whether another tab holds a run. Without locks none is said to. */
export async function isRunHeldElsewhere(): Promise<boolean> {
  const locks = locksHere();
  if (!locks) return false;
  const here = `nudge-here-${crypto.randomUUID()}`; // a lock says by whom it is held, and this one is ours
  return locks.request(here, async () => {
    const { held = [] } = await locks.query();
    const ours = held.find(({ name }) => name === here)?.clientId;
    return held.some(({ name, clientId }) => name?.startsWith(RUN) && clientId !== ours);
  });
}

/** Whether anybody holds a run: this tab, or another. Without locks nobody is said to. */
export async function isRunHeld(id: RunId): Promise<boolean> {
  const { held = [] } = (await locksHere()?.query()) ?? {};
  return held.some(({ name }) => name === `${RUN}${id}`);
}

const nameOf = (by: ImportId): string => `nudge-${by}`;

/** As long as this is held, nobody takes the import for dead. */
export async function holdImport(by: ImportId): Promise<() => void> {
  const locks = locksHere();
  return locks ? hold(locks, nameOf(by), () => new Error(`holdImport: want an import of its own, got ${by}`)) : () => {};
}

/** Whether an import is alive in any tab. Without locks none is said to be; one that is swept by mistake ends with `import-ended`. */
export async function isImportHeld(by: ImportId): Promise<boolean> {
  const locks = locksHere();
  return locks ? locks.request(nameOf(by), { ifAvailable: true }, (lock) => lock === null) : false;
}
