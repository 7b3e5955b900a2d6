/**
 * What each launch of a training step costs: one step is written down, then every different launch in it is run again by itself, many times in a row.
 * Alone it finds its numbers in the caches, so the sum is a little less than the step; what is missing beyond that is the host and TF.js.
 */
import { backend, type TensorInfo } from '@tensorflow/tfjs-core';
import { currentMachine, setMachine } from '../../../workers/kernels/current-machine';
import type { Launch } from '../../../workers/kernels/launch';
import { isWindow, type Machine } from '../../../workers/kernels/machine';
import type { LaunchTime } from '../contender';
import { spreadOf } from '../handle';

interface Call {
  launch: Launch;
  /** Numbers of each operand that was there. */
  counts: Record<string, number>;
  sizes: Record<string, number>;
  times: number;
}

const ROUNDS = 5;
/** A round takes at least this long, milliseconds: the clock and one read-back weigh little. */
const ROUND = 12;
const MOST_RUNS = 4096;

export async function launchTimes(step: () => Promise<unknown>): Promise<LaunchTime[]> {
  const machine = currentMachine();
  const calls = new Map<string, Call>();
  setMachine(backend(), recording(machine, calls));
  try {
    await step();
  } finally {
    setMachine(backend(), machine);
  }
  const times: LaunchTime[] = [];
  for (const call of calls.values()) times.push(await timeOf(machine, call));
  return times;
}

/** The same machine, which also writes down what it is given. */
function recording(machine: Machine<TensorInfo>, calls: Map<string, Call>): Machine<TensorInfo> {
  const run: Machine<TensorInfo>['run'] = (launch, operands, sizes) => {
    const counts: Record<string, number> = {};
    for (const [name, operand] of Object.entries<Parameters<typeof isWindow<TensorInfo>>[0] | undefined>(operands)) {
      if (operand !== undefined) counts[name] = isWindow(operand) ? operand.count : machine.count(operand);
    }
    const key = `${launch.name} ${JSON.stringify([counts, sizes])}`;
    const known = calls.get(key);
    if (known) known.times += 1;
    else calls.set(key, { launch: launch as unknown as Launch, counts, sizes: { ...sizes }, times: 1 }); // its own names are all we lose
    machine.run(launch, operands, sizes);
  };
  return new Proxy(machine, { get: (of, name) => (name === 'run' ? run : bound(of, Reflect.get(of, name, of))) });
}

const bound = (of: object, value: unknown): unknown => (typeof value === 'function' ? value.bind(of) : value);

async function timeOf(machine: Machine<TensorInfo>, { launch, counts, sizes, times }: Call): Promise<LaunchTime> {
  const operands = Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, machine.put(numbersFor(launch.operands[name]!, count))]));
  const end = machine.make(1);
  const round = async (runs: number): Promise<number> => {
    const began = performance.now();
    for (let i = 0; i < runs; i++) machine.run(launch, operands, sizes);
    machine.clear(end);
    await backend().read(end.dataId); // behind all of them in the queue
    return performance.now() - began;
  };
  let runs = 1;
  for (let took = await round(runs); took < ROUND && runs < MOST_RUNS; took = await round(runs)) runs = Math.min(MOST_RUNS, Math.max(runs * 2, Math.ceil((runs * ROUND) / Math.max(took, 0.1))));
  const all: number[] = [];
  for (let i = 0; i < ROUNDS; i++) all.push((await round(runs)) / runs);
  for (const buffer of [...Object.values(operands), end]) machine.free(buffer);
  return { launch: launch.name, sizes, times, milliseconds: spreadOf(all) };
}

/** Plain numbers near a half: no launch leaves the range of floats with them, and none meets a denormal. Token ids differ from row to row. */
function numbersFor(kind: string, count: number): Float32Array | Int32Array {
  return kind.endsWith('f32') ? Float32Array.from({ length: count }, (_, i) => 0.3 + ((i * 37) % 101) / 500) : Int32Array.from({ length: count }, (_, i) => 2 + ((i * 37) % 199));
}
