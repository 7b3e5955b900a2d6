/** A byte-level BPE tokenizer learned from rows, with progress. */
import type { LearnedTokenizer } from '../../src/contract/data-api';
import type { Sample } from '../../src/contract/sample';
import { ByteBpe } from '../../src/tasks/tokenizer/bpe';
import { trainBpe } from '../../src/tasks/tokenizer/bpe-training';
import { tokenizerJson } from '../../src/tasks/tokenizer/tokenizer-json';
import { textsOf } from './browse';
import type { Rows } from './row-source';
import type { Turns } from './turns';

/** More text than this teaches a vocabulary of this size little. Characters. */
const MOST_TEXT = 8e6;
/** Text that the tokenizer is tried on, and the part of it that is shown. Characters. */
const TRIED = 1e5;
const SHOWN = 200;

const wholeTexts = (sample: Sample): string[] => (sample.kind === 'unpaired' ? textsOf(sample).slice(0, 2) : textsOf(sample)).filter((text) => text !== '');

/** Throws `Cancelled`. @param tokens of the vocabulary */
export async function learnTokenizer(rows: Rows, tokens: number, turns: Turns): Promise<LearnedTokenizer> {
  const texts: string[] = [];
  let characters = 0;
  for await (const sample of rows.each()) {
    for (const text of wholeTexts(sample)) {
      texts.push(text);
      characters += text.length;
    }
    await turns.give(() => ({ done: 0, total: tokens, count: 0 }));
    if (characters >= MOST_TEXT) break;
  }
  const training = trainBpe(texts, tokens);
  let next = training.next();
  while (!next.done) {
    const { learned, wanted } = next.value;
    await turns.give(() => ({ done: learned, total: wanted, count: learned }));
    next = training.next();
  }
  const bpe = new ByteBpe(next.value);
  const tried = texts.join('\n').slice(0, TRIED);
  const example = bpe.encode((texts[0] ?? '').slice(0, SHOWN)).map((token) => bpe.decode([token]));
  return { json: tokenizerJson(bpe), tokens: bpe.vocabulary.length, characters, charactersPerToken: tried.length / Math.max(1, bpe.encode(tried).length), example };
}
