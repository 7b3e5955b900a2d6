/** Time to sample new tokens: ours with its cache, jax-js with one, plain TF.js with the whole text for each token. */
import type { BenchPage } from './browser';
import { nameOf, type ContenderName, type GenerateRequest } from './contender';
import { alternate, ratiosTo, roundsWithin, spreadOf, type Handle } from './handle';
import { GENERATION_SIZE, NEW_TOKENS } from './protocol';
import type { GenerationRow, Trouble } from './report';

export interface GenerationSettings {
  rounds: number;
  /** Milliseconds one contender may take for its rounds at one batch size. */
  budget: number;
}

const METHODS: Readonly<Record<ContenderName['library'], string>> = {
  nudge: 'key-value cache',
  tfjs: 'no cache: the whole text for each token',
  jax: 'key-value cache of fixed length, one compiled step',
};

interface Runner {
  handle: Handle;
  name: ContenderName;
  rounds: number;
  lengths: number[] | undefined;
  greedy: number[][];
  taken: number[];
}

export async function measureGeneration(page: BenchPage, contenders: readonly ContenderName[], batch: number, settings: GenerationSettings, troubles: Trouble[], say: (line: string) => void): Promise<GenerationRow[]> {
  const runners: Runner[] = [];
  for (const name of contenders) {
    try {
      const handle = await page.open(name, GENERATION_SIZE, true);
      if (!handle) continue;
      runners.push(await warm(handle, name, batch, settings));
      say(`  ${handle.engine} batch ${batch}: warm`);
    } catch (error) {
      troubles.push({ engine: nameOf(name), where: `generation, batch ${batch}`, error: error instanceof Error ? error.message : String(error) });
      say(`  ${nameOf(name)}: ${String(error).split('\n')[0]}`);
    }
  }
  await alternate(runners, async ({ handle, lengths, taken }, round) => {
    const { milliseconds, rows } = await handle.generate({ batch, temperature: 1, tokens: NEW_TOKENS, round, ...(lengths ? { lengths } : {}) });
    if (!lengths && rows.some((row) => row.length !== NEW_TOKENS)) throw new Error(`measureGeneration: want ${NEW_TOKENS} tokens in every row of ${handle.engine}, got ${rows.map((row) => row.length).join(', ')}`);
    taken.push(lengths ? (milliseconds / lengths.length) * NEW_TOKENS : milliseconds);
  });
  const rows = runners.map((runner): GenerationRow => {
    const milliseconds = spreadOf(runner.taken);
    return {
      engine: runner.handle.engine,
      size: GENERATION_SIZE,
      batch,
      new_tokens: NEW_TOKENS,
      method: METHODS[runner.name.library],
      milliseconds,
      tokens_per_second: (batch * NEW_TOKENS) / (milliseconds.median / 1000),
      sampled_columns: runner.lengths?.length ?? null,
      agreement: agreementOf(runner.greedy, (runners.find(({ name }) => name.library === 'nudge') ?? runners[0]!).greedy),
      ratios: {},
    };
  });
  for (const { handle } of runners) await handle.close();
  for (const row of rows) row.ratios = ratiosTo(row, rows, ({ milliseconds: { median } }) => median, (peer) => peer.engine.split(' ')[1] === row.engine.split(' ')[1]);
  return rows;
}

/** A few greedy tokens compile everything, can be held against other engines, and tell how long all will take. */
async function warm(handle: Handle, name: ContenderName, batch: number, { rounds, budget }: GenerationSettings): Promise<Runner> {
  const isWhole = name.library === 'tfjs';
  const tokens = isWhole && batch > 1 ? 2 : 8;
  const greedyRequest: GenerateRequest = { batch, temperature: 0, tokens, round: 0 };
  const { rows: greedy } = await handle.generate(greedyRequest);
  const { milliseconds, rows } = await handle.generate({ ...greedyRequest, temperature: 1 });
  const done = rows[0]!.length; // ours goes on to the end of its context
  // Without a cache a token costs as much as the text before it is long.
  const estimate = milliseconds * (isWhole ? (NEW_TOKENS * (NEW_TOKENS + 1)) / (done * (done + 1)) : NEW_TOKENS / done);
  const sampled = isWhole && estimate > budget ? Math.max(1, Math.min(8, Math.floor((NEW_TOKENS * budget) / estimate))) : undefined;
  return {
    handle,
    name,
    greedy: greedy.map((row) => row.slice(0, tokens)),
    taken: [],
    lengths: sampled ? midpoints(sampled) : undefined,
    rounds: roundsWithin(budget, sampled ? (estimate * sampled) / NEW_TOKENS : estimate, rounds),
  };
}

/** Middles of equal parts of the new tokens: their mean is the mean of all where time grows evenly with length. */
const midpoints = (count: number): number[] => Array.from({ length: count }, (_, i) => Math.round(((i + 0.5) * NEW_TOKENS) / count));

/** Share of tokens that are the same, of those both have. */
function agreementOf(rows: readonly number[][], others: readonly number[][]): number {
  let same = 0;
  let all = 0;
  rows.forEach((row, i) => row.slice(0, others[i]!.length).forEach((token, t) => {
    all += 1;
    if (token === others[i]![t]) same += 1;
  }));
  return same / all;
}
