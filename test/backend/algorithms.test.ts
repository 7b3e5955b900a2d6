/**
 * Every algorithm trains the same stage on every engine, from the same weights: same draws, same texts, and numbers that differ by rounding only.
 * The list is the contract's own, so an algorithm that is added is compared without being named here. All start from one base, trained once on WASM: that is what makes
 * software WebGPU quick enough to train every one of them.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import names from '../../public/names.csv?raw';
import type { AlgorithmId } from '../../src/contract/algorithms';
import type { RunConfig } from '../../src/contract/config';
import type { EngineName } from '../../src/contract/engine';
import { newRunId, type RunId } from '../../src/contract/ids';
import { memoryStore } from '../../src/storage/memory-store';
import { startEngine } from '../../workers/engine/engine';
import { Training } from '../../workers/session/train-api';
import { ALGORITHM_IDS, configOf, LAST, runOnBaseOf } from '../each-algorithm';
import { ENGINES } from './engines';

/** After the first step the weights have moved, so a wrong gradient shows in the second and a wrong moment in the third. */
const STEPS = 3;

/** Relative to the number or to 1, whichever is larger. The largest gap seen is 5e-6, of a mean of sums of log-probabilities. */
const ROUNDING = 5e-5;

const store = memoryStore();
const newTraining = () => new Training({ openStore: async () => store, readFile: async () => names, readBytes: () => Promise.reject(new Error('names has no base')), clock: Date.now });

/** @returns what broke it, if anything did */
async function train(training: Training, order: { run: RunId; config: RunConfig; stage: string; engine: EngineName }): Promise<unknown> {
  let failure: unknown;
  await training.start(order, (event) => event.kind === 'failed' && (failure = event.failure));
  await training.ended();
  return failure;
}

type Trained = Map<AlgorithmId, { run: RunId; failure: unknown }>;
const trained = new Map<EngineName, Trained>();

beforeAll(async () => {
  const base = newRunId();
  const onWasm = newTraining();
  for (const stage of ['pretrain', 'sft', 'judge']) expect(await train(onWasm, { run: base, config: configOf('sft', STEPS), stage, engine: 'wasm' })).toBeUndefined();
  for (const engine of ENGINES) {
    const training = newTraining();
    const runs: Trained = new Map();
    for (const algorithm of ALGORITHM_IDS) {
      const run = await runOnBaseOf(base, store);
      runs.set(algorithm, { run, failure: await train(training, { run, config: configOf(algorithm, STEPS), stage: LAST, engine }) });
    }
    trained.set(engine, runs);
  }
}, 300_000);

// Other files of this part expect the engine they ask for; leave none of a lost worker behind.
afterAll(() => startEngine('wasm'));

it.each(ALGORITHM_IDS)('%s: every text and every metric', async (algorithm) => {
  const [first, ...others] = await Promise.all(
    ENGINES.map(async (engine) => {
      const { run, failure } = trained.get(engine)!.get(algorithm)!; // all were trained
      expect(failure, engine).toBeUndefined();
      return { engine, ...(await store.history(run, LAST)) };
    }),
  );
  for (const { engine, metrics, samples } of others) {
    expect(textsOf(samples), engine).toEqual(textsOf(first!.samples));
    expect(Object.keys(metrics.columns), engine).toEqual(Object.keys(first!.metrics.columns));
    for (const [name, column] of Object.entries(metrics.columns)) {
      const wanted = first!.metrics.columns[name as keyof typeof metrics.columns]!; // names of the same metrics
      column.forEach((value, i) => {
        const scale = Math.max(1, Math.abs(wanted[i] ?? 0));
        expect(Math.abs((value ?? NaN) - (wanted[i] ?? NaN)) / scale, `${name}, step ${i + 1}: ${value} on ${engine}, ${wanted[i]} on ${first!.engine}`).toSatisfy((gap: number) => (value === null ? wanted[i] === null : gap < ROUNDING));
      });
    }
  }
});

type Samples = Awaited<ReturnType<typeof store.history>>['samples'];

function textsOf(samples: Samples): string[] {
  return samples.flatMap(({ step, prompts }) => prompts.map(({ before, now }) => `${step}: ${before.text} / ${now.text}`));
}
