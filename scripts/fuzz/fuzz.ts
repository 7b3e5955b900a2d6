/** Feeds a reader with inputs that are nearly right, and counts what it makes of them. */
import { Failure, type FailureCode } from '../../src/contract/failures';
import { Random } from '../../src/contract/random';
import type { Target } from './targets';

/** No input may keep a reader busy for longer, seconds of this process's own time: others share the machine. */
export const PATIENCE = 2;

export interface Counts {
  accepted: number;
  refused: Partial<Record<FailureCode, number>>;
  /** What is wrong, by the number of its case. */
  wrong: { number: number; what: string }[];
  /** Of the case that took longest. */
  seconds: number;
}

/** @param onCase told before each, so that one that never ends can be named */
export async function fuzz(target: Target, count: number, seed: number, first = 0, onCase: (number: number) => void = () => {}): Promise<Counts> {
  const counts: Counts = { accepted: 0, refused: {}, wrong: [], seconds: 0 };
  for (let number = first; number < first + count; number++) {
    onCase(number);
    const bytes = await target.make(Random.of(seed, `${target.name}/${number}`));
    const began = process.cpuUsage();
    try {
      await target.read(bytes);
      counts.accepted += 1;
    } catch (error) {
      if (error instanceof Failure) counts.refused[error.code] = (counts.refused[error.code] ?? 0) + 1;
      else counts.wrong.push({ number, what: error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 4).join(' ') : String(error) });
    }
    const { user, system } = process.cpuUsage(began);
    const seconds = (user + system) / 1e6;
    if (seconds > PATIENCE) counts.wrong.push({ number, what: `took ${seconds.toFixed(1)} s` });
    counts.seconds = Math.max(counts.seconds, seconds);
  }
  return counts;
}
