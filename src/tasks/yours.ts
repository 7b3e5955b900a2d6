/** `yours` as the page and its workers know it at once. How rows become a task (yours-world.ts) is fetched when it is opened. */
import { late } from '../contract/late';
import type { Sample } from '../contract/sample';
import type { TaskConfig } from '../contract/tasks';
import { countOfPieces } from '../contract/tasks/pieces';
import type { OnOpening, TaskDefinition } from './task';

export const yours = {
  id: 'yours',
  title: 'Your own data',
  teaches: 'What your rows prefer, a model can learn. Nobody knows what is truly good here: held-out preferences are the measure.',
  source: 'Your file, read in this browser. It goes nowhere else.',
  licence: 'As you know it.',
  lacks: ['gold', 'seen'],
  textTokens: 64,
  expects: ({ context, tokenizer, vocabulary, pieces }: TaskConfig<'yours'>) => ({ textTokens: Math.ceil(context / 2), vocabulary: tokenizer === 'bpe' ? vocabulary : tokenizer === 'imported' && pieces ? countOfPieces(pieces) : 100 }),
  dataset: ({ dataset, called, rows, tokenizer }: TaskConfig<'yours'>) => (dataset === '' && tokenizer === 'imported' ? undefined : { id: dataset, title: called === undefined ? dataset : `${called} (${dataset.slice(0, 8)}…)`, rows }),
  open: async (samples: readonly Sample[], config: TaskConfig<'yours'>, onProgress?: OnOpening) => (await late(import('./yours-world'))).openYours(samples, config, onProgress),
} satisfies TaskDefinition<'yours'>;
