/** A small model as people have them, out of test/fixtures/hugging-face.zip, for page tests. */
import { unzipSync, zipSync } from 'fflate';
import fixture from '../fixtures/hugging-face.zip?url';

const NAME = 'f16-in-shards';

async function entries(): Promise<[path: string, bytes: Uint8Array<ArrayBuffer>][]> {
  const bytes = new Uint8Array(await (await fetch(fixture)).arrayBuffer());
  return Object.entries(unzipSync(bytes)).filter(([path]) => path.startsWith(`${NAME}/`)).map(([path, content]) => [path, new Uint8Array(content)]);
}

export const modelFiles = async (): Promise<File[]> => (await entries()).map(([path, bytes]) => new File([bytes], path.slice(NAME.length + 1)));

export const modelZip = async (): Promise<File> => new File([new Uint8Array(zipSync(Object.fromEntries(await entries())))], 'tiny.zip');
