/**
 * Writes what check-adapters.py reads: `node scripts/run.mjs test/interop/write-adapters.ts FOLDER [run.nudge …]`.
 * The adapters of adapter-cases.ts, and those of the run files named, each beside what our own engine (WASM) says of 50 prompts with them; and what training made of the former.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Random } from '../../src/contract/random';
import { entriesIn, openArchive } from '../../src/storage/archive';
import { memoryDatasets } from '../../src/storage/dataset-memory';
import { modelsOf } from '../../src/storage/hugging-face/run-models';
import { memoryStore } from '../../src/storage/memory-store';
import { importRun } from '../../src/storage/transfer';
import { huggingFaceZip } from '../../src/state/hugging-face';
import { openTask } from '../../src/tasks';
import { taskDoors } from '../../scripts/task-doors';
import { prompts, PROMPTS, SHAPE } from './cases';

export async function main([folder = '', ...runs]: string[]): Promise<void> {
  const { startEngine } = await import('../../workers/engine/engine'); // late: TF.js
  const { answersOf } = await import('./answers');
  const { ADAPTER_NAMES, adapterFolderOf, adaptersIn, begun, rowsOf, stepOf, TRAINING } = await import('./adapter-cases');
  await startEngine('wasm');
  const put = async (name: string, content: string | Uint8Array) => {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  };

  for (const name of ADAPTER_NAMES) {
    const drawn = begun(name, true);
    for (const [file, content] of adapterFolderOf(name, true)) await put(`adapters/drawn-${name}/${file}`, content);
    await put(`adapters/drawn-${name}/expected.json`, JSON.stringify({ prompts: prompts(), answers: await answersOf(SHAPE, 'none', await drawn.model.read(), prompts()) }));

    const { optimizer } = begun(name);
    const steps = [];
    for (let step = 0; step < TRAINING.steps; step++) steps.push(await stepOf(optimizer));
    for (const [file, content] of adapterFolderOf(name, false)) await put(`training/${name}/${file}`, content);
    const adapters = Object.fromEntries([...(await adaptersIn(optimizer))].map(([matrix, numbers]) => [matrix, [...numbers]]));
    await put(`training/${name}/expected.json`, JSON.stringify({ ...TRAINING, rows: rowsOf(), losses: steps.map(({ loss }) => loss), norms: steps.map(({ norm }) => norm), adapters }));
  }
  for (const file of runs) {
    const [store, datasets] = [memoryStore(), memoryDatasets()];
    const record = await importRun(store, new Uint8Array(await readFile(file)), datasets);
    const task = await openTask(record.config.task, taskDoors(datasets));
    const { content: zip, name } = await huggingFaceZip(store, record.id, { appVersion: __APP_VERSION__, openTask: async () => task });
    const random = Random.of(5, 'interop/run');
    const texts = Array.from({ length: PROMPTS }, (_, i) => {
      const { prompt, completion } = task.demonstration('held-out', i % task.demonstrationCount('held-out'), random);
      return [...prompt, ...completion];
    });
    const policy = (await modelsOf(store, record, { vocabulary: task.tokenizer.vocabulary.length, context: task.context })).find(({ adapter }) => adapter);
    if (!policy) throw new Error(`${file}: want a run whose policy was trained by LoRA, got none`);
    const to = `adapters/${name.replace('.zip', '')}`;
    for (const [entry, content] of await entriesIn(await openArchive(new Blob(zip)))) if (entry.startsWith('adapter/')) await put(`${to}/${entry.slice('adapter/'.length)}`, content);
    await put(`${to}/expected.json`, JSON.stringify({ prompts: texts, answers: await answersOf(policy.shape, 'none', policy.weights, texts) }));
  }
  console.log(`wrote ${folder}`);
}
