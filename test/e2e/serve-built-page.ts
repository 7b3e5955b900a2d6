/** Builds the page if it is stale and serves it as `npm start` does, for all end-to-end tests. */
import type { TestProject } from 'vitest/node';
import { buildIfStale, serve } from '../../scripts/serve.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    address: string;
  }
}

/** Not the port people use, so that a page that is being looked at is left alone. */
const PORT = 4273;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await buildIfStale();
  const { address, close } = await serve(PORT);
  project.provide('address', address);
  return close;
}
