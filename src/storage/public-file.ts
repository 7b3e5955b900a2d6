/** Files that are served beside the page. */
import { Failure } from '../contract/failures';

/** @param folder address of the folder it lies in */
export async function fetchPublic(name: string, folder: string | URL): Promise<Response> {
  const answer = await fetch(new URL(name, folder));
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`);
  return answer;
}

/** Text of a file that a task needs. Throws `no-task-data`. */
export async function readPublicFile(name: string, folder: string | URL): Promise<string> {
  try {
    return await (await fetchPublic(name, folder)).text();
  } catch (error) {
    throw new Failure('no-task-data', `${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
