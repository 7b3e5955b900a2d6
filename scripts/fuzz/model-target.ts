/** Folders of models as the fuzzer makes them: a good zip changed in its bytes, or in one of its files from the inside. */
import { unzipSync, zipSync } from 'fflate';
import { readFileSync } from 'node:fs';
import type { Random } from '../../src/contract/random';
import { importModel, readModel } from '../../src/state/import-model';
import { memoryStore } from '../../src/storage/memory-store';
import { exportPieces, importRun } from '../../src/storage/transfer';
import { openTask } from '../../src/tasks';
import { Imported } from '../../src/tasks/tokenizer/imported';
import { TASK_DOORS } from '../task-doors';
import { mutated, pick } from './mutate';
import type { Target } from './targets';

const FIXTURE = unzipSync(new Uint8Array(readFileSync('test/fixtures/hugging-face.zip')));
const FOLDERS = ['f32', 'f16-in-shards', 'bf16-bare'];
/** No imported model has these. */
const NOTHING = { merges: '', others: [], found: [], start: 1 };
const TEXT = 'the cat ate, naïve <user>: 12 345';

function want(isSo: boolean, what: string): void {
  if (!isSo) throw new Error(what);
}

function madeModel(random: Random): Uint8Array<ArrayBuffer> {
  const folder = pick(FOLDERS, random);
  const entries = Object.fromEntries(Object.entries(FIXTURE).filter(([path]) => path.startsWith(`${folder}/`)));
  const level = random.below(2) === 0 ? 0 : 6;
  if (random.below(3) === 0) return mutated(new Uint8Array(zipSync(entries, { level })), random);
  const name = pick(Object.keys(entries), random);
  if (random.below(8) === 0) delete entries[name];
  else entries[name] = mutated(new Uint8Array(entries[name]!), random); // it was found there
  return new Uint8Array(zipSync(entries, { level }));
}

export const model: Target = {
  name: 'model',
  make: madeModel,
  async read(bytes) {
    const store = memoryStore();
    let record;
    try {
      record = await importModel(store, await readModel(new Blob([bytes]), 'fuzz'), '');
    } catch (error) {
      want((await store.runs()).length === 0, 'something was stored of a model that was refused');
      throw error;
    }
    // What was accepted is a run like any other, and its tokens are those of a text.
    const { tokenizer } = await openTask(record.config.task, TASK_DOORS);
    const { content } = await exportPieces(store, record.id, { appVersion: '', vocabulary: tokenizer.vocabulary });
    const again = await importRun(memoryStore(), new Blob(content));
    want(JSON.stringify(again.config) === JSON.stringify(record.config), 'a run is not what is written and read again');
    const { task } = record.config;
    const cutter = new Imported(task.id === 'yours' && task.pieces ? task.pieces : NOTHING);
    want(cutter.decode(cutter.encode(TEXT)) === TEXT, `“${TEXT}” does not come back`);
  },
};
