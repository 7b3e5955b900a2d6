/** An experiment that was interrupted goes on: what an earlier command kept is not trained again, whatever its place. */
import { expect, test } from 'vitest';
import type { RunConfig } from '../../src/contract/config';
import { configOf, recipeOf } from '../../src/recipes';
import type { RunResult } from '../../src/experiments';
import { trainAll } from '../../scripts/experiment';

const runs = [1, 2, 3, 4].map((seed) => configOf(recipeOf('names-dpo'), seed));
const resultOf = (config: RunConfig): RunResult => ({ config, stages: [] });

/** Trains with two workers and notes what was trained, said, and kept after each run. */
async function trained(kept: readonly RunResult[]) {
  const seeds: number[] = [];
  const said: string[] = [];
  const after: number[][] = [];
  const results = await trainAll(runs, {
    kept, workers: 2, say: (line) => said.push(line), onResult: async (done) => void after.push(done.map(({ config }) => config.seed)),
    train: async (config) => {
      seeds.push(config.seed);
      return resultOf(config);
    },
  });
  return { seeds, said, after, results: results.map(({ config }) => config.seed) };
}

test('nothing kept: every run is trained, and results are in order', async () => {
  expect(await trained([])).toMatchObject({ seeds: [1, 2, 3, 4], said: [], results: [1, 2, 3, 4] });
});

test('what was kept stands for its runs, and stays among what is kept', async () => {
  const { seeds, said, after, results } = await trained([3, 1].map((seed) => resultOf(runs[seed - 1]!))); // four seeds
  expect(seeds).toEqual([2, 4]);
  expect(said).toEqual(['names-dpo seed 1: kept before', 'names-dpo seed 3: kept before']);
  expect(results).toEqual([1, 2, 3, 4]);
  expect(after.at(-1)).toEqual([1, 2, 3, 4]);
  for (const seedsKept of after) expect(seedsKept).toEqual(expect.arrayContaining([1, 3]));
});

test('a run of other settings is another run', async () => {
  const other = resultOf(configOf(recipeOf('names-dpo'), 1, ['dpo.beta=0.2']));
  expect((await trained([other])).seeds).toEqual([1, 2, 3, 4]);
});
