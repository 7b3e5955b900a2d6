/** Asks what this browser could train on, in a worker that is thrown away: a probed GPU device must not stay alive beside the one that trains. */
import * as Comlink from 'comlink';
import type { ProbeApi } from '../contract/api';
import type { EngineChoice, EngineInfo, Measured } from '../contract/engine';
import { detail, type Detail } from '../contract/details';
import { Failure } from '../contract/failures';
import { installFailureTransfer } from '../contract/transfer';
import { WorkerLife, type WorkerLike } from './worker-life';

/** A browser that takes longer than this to start an engine is not going to, milliseconds. */
const PATIENCE = 10_000;

const spawnProbe = (): WorkerLike => new Worker(new URL('../../workers/probe.worker.ts', import.meta.url), { type: 'module', name: 'nudge-probe' });

/** Throws what the worker throws (`no-webgpu`, `no-engine`), and `no-engine` when it dies or does not answer. */
export const probeEngine = (choice: EngineChoice, spawn: () => WorkerLike = spawnProbe): Promise<EngineInfo> => asked(spawn, (api) => api.probe(choice));

/** Speeds of this machine's engines. Throws `no-engine` as above. */
export const measureEngines = (spawn: () => WorkerLike = spawnProbe): Promise<Measured> => asked(spawn, (api) => api.measure());

/** Asks one question of a worker that is then thrown away. */
async function asked<Answer>(spawn: () => WorkerLike, question: (api: Comlink.Remote<ProbeApi>) => Promise<Answer>): Promise<Answer> {
  installFailureTransfer();
  const worker = spawn();
  const end = (why: string | Detail) => life.end(new Failure('no-engine', why));
  const life = new WorkerLife(worker, end);
  const timer = setTimeout(() => end(detail('no-answer', PATIENCE / 1000)), PATIENCE);
  try {
    const api = Comlink.wrap<ProbeApi>(worker);
    return await life.ask(() => question(api));
  } finally {
    clearTimeout(timer);
    end(detail('closed'));
  }
}
