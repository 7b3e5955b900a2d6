/**
 * Makes src/tasks/sentences-merges.ts: the byte-level BPE of `sentences`, learned from its training sentences, so that the vocabulary is known without the data.
 *   node scripts/run.mjs scripts/sentences-merges.ts
 * test/unit/sentences.test.ts learns them again and compares.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { parseSentences } from '../src/tasks/sentences-data';
import { trainBpe } from '../src/tasks/tokenizer/bpe-training';

const SIZE = 4096;
/** Merges a line. */
const WIDTH = 16;

export async function main(): Promise<void> {
  const { sentences } = parseSentences(await readFile('public/data/sentences.txt', 'utf8'));
  const training = trainBpe(sentences.train, SIZE);
  let made = training.next();
  while (!made.done) made = training.next();
  const words = made.value.map(([left, right]) => `${left}-${right}`);
  const lines = Array.from({ length: Math.ceil(words.length / WIDTH) }, (_, i) => words.slice(i * WIDTH, (i + 1) * WIDTH).join(' '));
  const about = '/** Made by scripts/sentences-merges.ts: pairs of tokens that became one, in the order learned. */';
  await writeFile('src/tasks/sentences-merges.ts', `${about}\nexport const SENTENCES_MERGES = \`\n${lines.join('\n')}\n\`;\n`);
  console.log(`${words.length} merges`);
}
