/** Methods that compare completions of a prompt, as stages of one small run: what cannot be compared or judged is refused with a sentence. */
import { expect, it } from 'vitest';
import { parseRunConfig } from '../../src/contract/config';
import { bench } from './session-bench';

const small = { steps: 6, batchSize: 8, evaluateEvery: 3, evaluateOn: 16, saveEvery: 2 };
const start = { policy: 'sft', reward: 'reward-model' };
const configWith = (methods: readonly object[], steps: number) =>
  parseRunConfig({
    recipe: 'no critic', seed: 1, task: { id: 'names', pairs: 256 }, model: { width: 16, layers: 1, heads: 2 },
    stages: [
      { id: 'pretrain', start: {}, train: { algorithm: 'pretrain', ...small, steps } },
      { id: 'sft', start: { policy: 'pretrain' }, train: { algorithm: 'sft', ...small, steps } },
      { id: 'reward-model', start: { trunk: 'sft' }, train: { algorithm: 'reward-model', ...small, steps } },
      ...methods,
    ],
  });

it('refuses a batch that cannot be cut into groups, and a task nobody can judge', async () => {
  const on = bench(configWith([
    { id: 'odd', start, train: { algorithm: 'rloo', ...small, batchSize: 9, groupSize: 4 } },
    { id: 'unjudged', start: { policy: 'sft' }, train: { algorithm: 'grpo', ...small, groupSize: 4 } },
  ], 1));
  for (const [id, words] of [['odd', 'multiple of the group size'], ['unjudged', 'reward model']] as const) {
    for (const earlier of ['pretrain', 'sft', 'reward-model', id]) {
      await on.start(earlier);
      await on.training.ended();
    }
    expect(on.events.at(-1)).toMatchObject({ kind: 'failed', stage: id, failure: { code: 'invalid-config', detail: expect.stringContaining(words) as string } });
  }
});
