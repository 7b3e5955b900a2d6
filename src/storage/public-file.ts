/** Files that are served beside the page; where the page is a single file, they are carried in it. */
import { Failure } from '../contract/failures';

/** By name, packed with gzip. */
type Carried = ReadonlyMap<string, Blob>;

let carried: Promise<Carried> | undefined;

/** Says that the page carries its files. */
export function carryFiles(files: Promise<Carried>): void {
  carried = files;
}

// A worker of a single file is lent them by the page (src/client/carried-files.ts) before anything is asked of it that needs them.
if (import.meta.env.MODE === 'single' && 'WorkerGlobalScope' in globalThis) {
  carryFiles(new Promise((lent) => addEventListener('message', ({ data }: MessageEvent<{ carried?: Carried } | undefined>) => data?.carried && lent(data.carried))));
}

/** @param folder address of the folder it lies in */
export async function fetchPublic(name: string, folder: string | URL): Promise<Response> {
  if (carried) return unpacked(name, await carried);
  const answer = await fetch(new URL(name, folder));
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
  return answer;
}

function unpacked(name: string, files: Carried): Response {
  const file = files.get(name);
  if (!file) throw new Error('not in this file');
  return new Response(file.stream().pipeThrough(new DecompressionStream('gzip')));
}

/** The folder that public files lie in, from the address of a worker, which stands one folder below the page, built or not. A worker of a single file has an address without folders, and needs none. */
export const folderAbove = (address: string): string | URL => (URL.canParse('..', address) ? new URL('..', address) : address);

/** Text of a file that a task needs. Throws `no-task-data`. */
export async function readPublicFile(name: string, folder: string | URL): Promise<string> {
  try {
    return await (await fetchPublic(name, folder)).text();
  } catch (error) {
    throw new Failure('no-task-data', `${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
