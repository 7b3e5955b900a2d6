import * as v from 'valibot';
import { choiceKnob, wholeKnob } from '../knobs';

/** How many people rated each word. */
export const RATERS = 10;

export const sentences = v.object({
  id: v.literal('sentences'),
  pairs: wholeKnob(20_000, 64, 200_000, { title: 'Preference pairs', help: 'Size of the preference dataset that training draws from.', source: 'Ours: about as many as there are sentences to make them of.' }),
  raters: wholeKnob(1, 1, RATERS, { title: 'Raters per pair', help: 'Raters asked about each pair, drawn from the ten; most of their voices decide. One leaves all disagreement in the labels, ten leave the least.', source: 'Ours: 1, as in most preference datasets, where one person labels each pair.', essential: true }),
  labels: choiceKnob('votes', ['votes', 'shares'], { title: 'Labels', help: 'votes: the raters asked decide, and may be wrong. shares: nobody is drawn; training pairs say what share of all ten prefer the chosen side, and losses learn from both sides by that share.', source: 'votes: what preference datasets keep, as a rule.' }),
});
