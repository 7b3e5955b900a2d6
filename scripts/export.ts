/**
 * Writes the policy of a run file, and the reward model that judged it, as folders that Hugging Face's libraries open, in one zip.
 *
 *   npm run export -- run.nudge --to models.zip [--stage dpo] [--half]
 *
 * The stage is the last that made a policy where none is named. --half writes float16. The rows of a run of your own data must be in its file, since its tokenizer is learned from them.
 * Exit codes: 0 done, 1 nothing was written, 2 the request could not be understood.
 */
import { openAsBlob } from 'node:fs';
import { access, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { memoryDatasets } from '../src/storage/dataset-memory';
import { memoryStore } from '../src/storage/memory-store';
import { importRun } from '../src/storage/transfer';
import { huggingFaceZip } from '../src/state/hugging-face';
import { openTask } from '../src/tasks';
import { taskDoors } from './task-doors';

const USAGE = 'npm run export -- run.nudge --to models.zip [--stage id] [--half]';

interface Request {
  file: string;
  to: string;
  stage: string | undefined;
  half: boolean;
}

function requestOf(args: string[]): Request {
  const { values: { to, stage, half }, positionals } = parseArgs({ args, allowPositionals: true, options: { to: { type: 'string' }, stage: { type: 'string' }, half: { type: 'boolean', default: false } } });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new Error(`want one run file, got ${positionals.length}`);
  if (!to) throw new Error('want --to with the name of a zip');
  return { file, to, stage, half };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export async function main(args: string[]): Promise<number> {
  let request: Request;
  try {
    request = requestOf(args);
  } catch (error) {
    console.error(`${messageOf(error)}\n${USAGE}`);
    return 2;
  }
  const { file, to, stage, half } = request;
  try {
    const [store, datasets] = [memoryStore(), memoryDatasets()];
    await access(file); // says which file it is that is not there; openAsBlob does not
    const { id } = await importRun(store, await openAsBlob(file), datasets);
    const { content } = await huggingFaceZip(store, id, { appVersion: __APP_VERSION__, openTask: (config) => openTask(config, taskDoors(datasets)), ...(stage !== undefined && { stage }), isHalf: half });
    await writeFile(to, content);
    console.log(`wrote ${to}, ${content.reduce((sum, { length }) => sum + length, 0)} bytes`);
    return 0;
  } catch (error) {
    console.error(messageOf(error));
    return 1;
  }
}
