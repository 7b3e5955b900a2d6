/** `stories` as the page and its workers know it at once. Its world (stories-world.ts), a grammar in two languages with its vocabulary, is fetched when the task is opened. */
import { late } from '../../contract/late';
import type { TaskConfig } from '../../contract/tasks';
import type { TaskDefinition } from '../task';

/** Tokens of the vocabulary. A test holds it to the merges. */
const STORIES_TOKENS = 1244;
const TEXT_TOKENS = 42;

const world = () => late(import('./stories-world'));

export const stories = {
  id: 'stories',
  title: 'Stories',
  teaches: 'Whose taste a model learns depends on who was asked: communities want opposite things of the same stories. What was learned of stories in one language ranks those in the other too, but hardly changes what is told in it.',
  source: 'Made here from a fixed seed by a grammar of our own.',
  licence: 'No data from elsewhere.',
  goldUnit: 'share liked',
  goldMeans: 'Here: how far mood, length, politeness, theme and rhyme are as the community likes them, from 0 to 1, times the share of sentences that make sense; 0 for a story that does not end.',
  textTokens: TEXT_TOKENS,
  expects: () => ({ textTokens: TEXT_TOKENS, vocabulary: STORIES_TOKENS }),
  lateVocabulary: async () => (await world()).vocabulary(),
  open: async (_text: string, config: TaskConfig<'stories'>) => new (await world()).Stories(config),
} satisfies TaskDefinition<'stories'>;
