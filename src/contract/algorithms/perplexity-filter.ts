import * as v from 'valibot';
import { choiceKnob, knob, wholeKnob } from '../knobs';
import { FILTERS } from '../perplexity';
import { defineAlgorithm, PAIRS_START } from './algorithm';

/** What the stage leaves: the filter's choice, or one of the controls it is held against. */
export const ARMS = ['filtered', 'unfiltered', 'random', 'inverted', 'on-policy'] as const;
export type Arm = (typeof ARMS)[number];

export const perplexityFilter = defineAlgorithm({
  id: 'perplexity-filter',
  title: 'Perplexity filter',
  says: 'Chooses among pairs that others wrote those which this very model could have written itself. Trains nothing: it leaves pairs to learn from.',
  source: 'Built from the abstract of arXiv:2410.01789, not a replication: its own procedure and numbers are not known to us. The mode flip follows PerpCorrect (Kong et al. 2024).',
  starts: { policy: 'policy', other: 'policy', ...PAIRS_START },
  optional: ['other', 'pairs'],
  makes: 'pairs',
  texts: 2,
  passes: 1 / 3, // it looks at each side once
  config: v.object({
    algorithm: v.literal('perplexity-filter'),
    steps: wholeKnob(16, 1, 10_000, { title: 'Steps', help: 'Batches of candidate pairs that are scored.', source: 'Ours: with the batch size, 2,048 candidates.' }),
    batchSize: wholeKnob(128, 1, 1024, { title: 'Batch size', help: 'Candidate pairs scored in a step.', source: 'Ours: a step is heard within a second or two.' }),
    filter: choiceKnob('cap', FILTERS, { title: 'Filter', help: 'cap: neither side less likely than most of the model’s own samples. band: nor likelier. gap: both about equally likely. flip: chosen sides far less likely than the rejected are taken for wrong labels. mine: of several candidates a prompt, pairs only among those within the cap.', source: 'cap: the plainest reading of the abstract of arXiv:2410.01789.', essential: true }),
    arm: choiceKnob('filtered', ARMS, { title: 'Keep', help: 'filtered, or a control: unfiltered keeps all, random as many at random, inverted as many that the filter likes least, on-policy as many pairs of the model’s own samples.', source: 'filtered; the controls make it an experiment.', essential: true }),
    candidates: choiceKnob('sources', ['sources', 'data'], { title: 'Candidates', help: 'sources: pairs of people’s text, other prompts’ answers, corrupted text and another checkpoint’s samples, labelled by the task’s raters. data: the task’s own pairs, or those of the stage it starts from, as they are labelled.', source: 'Ours: sources show what the filter tells apart.' }),
    foreign: choiceKnob('none', ['none', 'sentences', 'stories'], { title: 'Other task', help: 'Samples of the model that comes with another task are among the sources.', source: 'none: ours. It takes a task whose tokens spell any text.' }),
    edge: knob(0.95, 0.5, 1, { title: 'Edge', help: 'Share of the model’s own samples that lie within the cap; the band leaves out as many below.', source: '0.95: ours.', essential: true }),
    gap: knob(1, 0.01, 10, { title: 'Gap', help: 'Widest difference between the sides for gap, and how much less likely a chosen side may be for flip, nats a token.', source: '1: ours, a factor of e a token.' }),
    suspects: choiceKnob('drop', ['drop', 'turn'], { title: 'Suspects', help: 'What flip does with suspected wrong labels.', source: 'drop: nothing is made up. PerpCorrect turns them.' }),
    perPrompt: wholeKnob(6, 2, 32, { title: 'Candidates per prompt', help: 'How many candidates of each prompt mine looks at.', source: '6: ours, more than there are sources.' }),
    corruption: knob(0.25, 0, 1, { title: 'Corruption', help: 'Share of tokens changed in corrupted text.', source: '0.25: ours, plain to see and still half right.' }),
    evaluateOn: wholeKnob(512, 16, 4096, { title: 'Own samples', help: 'The model’s own samples that the band is taken from.', source: 'Ours: 5 % of 512 are 26 samples beyond the edge.' }),
    evaluateEvery: wholeKnob(4, 1, 100_000, { title: 'Show every', help: 'Steps between pairs to look at.', source: 'Ours.' }),
    saveEvery: wholeKnob(4, 1, 100_000, { title: 'Save every', help: 'Steps between checkpoints.', source: 'Ours: at most a few seconds of work are lost.' }),
  }),
  charts: ['filter/kept_share', 'filter/nll_candidates', 'pairs/gold_agreement'],
});
