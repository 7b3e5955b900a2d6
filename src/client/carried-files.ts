/** Public files that the page carries within itself, in the build of a single file: read from the page, and lent to its workers, which cannot see it. */
import type { WorkerLike } from './worker-life';

let read: Promise<ReadonlyMap<string, Blob>> | undefined;

/** By name, packed with gzip. Read once. */
export const carriedFiles = (): Promise<ReadonlyMap<string, Blob>> => (read ??= readAll());

async function readAll(): Promise<ReadonlyMap<string, Blob>> {
  const blocks = [...document.querySelectorAll<HTMLScriptElement>('script[data-file]')];
  return new Map(await Promise.all(blocks.map(async (block): Promise<[string, Blob]> => {
    const packed = await (await fetch(`data:application/gzip;base64,${block.text}`)).blob();
    block.remove(); // half as large again as what was read from it
    return [block.dataset['file'] ?? '', packed];
  })));
}

/** A blob is lent, not copied. Comlink lets pass what is no request of its own. */
export function lendFiles(worker: Worker): WorkerLike {
  void carriedFiles().then((carried) => worker.postMessage({ carried }));
  return worker;
}
