/** A contender seen from the bench: somewhere else, answering commands. And how several of them are timed fairly. */
import type { Answers, Command, GenerateRequest } from './contender';
import type { Spread } from './report';

export interface Handle {
  engine: string;
  train(steps: number): Promise<Answers['train']>;
  generate(request: GenerateRequest): Promise<Answers['generate']>;
  memory(): Promise<Answers['memory']>;
  launches(): Promise<Answers['launches']>;
  matmulPeak(): Promise<Answers['matmul-peak']>;
  close(): Promise<void>;
}

type Send = (command: Command) => Promise<Answers[keyof Answers]>;

/** Each kind of command is answered by its own kind of answer, which a channel cannot tell the compiler. */
export const handleOf = (engine: string, send: Send, close: () => Promise<void>): Handle => ({
  engine,
  train: (steps) => send({ kind: 'train', steps }) as Promise<Answers['train']>,
  generate: (request) => send({ kind: 'generate', ...request }) as Promise<Answers['generate']>,
  memory: () => send({ kind: 'memory' }) as Promise<Answers['memory']>,
  launches: () => send({ kind: 'launches' }) as Promise<Answers['launches']>,
  matmulPeak: () => send({ kind: 'matmul-peak' }) as Promise<Answers['matmul-peak']>,
  close,
});

/** @param all at least one */
export function spreadOf(all: number[]): Spread {
  const sorted = all.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
  return { rounds: all.length, median, min: sorted[0]!, max: sorted.at(-1)!, all };
}

/** How many rounds fit: at least one, at most those wanted. */
export const roundsWithin = (budget: number, milliseconds: number, wanted: number): number => Math.max(1, Math.min(wanted, Math.floor(budget / milliseconds)));

/**
 * Everybody once, then everybody again: whatever else the machine does meets all of them alike.
 * Those with fewer rounds take part in the first ones.
 */
export async function alternate<Each extends { rounds: number }>(contenders: readonly Each[], run: (each: Each, round: number) => Promise<void>): Promise<void> {
  const most = Math.max(0, ...contenders.map(({ rounds }) => rounds));
  for (let round = 0; round < most; round++) {
    for (const each of contenders) if (round < each.rounds) await run(each, round);
  }
}

/** Our median against each peer's: more is better for us. */
export function ratiosTo<Row extends { engine: string }>(row: Row, rows: readonly Row[], medianOf: (row: Row) => number, isPeer: (row: Row) => boolean): Record<string, number> {
  if (!row.engine.startsWith('nudge')) return {};
  return Object.fromEntries(rows.filter((other) => !other.engine.startsWith('nudge') && isPeer(other)).map((other) => [other.engine, medianOf(other) / medianOf(row)]));
}
