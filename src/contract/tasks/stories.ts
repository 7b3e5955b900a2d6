import * as v from 'valibot';
import { choiceKnob, knob, wholeKnob } from '../knobs';

const weight = (initial: number, title: string, more: string) =>
  knob(initial, -1, 1, { title: `Weight: ${title}`, help: `${more} Below 0 the less the better. Only where the community is weights.`, source: 'Ours: mood counts most, and no two attributes move together.' });

export const stories = v.object({
  id: v.literal('stories'),
  language: choiceKnob('both', ['both', 'English', 'German'], { title: 'Language', help: 'What stories, prompts and held-out pairs are written in.', source: 'Ours: in both, half of the texts each, so that what is learned in one can be looked for in the other.', essential: true }),
  community: choiceKnob('weights', ['weights', 'children', 'poets', 'teachers', 'everyone'], {
    title: 'Community', help: 'Whose taste decides: the weights below, one community, or everyone, that is the mean of the three. Children like it cheerful, short and rhymed; poets gloomy, long and rhymed; teachers polite, on its theme and rather long.', source: 'Ours: tastes that conflict.', essential: true,
  }),
  temperature: knob(0.05, 0.005, 5, { title: 'Noise temperature', help: 'Noise of the preferences: the better story is chosen with probability σ(difference of gold rewards / temperature).', source: 'Ours: a rhyme more wins about 96 of 100 times, and even the best judge is wrong on about one pair in ten.', slider: [0.01, 0.5], essential: true }),
  mood: weight(1, 'mood', 'How much cheerful words count, and gloomy ones against.'),
  length: weight(-0.5, 'length', 'How much every sentence more counts.'),
  politeness: weight(0.5, 'politeness', 'How much please, dear and thanks count.'),
  theme: weight(0.5, 'theme', 'How much staying with the theme of the prompt counts.'),
  rhyme: weight(0.5, 'rhyme', 'How much it counts that the last two lines rhyme.'),
  pairs: wholeKnob(20_000, 64, 200_000, { title: 'Preference pairs', help: 'Size of the preference dataset that training draws from.', source: 'Ours: about one for each prompt there is to train on.' }),
  raters: wholeKnob(1, 1, 12, { title: 'Raters per pair', help: 'Raters asked about each training pair, drawn from a pool of twelve.', source: 'Ours: 1, as in most preference datasets, where one person labels each pair.' }),
  labels: choiceKnob('votes', ['votes', 'shares', 'one'], { title: 'Labels', help: 'votes: most of the raters asked decide. shares: the label also says how many they were, and losses learn from both sides by that share. one: only the first rater is heard.', source: 'votes: what preference datasets keep, as a rule.' }),
  raterNoise: knob(1, 0.1, 100, { title: 'Rater noise', help: 'Times the noise temperature, for training labels alone: held-out pairs stay what the community says.', source: '1: raters are as noisy as the community.', slider: [0.1, 20] }),
  disagreement: knob(0, 0, 5, { title: 'Disagreement', help: 'How far raters’ tastes differ: deviation of each rater’s weights from the community’s, which are at most 1.', source: '0: everybody has the community’s taste.', slider: [0, 2] }),
  bias: knob(0, 0, 2, { title: 'Bias', help: 'What every rater gives to one side besides its worth, in gold reward; toward what, the next knob says.', source: '0: raters judge nothing but worth.', slider: [0, 0.5] }),
  biasToward: choiceKnob('longer', ['longer', 'first'], { title: 'Bias toward', help: 'longer: all of the bias for three sentences more, less for fewer. first: for the answer that was shown first, which is drawn.', source: 'longer: people and judges were both found to like length (Singhal et al. 2023, arXiv:2310.03716).' }),
  panel: wholeKnob(1, 1, 1_000_000, { title: 'Panel', help: 'Which twelve people the raters are; another number gives others, and other votes of theirs on the same pairs.', source: 'Ours: 1.' }),
  pairsIn: choiceKnob('same', ['same', 'English', 'German'], { title: 'Pairs in', help: 'Language of the pairs that training learns from; same: as all else. Held-out pairs and prompts keep their language, so that a preference learned in one can be tested in the other.', source: 'Ours: same.' }),
});
