/**
 * Writes what check.py reads: `node scripts/run.mjs test/interop/write-inputs.ts FOLDER [run.nudge …]`.
 * The models of cases.ts, those of the run files named, and tokenizers; beside each what our own engine (WASM) and tokenizers say.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ModelShape } from '../../src/contract/model-shape';
import { Random } from '../../src/contract/random';
import { entriesIn, openArchive } from '../../src/storage/archive';
import { memoryDatasets } from '../../src/storage/dataset-memory';
import { modelsOf } from '../../src/storage/hugging-face/run-models';
import { memoryStore } from '../../src/storage/memory-store';
import { importRun } from '../../src/storage/transfer';
import { huggingFaceZip } from '../../src/state/hugging-face';
import { EOS, openTask } from '../../src/tasks';
import { taskDoors } from '../../scripts/task-doors';
import { folderOf, prompts, PROMPTS, SHAPE, tokenizers, weightsOf } from './cases';

export async function main([folder = '', ...runs]: string[]): Promise<void> {
  const { startEngine } = await import('../../workers/engine/engine'); // late: TF.js
  const { answersOf } = await import('./answers');
  await startEngine('wasm');
  const put = async (name: string, content: string | Uint8Array) => {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  };
  const putModel = async (name: string, files: Iterable<[string, string | Uint8Array]>, shape: ModelShape, head: 'none' | 'score', weights: ReadonlyMap<string, Float32Array>, texts: number[][]) => {
    for (const [file, content] of files) await put(`models/${name}/${file}`, content);
    await put(`models/${name}/expected.json`, JSON.stringify({ head, prompts: texts, answers: await answersOf(shape, head, weights, texts) }));
  };

  for (const head of ['none', 'score'] as const) {
    await putModel(`drawn-${head}`, folderOf(head), SHAPE, head, weightsOf(head), prompts());
    await putModel(`drawn-${head}-half`, folderOf(head, true), SHAPE, head, weightsOf(head), prompts());
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
    for (const model of await modelsOf(store, record, { vocabulary: task.tokenizer.vocabulary.length, context: task.context })) {
      const files = [...(await entriesIn(await openArchive(new Blob(zip))))].filter(([entry]) => entry.startsWith(`${model.name}/`)).map(([entry, content]): [string, Uint8Array] => [entry.slice(model.name.length + 1), content]);
      await putModel(`${name.replace('.zip', '')}-${model.name}`, files, model.shape, model.head, model.weights, texts.map((text) => (text.at(-1) === EOS || model.head === 'none' ? text : [...text, EOS])));
    }
  }
  for (const { name, written: { json, start }, encode, texts } of await tokenizers((file) => readFile(`public/${file}`, 'utf8'))) {
    await put(`tokenizers/${name}/tokenizer.json`, json);
    await put(`tokenizers/${name}/tokenizer_config.json`, JSON.stringify({ tokenizer_class: 'PreTrainedTokenizerFast', pad_token: '<pad>', eos_token: '<eos>', ...(start !== undefined && { bos_token: start }), clean_up_tokenization_spaces: false }));
    await put(`tokenizers/${name}/expected.json`, JSON.stringify(texts.map((text) => [text, encode(text)])));
  }
  console.log(`wrote ${folder}`);
}
