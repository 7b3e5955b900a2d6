import * as v from 'valibot';
import { choiceKnob, datasetKnob, knob, wholeKnob } from '../knobs';
import { Pieces } from './pieces';

/** Without a merge: padding, the end and 256 bytes. */
const BYTES_ALONE = 258;

export const yours = v.object({
  id: v.literal('yours'),
  dataset: datasetKnob({ title: 'Data set', help: 'Which of your data sets to learn from. Rows are imported on the Data screen and stay in this browser.', source: 'Yours; there is none before you choose.', essential: true }),
  /** What people call the data set; written when a run begins, for words alone. */
  called: v.exactOptional(v.string()),
  /** Tokens of an imported model; written when a run is to start from one. */
  pieces: v.exactOptional(Pieces),
  tokenizer: choiceKnob('bpe', ['bpe', 'characters', 'imported'], { title: 'Tokens', help: 'bpe: pieces of words, learned from your training rows. characters: one token a character; what training rows do not hold is spelled in bytes. imported: those of an imported model; choosing it under “Start pretrain from” sets this.', source: 'bpe: as GPT-2 (Radford et al. 2019). Characters suit very short texts.', essential: true }),
  vocabulary: wholeKnob(1024, BYTES_ALONE, 4096, { title: 'Vocabulary', help: 'Tokens of the vocabulary, where they are pieces of words; fewer where the rows repeat too little.', source: 'Ours: small data repeat few pieces often enough to learn them.' }),
  context: wholeKnob(128, 16, 1024, { title: 'Context', help: 'Tokens that the model reads at most, prompt and answer together; an imported model is cut to it.', source: 'Ours: a few sentences; time grows faster than length.', essential: true }),
  long: choiceKnob('truncate', ['truncate', 'drop'], { title: 'Longer rows', help: 'What happens to rows with more tokens than the context. truncate: prompts keep their end, in half of the context if need be, and answers lose theirs. drop: the row is left out.', source: 'truncate: TRL cuts too.' }),
  heldOut: knob(0.1, 0.01, 0.5, { title: 'Held out', help: 'Share of prompts that training never sees. All rows of one prompt are on one side.', source: 'Ours, as in the other tasks.' }),
  rows: wholeKnob(20_000, 1, 200_000, { title: 'Rows', help: 'How many rows to take at most, from the first on.', source: 'Ours: what a small model can learn from in minutes.' }),
});
