import * as v from 'valibot';
import { fixed, wholeKnob } from '../knobs';
import { defineAlgorithm } from './algorithm';

/** Counter of a stage whose model was imported: 0 until somebody has looked at it. A stage without it looks at once. */
export const LOOKED = 'looked';

/** Where the page keeps the trained model of a task, and what made it. Under public/. */
export const baseFile = (task: string): string => `bases/${task}.safetensors`;
export const baseNotes = (task: string): string => `bases/${task}.json`;

export const base = defineAlgorithm({
  id: 'base',
  title: 'Base',
  says: 'Takes a trained language model as it is: that of this task which comes with the page, trained here before by the same engine, or one that was imported.',
  source: 'Of those that come with the page, the command, the seed and the curve that made them lie beside the file.',
  starts: {},
  makes: 'policy',
  texts: 1,
  passes: 0, // nothing is trained
  config: v.object({
    algorithm: v.literal('base'),
    steps: fixed(1),
    evaluateEvery: fixed(1),
    saveEvery: fixed(1),
    evaluateOn: wholeKnob(256, 16, 4096, { title: 'Evaluate on', help: 'Held-out prompts that the model is looked at with.', source: 'Ours: enough to see what it is like; nothing is decided by it.', essential: true }),
  }),
  charts: ['eval_loss', 'gold/reward', 'samples/valid_fraction', 'samples/length', 'samples/distinct'],
});
