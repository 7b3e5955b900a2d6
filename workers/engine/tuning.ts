/**
 * Which of several ways to do a pass an adapter is fastest with, found by trying them: tiles that suit one GPU are slow on another, and names tell little.
 * All ways give the same bits (test/backend/launches.test.ts), so neither noise nor an interrupted measurement changes a run; a way that gives others
 * on the adapter at hand is not taken, however fast.
 */
import { backend, type TensorInfo } from '@tensorflow/tfjs-core';
import * as kernels from '../kernels';
import type { Launch } from '../kernels/launch';
import type { WebgpuMachine } from '../kernels/machines/webgpu';

/** Pass (`launch/index`) -> name of a way. */
export type Ways = Readonly<Record<string, string>>;

/**
 * Milliseconds, once for an adapter: most of it is compiling, about a second on a software adapter for the largest tile, tens of milliseconds on a GPU.
 * What is not reached keeps its first way and is measured at the next start.
 */
const BUDGET = 8000;
/** A trial takes at least this long, so that reading back weighs little. Milliseconds. */
const TRIAL = 4;
const MOST_RUNS = 256;
const CHANCES = 3;

export type Tunable = Launch & Required<Pick<Launch, 'typical'>>;

const isTunable = (exported: unknown): exported is Tunable => typeof exported === 'object' && exported !== null && 'typical' in exported;
const EXPORTED: readonly unknown[] = Object.values(kernels);
/** Numbers it moves on its usual work. */
const sizeOf = ({ typical: { counts } }: Tunable): number => Object.values(counts).reduce((sum, count) => sum + (count ?? 0), 0);
/** Launches with something to choose from, the largest first. */
export const TUNABLE = EXPORTED.filter(isTunable).sort((a, b) => sizeOf(b) - sizeOf(a));

/** @param known ways of earlier measurements, which are believed @param budget milliseconds; 0 measures nothing @returns those and what was measured now */
export async function tune(machine: WebgpuMachine, known: Ways, budget = BUDGET, launches: readonly Tunable[] = TUNABLE): Promise<Ways> {
  const found: Record<string, string> = {};
  const end = performance.now() + budget;
  for (const launch of launches) {
    const { sizes, counts } = launch.typical;
    const choices = launch.passes.map(({ variants }, index) => ({ pass: `${launch.name}/${index}`, ways: variants.filter((variant) => machine.can(variant) && (variant.fits?.(sizes) ?? true)).map(({ name }) => name) })).filter(({ ways }) => ways.length > 1);
    for (const { pass, ways } of choices) if (ways.includes(known[pass] ?? '')) found[pass] = known[pass]!;
    const open = choices.filter(({ pass }) => found[pass] === undefined);
    if (open.length > 0 && performance.now() < end) {
      const operands = Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, machine.put(numbers(count))]));
      for (const { pass, ways } of open) {
        const way = await fastest(machine, launch, operands, pass, ways, end);
        if (way !== undefined) found[pass] = way;
      }
      for (const buffer of Object.values(operands)) machine.free(buffer);
    }
    for (const { pass } of choices) machine.choose(pass, found[pass] ?? '');
  }
  return found;
}

/** @returns nothing where time was up before all had been tried */
async function fastest(machine: WebgpuMachine, launch: Tunable, operands: Record<string, TensorInfo>, pass: string, ways: readonly string[], end: number): Promise<string | undefined> {
  const last = machine.make(1);
  const take = async (runs: number): Promise<number> => {
    const began = performance.now();
    for (let i = 0; i < runs; i++) machine.run(launch, operands, launch.typical.sizes);
    machine.clear(last); // behind all of them in the queue
    await backend().read(last.dataId);
    return performance.now() - began;
  };
  let best = { way: '', took: Infinity };
  let first: Float32Array[] | undefined;
  let runs = 1;
  let tried = 0;
  for (const way of ways) {
    if (performance.now() > end) break;
    tried += 1;
    machine.choose(pass, way);
    const results = await resultsOf(machine, launch); // compiles
    first ??= results;
    if (!areSame(results, first)) continue;
    let took = await take(runs);
    while (took < TRIAL && runs < MOST_RUNS && best.way === '') {
      runs *= 4;
      took = await take(runs);
    }
    // The machine does other things too: who is near gets more chances, others need none.
    for (let again = 0; again < CHANCES && took < 2 * best.took; again++) took = Math.min(took, await take(runs));
    if (took < best.took) best = { way, took };
  }
  machine.free(last);
  return tried === ways.length ? best.way : undefined;
}

/** What a launch makes of fresh operands. */
async function resultsOf(machine: WebgpuMachine, { typical: { sizes, counts }, ...launch }: Tunable): Promise<Float32Array[]> {
  const operands = Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, machine.put(numbers(count))]));
  machine.run(launch, operands, sizes);
  const results: Float32Array[] = [];
  for (const [name, buffer] of Object.entries(operands)) {
    if (!launch.operands[name]!.startsWith('in ')) results.push((await backend().read(buffer.dataId)) as Float32Array); // nothing that is tuned makes other numbers
    machine.free(buffer);
  }
  return results;
}

const areSame = (some: readonly Float32Array[], others: readonly Float32Array[]): boolean => some.every((numbers, i) => numbers.every((number, k) => Object.is(number, others[i]![k])));

/** Neither zeros nor denormals, which some adapters treat differently. */
const numbers = (count: number): Float32Array => Float32Array.from({ length: count }, (_, i) => 0.3 + ((i * 37) % 101) / 500);
