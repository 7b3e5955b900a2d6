/**
 * Reads a GPT-2 that Hugging Face's libraries saved, and writes it as a run file, which the page opens and whose model other runs start from.
 *
 *   npm run import -- folder-or.zip --to run.nudge [--name text]
 *
 * A folder has config.json, model.safetensors (or shards with their index) and tokenizer.json. Exit codes: 0 done, 1 nothing was written, 2 the request could not be understood.
 */
import { openAsBlob } from 'node:fs';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { importModel, readModel, type ModelPreview } from '../src/state/import-model';
import type { ModelFiles } from '../src/storage/hugging-face/read-folder';
import { memoryStore } from '../src/storage/memory-store';
import { exportPieces } from '../src/storage/transfer';
import { vocabularyOf } from '../src/tasks';
import { TASK_DOORS } from './task-doors';

const USAGE = 'npm run import -- folder-or.zip --to run.nudge [--name text]';

interface Request {
  from: string;
  to: string;
  name: string | undefined;
}

function requestOf(args: string[]): Request {
  const { values: { to, name }, positionals } = parseArgs({ args, allowPositionals: true, options: { to: { type: 'string' }, name: { type: 'string' } } });
  const [from, ...more] = positionals;
  if (from === undefined || more.length > 0) throw new Error(`want one folder or zip, got ${positionals.length}`);
  if (!to) throw new Error('want --to with the name of a run file');
  return { from, to, name };
}

/** A zip as it is, or the files of a folder. */
export async function modelAt(path: string): Promise<Blob | ModelFiles> {
  if (!(await stat(path)).isDirectory()) return openAsBlob(path);
  const names = (await readdir(path, { withFileTypes: true })).filter((entry) => entry.isFile() || entry.isSymbolicLink()).map((entry) => entry.name); // those of Hugging Face's cache are links
  return new Map(await Promise.all(names.map(async (name) => [name, await openAsBlob(join(path, name))] as const)));
}

export const calledAs = (path: string): string => basename(resolve(path)).replace(/\.zip$/i, '');

const describe = ({ name, shape: { layers, width, heads, vocabulary, context }, parameters, types }: ModelPreview): string =>
  `${name}: GPT-2, ${layers} layers, width ${width}, ${heads} heads, ${vocabulary.toLocaleString('en')} tokens, context ${context}, ${parameters.toLocaleString('en')} parameters in ${types.join(' and ')}`;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export async function main(args: string[]): Promise<number> {
  let request: Request;
  try {
    request = requestOf(args);
  } catch (error) {
    console.error(`${messageOf(error)}\n${USAGE}`);
    return 2;
  }
  const { from, to, name } = request;
  try {
    const model = await readModel(await modelAt(from), calledAs(from));
    const preview = name === undefined ? model.preview : { ...model.preview, name };
    console.log(describe(preview));
    const store = memoryStore();
    const { id, config } = await importModel(store, { ...model, preview }, __APP_VERSION__);
    const { content } = await exportPieces(store, id, { appVersion: __APP_VERSION__, vocabulary: await vocabularyOf(config.task, TASK_DOORS) });
    await writeFile(to, content);
    console.log(`wrote ${to}, ${content.reduce((sum, { length }) => sum + length, 0)} bytes`);
    return 0;
  } catch (error) {
    console.error(messageOf(error));
    return 1;
  }
}
