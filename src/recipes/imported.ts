/** A model that was imported, as a run of its own: looked at, and there for others to start from. Not in the list, since there is nothing to choose before a model is there. */
import type { Recipe } from './recipe';

/** Its one stage. */
export const IMPORTED_STAGE = 'base';

export const imported: Recipe = {
  id: 'imported',
  title: 'Imported model',
  teaches: 'A model made elsewhere: what it writes, and how well it foretells your texts where a data set is chosen.',
  task: 'yours',
  taskSet: { tokenizer: 'imported' },
  stages: [{ id: IMPORTED_STAGE, algorithm: 'base', start: {}, set: { evaluateOn: 16 } }],
};
