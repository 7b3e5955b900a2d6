/** Code that is fetched when it is first needed. It cannot be where there is no network and nothing kept, or where the host has a newer build by now: then the visitor is told so. */
import { Failure } from './failures';

/** Throws `code-missing`. */
export async function late<Part>(fetched: Promise<Part>): Promise<Part> {
  try {
    return await fetched;
  } catch (error) {
    throw new Failure('code-missing', error instanceof Error ? error.message : String(error));
  }
}
