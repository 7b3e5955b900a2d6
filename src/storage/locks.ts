/** One trainer per run, over all tabs: whoever holds a run's lock may write it. The browser lets go when the tab dies. */
import { Failure } from '../contract/failures';
import type { RunId } from '../contract/ids';

/**
 * Holds a run until the function it returns is called (more than once does no harm). Throws `run-busy` when somebody else holds it.
 * Without locks (no secure context) nothing is held and nothing is refused.
 */
export async function holdRun(id: RunId): Promise<() => void> {
  // Absent in insecure contexts and in old Node, whatever its type says.
  const locks = (globalThis.navigator as Navigator | undefined)?.locks as LockManager | undefined;
  if (!locks) return () => {};
  return new Promise((resolve, reject) => {
    const asked = locks.request(`nudge-run-${id}`, { ifAvailable: true }, (lock) => {
      if (!lock) throw new Failure('run-busy');
      // The lock is held for as long as this promise is open.
      return new Promise<void>((release) => resolve(release));
    });
    asked.catch(reject);
  });
}
