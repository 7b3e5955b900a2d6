/** From the model that comes with the page: a few steps of DPO on what people chose make it say friendlier things, and stay English to that model. What was planted is in LOG.md. */
import { expect, it } from 'vitest';
import { parseRunConfig } from '../../src/contract/config';
import { SHAPE } from '../../src/recipes/sentences-stages';
import { learner, LIMIT } from '../learning/learn';

const learn = learner(parseRunConfig({
  recipe: 'sentences from the base', seed: 1, task: { id: 'sentences', pairs: 8000 }, model: SHAPE,
  stages: [
    { id: 'base', start: {}, train: { algorithm: 'base', evaluateOn: 128 } },
    { id: 'dpo', start: { policy: 'base' }, train: { algorithm: 'dpo', steps: 36, batchSize: 32, learningRate: 0.0014, warmup: 8, nllWeight: 0.2, evaluateEvery: 36, evaluateOn: 512 } },
  ],
}));

it('a short DPO from the shipped base raises the valence of what it says, and its samples stay as English as they were', async () => {
  const [base, dpo] = [await learn('base'), await learn('dpo')];
  expect(dpo.last['gold/gain']).toBeGreaterThan(3 * dpo.last['gold/gain_stderr']!); // measured where gold is
  expect(dpo.last['samples/perplexity']).toBeLessThan(1.5 * base.last['samples/perplexity']!); // measured where there is a base
}, LIMIT);
