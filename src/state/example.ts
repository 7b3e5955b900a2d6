/** The finished run that comes with the page, fetched when a first visit shows it. */
import { EXAMPLE_FILE, parseExample, type ExampleRun } from '../storage/example-run';
import { readPublicFile } from '../storage/public-file';

const nextTask = () => new Promise<void>((done) => setTimeout(done));

/** Throws `no-task-data`. */
export const openExample = async (): Promise<ExampleRun> => parseExample(await readPublicFile(EXAMPLE_FILE, document.baseURI), nextTask);
