/**
 * How well the model that comes with the page foretells held-out text, beside a 5-gram (five-gram.ts) learned from the same training texts as the same tokens,
 * and one that has also read what only pretraining reads, as the model has.
 *
 *   npm run bits -- sentences [--json]
 *
 * Bits per byte: −log₂ p of every token of every held-out text after its first, which is given to both, over the bytes of those tokens. The end of a text counts as one byte.
 */
import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { baseFile, baseNotes } from '../src/contract/algorithms/base';
import type { ModelConfig } from '../src/contract/config';
import { TaskConfig } from '../src/contract/tasks';
import { decodeSafetensors } from '../src/storage/safetensors';
import { openTask, type Task } from '../src/tasks';
import { FiveGram } from './five-gram';
import { TASK_DOORS } from './task-doors';

const bytesOf = (task: Task, texts: readonly (readonly number[])[]): number => texts.reduce((sum, text) => sum + new TextEncoder().encode(task.tokenizer.decode(text.slice(1))).length + 1, 0);

/** −log p of the same tokens under the shipped model, nats. */
async function natsOfBase(id: string, task: Task, texts: readonly (readonly number[])[]): Promise<number> {
  const { startEngine } = await import('../workers/engine/engine'); // late: TF.js
  const [{ Parameters }, { sequenceLogProbs }] = [await import('../workers/model/parameters'), await import('../workers/stage/evaluate')];
  await startEngine('wasm');
  const { model } = JSON.parse(await readFile(`public/${baseNotes(id)}`, 'utf8')) as { model: ModelConfig }; // our own file
  const weights = new Map(Object.entries(decodeSafetensors(await readFile(`public/${baseFile(id)}`))).map(([name, { data }]) => [name.replace(/^policy\//, ''), data]));
  const policy = new Parameters({ ...model, vocabulary: task.tokenizer.vocabulary.length, context: task.context }, 'none', weights);
  const logProbs = await sequenceLogProbs(policy.views, texts.map(([first, ...rest]) => ({ prompt: [first!], completion: rest }))); // no text is empty
  policy.dispose();
  return -logProbs.reduce((sum, logProb) => sum + logProb, 0);
}

export async function main(args: string[]): Promise<number> {
  const [id = 'sentences'] = args.filter((arg) => !arg.startsWith('--'));
  const task = await openTask(v.parse(TaskConfig, { id }), TASK_DOORS);
  const heldOut = task.corpus('held-out');
  const bytes = bytesOf(task, heldOut);
  const fiveGram = (further: readonly (readonly number[])[]): number => new FiveGram([...task.corpus('train'), ...further], task.tokenizer.vocabulary.length).nats(heldOut);
  const bits = (nats: number): number => nats / Math.LN2 / bytes;
  const report = {
    task: id, held_out: { texts: heldOut.length, tokens: heldOut.reduce((sum, text) => sum + text.length - 1, 0), bytes },
    bits_per_byte: { base: bits(await natsOfBase(id, task, heldOut)), five_gram: bits(fiveGram([])), five_gram_of_all: bits(fiveGram(task.further?.() ?? [])) },
  };
  const { held_out: { texts, tokens }, bits_per_byte: { base, five_gram, five_gram_of_all } } = report;
  console.log(args.includes('--json') ? JSON.stringify(report) : `${id}: ${texts} held-out texts, ${tokens} tokens of ${bytes} bytes. Bits per byte: base ${base.toFixed(3)}, 5-gram (Kneser-Ney, the same tokens) ${five_gram.toFixed(3)}, of all that the base has read ${five_gram_of_all.toFixed(3)}.`);
  return 0;
}
