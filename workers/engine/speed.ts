/**
 * How fast the engine of this thread is, in a third of a second: a large matrix product, small launches in a row, and reading a number back.
 * From these three the time of a training step of any model is foretold (src/state/advice.ts); a whole step would need the model and its data.
 */
import { backend } from '@tensorflow/tfjs-core';
import type { EngineSpeed } from '../../src/contract/engine';
import { currentMachine, layerNormForward, linearForward } from '../kernels';

/** Large enough that a GPU is busy, small enough that WASM needs about a millisecond: 67 million operations. */
const [ROWS, DEEP, WIDE] = [512, 128, 512];
const FLOPS = 2 * ROWS * DEEP * WIDE;
const LAUNCHES = 64;
const ROUNDS = 3;
/** Milliseconds a trial should take, so that the clock and the read-back weigh little. */
const TRIAL = 6;
/** Milliseconds that the large product is tried again and again: a browser compiles a program of WebAssembly quickly at first, and well while it already runs (a quarter of its speed until then, LOG.md). */
const WARM = 250;
const MOST_RUNS = 512;

export async function measureSpeed(): Promise<EngineSpeed> {
  const machine = currentMachine();
  const numbers = (count: number) => machine.put(Float32Array.from({ length: count }, (_, i) => 0.3 + ((i * 37) % 101) / 500));
  const [x, weight, y, small, row, stats, end] = [numbers(ROWS * DEEP), numbers(DEEP * WIDE), numbers(ROWS * WIDE), numbers(64), numbers(16), numbers(8), numbers(1)];
  const timed = async (work: () => void, atLeast = 0): Promise<number> => {
    let best = Infinity;
    const started = performance.now();
    for (let round = 0; round < ROUNDS || performance.now() - started < atLeast; round++) {
      const began = performance.now();
      work();
      machine.clear(end); // behind all of it in the queue
      await backend().read(end.dataId);
      best = Math.min(best, performance.now() - began);
    }
    return best;
  };
  const product = (runs: number) => () => {
    for (let run = 0; run < runs; run++) machine.run(linearForward, { x, weight, y }, { rows: ROWS, deep: DEEP, wide: WIDE, gelu: 0 });
  };
  const little = () => {
    for (let run = 0; run < LAUNCHES; run++) machine.run(layerNormForward, { x: small, weight: row, bias: row, y: small, stats }, { rows: 4, width: 16 });
  };
  await timed(product(1)); // compiles
  await timed(little);
  const read = Math.max(await timed(() => {}), 1e-3);
  const launch = Math.max((await timed(little)) - read, 1e-3) / LAUNCHES;
  let runs = 1;
  let took = await timed(product(runs));
  while (took - read < TRIAL && runs < MOST_RUNS) {
    runs *= 4;
    took = await timed(product(runs));
  }
  took = Math.min(took, await timed(product(runs), WARM));
  for (const buffer of [x, weight, y, small, row, stats, end]) machine.free(buffer);
  return { flops: (FLOPS * runs) / (Math.max(took - read, 1e-3) / 1000), launch, read };
}
