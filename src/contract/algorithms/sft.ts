import * as v from 'valibot';
import { defineAlgorithm, optimizerKnobs, watchKnobs } from './algorithm';
import { loraKnobs } from './lora-knobs';

export const sft = defineAlgorithm({
  id: 'sft',
  title: 'Supervised fine-tuning',
  says: 'Learns to answer prompts from demonstrations; only completion tokens count.',
  source: 'Ouyang et al. 2022 (InstructGPT), step 1.',
  starts: { policy: 'policy' },
  makes: 'policy',
  learnsFrom: 'demonstrations',
  texts: 1,
  passes: 1,
  config: v.object({
    algorithm: v.literal('sft'),
    ...optimizerKnobs({ learningRate: 2e-3, steps: 200, batchSize: 64, batchOf: 'Demonstrations', warmup: 10, source: 'Ours, swept at this size (LOG.md).' }),
    ...loraKnobs,
    ...watchKnobs({ evaluateEvery: 50, saveEvery: 100 }),
  }),
  charts: ['loss', 'eval_loss', 'mean_token_accuracy', 'entropy', 'samples/valid_fraction', 'gold/reward', 'samples/length'],
});
