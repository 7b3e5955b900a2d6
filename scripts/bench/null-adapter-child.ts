/**
 * One engine in a process of its own on Dawn's null adapter, which executes nothing: what time remains is the host's. Results are garbage there.
 * Started by null-adapter.ts; takes commands and gives answers over the process's channel.
 */
import './iterator-methods';
import { answering } from './answer';
import type { Command, Library, OpenContender } from './contender';
import { meterGpu } from './gpu-meter';
import { CONTEXT, startWeights, type Size } from './protocol';

async function openerOf(library: Library): Promise<OpenContender> {
  switch (library) {
    case 'nudge':
      return (await import('./contenders/nudge')).openNudge;
    case 'tfjs':
      return (await import('./contenders/tfjs')).openTfjs;
    case 'jax':
      return (await import('./contenders/jax')).openJax;
  }
}

/** @param args library and size, from our own parent */
export async function main(args: string[]): Promise<number> {
  const [library, size] = args as [Library, Size];
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals, { WorkerGlobalScope: class {} });
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: create(['backend=null']), userAgent: 'node' }, configurable: true });
  const answer = answering(await openerOf(library), meterGpu());
  await answer({ kind: 'open', name: { library, device: 'webgpu' }, size, context: CONTEXT, weights: startWeights(size) });
  process.on('message', (command: Command) => {
    answer(command).then(
      (found) => process.send!({ answer: found }), // there is a channel: this file is only started with one
      (error: unknown) => process.send!({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  process.send!({ answer: true });
  await new Promise<void>((resolve) => process.once('disconnect', resolve));
  return 0;
}
