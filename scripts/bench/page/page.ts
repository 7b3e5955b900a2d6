/** The bench's page: starts one worker per contender and passes commands on. `npm run bench` drives it from outside through `window.bench`. */
import type { Answers, Command, ContenderName, Library } from '../contender';
import { CONTEXT, generationWeights, GENERATION_CONTEXT, startWeights, type Size, type WeightMap } from '../protocol';
import type { FromWorker } from './serve-commands';

const WORKERS: Readonly<Record<Library, () => Worker>> = {
  nudge: () => new Worker(new URL('./nudge.worker.ts', import.meta.url), { type: 'module' }),
  tfjs: () => new Worker(new URL('./tfjs.worker.ts', import.meta.url), { type: 'module' }),
  jax: () => new Worker(new URL('./jax.worker.ts', import.meta.url), { type: 'module' }),
};

const workers = new Map<number, Worker>();
let opened = 0;

/** Made once for all contenders: millions of seeded draws. */
const weights = new Map<string, WeightMap>();
function weightsFor(size: Size, isForGeneration: boolean): WeightMap {
  const key = `${size} ${isForGeneration}`;
  const made = weights.get(key) ?? (isForGeneration ? generationWeights() : startWeights(size));
  weights.set(key, made);
  return made;
}

function ask(id: number, command: Command): Promise<Answers[keyof Answers]> {
  const worker = workers.get(id);
  if (!worker) return Promise.reject(new Error(`ask: want an open contender, got ${id}`));
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if ('answer' in data) resolve(data.answer);
      else reject(new Error(data.error));
    };
    worker.onerror = (event) => reject(new Error(event.message || 'the worker could not be loaded'));
    worker.postMessage(command);
  });
}

const bench = {
  /** @returns the contender's number, or nothing where it does not exist */
  async open(name: ContenderName, size: Size, isForGeneration: boolean): Promise<number | undefined> {
    const id = opened++;
    workers.set(id, WORKERS[name.library]());
    try {
      const context = isForGeneration ? GENERATION_CONTEXT : CONTEXT;
      if (await ask(id, { kind: 'open', name, size, context, weights: weightsFor(size, isForGeneration) })) return id;
    } catch (error) {
      bench.close(id);
      throw error;
    }
    bench.close(id);
    return undefined;
  },
  ask,
  close(id: number): void {
    workers.get(id)?.terminate();
    workers.delete(id);
  },
  /** What WebGPU runs on here. */
  async adapter(): Promise<{ name: string; isSoftware: boolean } | undefined> {
    const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter) return undefined;
    const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
    return { name: [vendor, architecture, device, description].filter(Boolean).join(' '), isSoftware: isFallbackAdapter || architecture === 'swiftshader' };
  },
};

export type Bench = typeof bench;
Object.assign(window, { bench });
