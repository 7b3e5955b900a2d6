import * as v from 'valibot';
import { defineAlgorithm, optimizerKnobs, watchKnobs } from './algorithm';

export const pretrain = defineAlgorithm({
  id: 'pretrain',
  title: 'Pretrain',
  says: 'Reads the corpus and learns to guess the next token.',
  source: 'Next-token cross-entropy (Radford et al. 2018, GPT).',
  starts: {},
  makes: 'policy',
  learnsFrom: 'texts',
  texts: 1,
  passes: 1,
  config: v.object({
    algorithm: v.literal('pretrain'),
    ...optimizerKnobs({ learningRate: 3e-3, steps: 2000, batchSize: 64, batchOf: 'Texts', warmup: 20, source: 'Ours, swept at this size (LOG.md).' }),
    ...watchKnobs({ evaluateEvery: 100, saveEvery: 200 }),
  }),
  charts: ['loss', 'eval_loss', 'mean_token_accuracy', 'entropy', 'samples/valid_fraction', 'gold/reward', 'samples/length'],
});
