/**
 * Trains the run of a file again and says whether its numbers come out the same:
 *   npm run recipe -- verify run.nudge [--json]
 * Exit codes: 0 the same, 1 a difference, or it broke; 2 not understood, or no readable run file; 3 it cannot be verified, or not all of it.
 */
import { openAsBlob } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { detailText } from '../src/contract/details';
import { Failure } from '../src/contract/failures';
import type { RunRecord } from '../src/contract/run';
import { outcomeOf, reasonFor, sentenceOn, verdictOf, type Outcome, type StageVerdict } from '../src/contract/verification';
import { memoryDatasets } from '../src/storage/dataset-memory';
import { memoryStore } from '../src/storage/memory-store';
import { importRun } from '../src/storage/transfer';
import { taskDoors } from './task-doors';

const USAGE = 'npm run recipe -- verify run.nudge [--json]';
const EXIT: Record<Outcome, number> = { same: 0, different: 1, partly: 3, cannot: 3 };

/** A stage whose reason stands in it as its sentence. */
const inEnglish = (verdict: StageVerdict) => (verdict.outcome === 'unproven' ? { stage: verdict.stage, outcome: verdict.outcome, why: reasonFor(verdict) } : verdict);

export async function runVerify(args: string[]): Promise<number> {
  const [store, datasets] = [memoryStore(), memoryDatasets()];
  let isJson: boolean;
  let run: RunRecord;
  try {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { json: { type: 'boolean', default: false } } });
    const [path = '', ...others] = positionals;
    if (path === '' || others.length > 0) throw new Failure('not-a-run-file', `want one file, got ${positionals.length}`);
    isJson = values.json;
    run = await importRun(store, await openAsBlob(path), datasets);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return 2;
  }
  try {
    // Loaded late: TF.js looks for WebGPU when it is loaded.
    const { verifyRun } = await import('../workers/session/verify');
    const doors = { ...taskDoors(datasets), readBytes: (name: string) => readFile(`public/${name}`), clock: Date.now };
    let spoken = '';
    const found = await verifyRun(store, run.id, doors, __APP_VERSION__, ({ stage, done, total }) => {
      if (!isJson && stage !== spoken) console.log(`training ${stage} again, ${done} of ${total} steps done`);
      spoken = stage;
    });
    const outcome = outcomeOf(found);
    console.log(isJson ? JSON.stringify({ run: run.name, outcome, stages: found.stages.map(inEnglish), notes: found.notes.map(detailText) }) : [`${run.name}: ${verdictOf(found)}`, ...found.stages.map(sentenceOn), ...found.notes.map(detailText)].join('\n'));
    return EXIT[outcome];
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  }
}
