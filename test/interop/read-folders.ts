/**
 * Imports the folders of write-folders.py by the batch door and holds logits and ids of tokens to what `transformers` computed; run by hand, see README.md beside it.
 *
 *   node scripts/run.mjs test/interop/read-folders.ts FOLDER
 */
import { openAsBlob } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main as importFrom, modelAt } from '../../scripts/import';
import { modelOf } from '../../src/contract/config';
import { IMPORTED_STAGE } from '../../src/recipes/imported';
import { readModel } from '../../src/state/import-model';
import { memoryStore } from '../../src/storage/memory-store';
import { decodeSafetensors } from '../../src/storage/safetensors';
import { importRun } from '../../src/storage/transfer';
import { Imported } from '../../src/tasks/tokenizer/imported';
import { startEngine } from '../../workers/engine/engine';
import { answersOf } from './answers';

const BOUND = 1e-4;

interface Expected {
  texts: [text: string, ids: number[]][];
  prompts: number[][];
  /** Of every place, or of the last alone. */
  logits: number[][][];
}

export async function main([folder]: string[]): Promise<number> {
  if (!folder) throw new Error('want the folder that write-folders.py wrote');
  await startEngine('wasm');
  const to = await mkdtemp(join(tmpdir(), 'nudge-import-'));
  let isGood = true;
  const say = (isRight: boolean, line: string) => {
    isGood &&= isRight;
    console.log(isRight ? 'ok  ' : 'FAIL', line);
  };
  try {
    for (const name of (await readdir(folder)).sort()) {
      const from = join(folder, name);
      const file = join(to, `${name}.nudge`);
      if ((await importFrom([from, '--to', file])) !== 0) {
        say(false, `${name} was not imported`);
        continue;
      }
      const store = memoryStore();
      const { id, config } = await importRun(store, await openAsBlob(file));
      const [ref] = await store.checkpoints(id, IMPORTED_STAGE);
      const { tensors } = (await store.checkpoint(ref!))!; // just imported
      const weights = new Map(Object.entries(decodeSafetensors(tensors)).map(([tensor, { data }]) => [tensor.slice('policy/'.length), data]));
      const { ids } = await (await readModel(await modelAt(from), name)).read();
      if (config.task.id !== 'yours' || !config.task.pieces) throw new Error(`${name}: want a run of an imported model`);
      const shape = { ...modelOf(config, IMPORTED_STAGE), vocabulary: ids.length, context: config.task.context };
      const { texts, prompts, logits } = JSON.parse(await readFile(join(from, 'expected.json'), 'utf8')) as Expected; // written by the script beside it

      const cutter = new Imported(config.task.pieces);
      const unlike = texts.filter(([text, theirs]) => cutter.encode(text).map((token) => ids[token]).join() !== theirs.join());
      say(unlike.length === 0, `${name}: ${texts.length - unlike.length} of ${texts.length} texts have the same ids`);
      for (const [text, theirs] of unlike.slice(0, 3)) console.log('    ', JSON.stringify(text), theirs.join(' '), '|', cutter.encode(text).map((token) => ids[token]).join(' '));

      // Padding that the file lacks repeats another row, so ours are looked for from the end.
      const ours = new Map(ids.map((theirs, token) => [theirs, token] as const).reverse().toSorted(([, a], [, b]) => a - b));
      let [worst, largest] = [0, 0];
      for (const [i, prompt] of prompts.entries()) {
        const [answer] = await answersOf(shape, 'none', weights, [prompt.map((token) => ours.get(token)!)]); // every token of theirs has one of ours
        const rows = (answer as number[][]).slice(-logits[i]!.length); // of a policy
        logits[i]!.forEach((row, place) => row.forEach((logit, token) => {
          worst = Math.max(worst, Math.abs(rows[place]![ours.get(token)!]! - logit));
          largest = Math.max(largest, Math.abs(logit));
        }));
      }
      say(worst <= BOUND, `${name}: ${prompts.length} prompts, largest difference of a logit ${worst.toExponential(2)} (largest logit ${largest.toFixed(2)})`);
    }
  } finally {
    await rm(to, { recursive: true });
  }
  return isGood ? 0 : 1;
}
