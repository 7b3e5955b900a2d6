/**
 * Makes src/tasks/sentences-merges.ts: the byte-level BPE of `sentences`, so that the vocabulary is known without the data.
 *   node scripts/run.mjs scripts/sentences-merges.ts
 * test/unit/sentences.test.ts learns them again and compares.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { parseSentences } from '../src/tasks/sentences-data';
import { LARGEST_VOCABULARY, trainBpe, type Merge } from '../src/tasks/tokenizer/bpe-training';
import { WORDS } from '../src/tasks/tokenizer/bytes';

/** Times that a word stands in the training sentences for it to be a token. */
const LEAST = 3;
/** Times that it begins one for it to be a token without a space as well. */
const LEAST_FIRST = 10;
/** Merges a line. */
const WIDTH = 32;

const wordsOf = (text: string): string[] => Array.from(text.matchAll(WORDS), ([word]) => word);

function countsOf(words: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Learned to its end from sentences of common words alone: every word that stands there twice becomes one token, whatever is more common among the rest. */
export function learnMerges(sentences: readonly string[]): readonly Merge[] {
  const counts = countsOf(sentences.flatMap((text) => wordsOf(` ${text}`)));
  const firsts = countsOf(sentences.map((text) => wordsOf(text)[0]!)); // no sentence is empty
  const common = sentences.filter((text) => wordsOf(` ${text}`).every((word) => counts.get(word)! >= LEAST)); // counted above
  const training = trainBpe(common.flatMap((text) => {
    const first = wordsOf(text)[0]!; // as above
    return firsts.get(first)! >= LEAST_FIRST ? [` ${text}`, first] : [` ${text}`]; // as above
  }), LARGEST_VOCABULARY);
  for (;;) {
    const { done, value } = training.next();
    if (done) return value;
  }
}

export async function main(): Promise<void> {
  const { sentences } = parseSentences(await readFile('public/data/sentences.txt', 'utf8'));
  const words = learnMerges(sentences.train).map(([left, right]) => `${left}-${right}`);
  const lines = Array.from({ length: Math.ceil(words.length / WIDTH) }, (_, i) => words.slice(i * WIDTH, (i + 1) * WIDTH).join(' '));
  const about = '/** Made by scripts/sentences-merges.ts: pairs of tokens that became one, in the order learned. */';
  await writeFile('src/tasks/sentences-merges.ts', `${about}\nexport const SENTENCES_MERGES = \`\n${lines.join('\n')}\n\`;\n`);
  console.log(`${words.length} merges`);
}
