/** What a profile holds, read past the page: the keys of every store that belong to a run. And what a run file holds, held against the run that was never interrupted. */
import type { Page } from 'playwright';
import { asRunId, type RunId } from '../../src/contract/ids';
import type { RunBundle } from '../../src/storage/run-store';
import { ALL_STORES } from '../../src/storage/schema';

/** Store -> all its keys. */
const allKeys = (page: Page): Promise<Record<string, IDBValidKey[]>> => page.evaluate(async (stores) => {
  const opening = indexedDB.open('nudge');
  const db = await new Promise<IDBDatabase>((resolve, reject) => {
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
  const found: Record<string, IDBValidKey[]> = {};
  for (const name of stores) {
    const asking = db.transaction(name).objectStore(name).getAllKeys();
    found[name] = await new Promise<IDBValidKey[]>((resolve) => (asking.onsuccess = () => resolve(asking.result)));
  }
  db.close();
  return found;
}, [...ALL_STORES] as string[]);

/** Store -> number of its keys under the run; stores that have none are left out. */
export async function keysOf(page: Page, run: RunId): Promise<Record<string, number>> {
  const counted = Object.entries(await allKeys(page)).map(([name, keys]) => [name, keys.filter((key) => (Array.isArray(key) ? key[0] : key) === run).length] as const);
  return Object.fromEntries(counted.filter(([, count]) => count > 0));
}

/** Runs that have a record. */
export const runsIn = async (page: Page): Promise<RunId[]> => ((await allKeys(page))['runs'] ?? []).map((key) => asRunId(String(key)));

/** Where a run stands: the stage it is in, counted from 0, and that stage's step. */
export interface Place {
  stage: number;
  step: number;
}

/** Of what is stored. A stage that is finished is left for the next one. */
export function placeOf({ record, stages }: RunBundle): Place {
  const done = stages.filter(({ stage }) => stage.finished).length;
  const current = record.config.stages[done];
  const step = stages.find(({ stage }) => stage.stage === current?.id)?.stage.step ?? 0;
  return { stage: done, step };
}

/** Steps that were seen and are not stored. Steps before a stage's first are counted as that stage's alone. */
export const lostSteps = (seen: Place, stored: Place): number => (stored.stage > seen.stage ? 0 : stored.stage < seen.stage ? Infinity : Math.max(0, seen.step - stored.step));

/** What of a stored run is not as the uninterrupted run has it, in words; empty where all that is stored is the same to the last bit. */
export function differenceFrom(whole: RunBundle, stored: RunBundle): string {
  for (const { stage, history: { metrics }, checkpoints } of stored.stages) {
    const same = whole.stages.find((other) => other.stage.stage === stage.stage);
    if (!same) return `${stage.stage} is no stage of the run`;
    if (metrics.steps.length !== stage.step) return `${stage.stage} stands at step ${stage.step} and has ${metrics.steps.length} rows`;
    const wanted = same.history.metrics;
    for (const name of Object.keys(wanted.columns) as (keyof typeof wanted.columns)[]) {
      for (let row = 0; row < metrics.steps.length; row++) {
        const [is, was] = [metrics.columns[name]?.[row] ?? null, wanted.columns[name]?.[row] ?? null];
        if (!Object.is(is, was)) return `${stage.stage} step ${metrics.steps[row]}: ${name} is ${is}, uninterrupted ${was}`;
      }
    }
    if (!stage.finished) continue;
    const [last, wantedLast] = [checkpoints[0], same.checkpoints[0]];
    if (!last || !wantedLast || Buffer.compare(last.tensors, wantedLast.tensors) !== 0) return `${stage.stage}: the last weights are not those of the uninterrupted run`;
  }
  return '';
}
