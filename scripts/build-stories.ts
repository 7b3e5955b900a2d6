/**
 * Learns the tokens of the task `stories` from 20,000 stories of its grammar, half in each language, and writes them to src/tasks/stories/merges.ts:
 *   node scripts/run.mjs scripts/build-stories.ts
 * As many as there are pairs of tokens that stand twice: each word that the grammar knows is then one token.
 */
import { writeFile } from 'node:fs/promises';
import { Random } from '../src/contract/random';
import { drawEnding, drawOpening, tellEnding, tellOpening } from '../src/tasks/stories/story';
import { LANGUAGES } from '../src/tasks/stories/words';
import { trainBpe } from '../src/tasks/tokenizer/bpe-training';

const TEXTS = 20_000;
const MOST_TOKENS = 2048;
const LINE = 24;

export async function main(): Promise<void> {
  const random = Random.of(1, 'stories/tokens');
  const texts = Array.from({ length: TEXTS }, (_, i) => {
    const language = LANGUAGES[i % LANGUAGES.length]!; // below the length
    const opening = drawOpening(random);
    return tellOpening(language, opening) + tellEnding(language, opening, drawEnding(opening, random));
  });
  const learning = trainBpe(texts, MOST_TOKENS);
  let step = learning.next();
  while (!step.done) step = learning.next();
  const merges = step.value;
  const lines: string[] = [];
  for (let first = 0; first < merges.length; first += LINE) lines.push(`  ${merges.slice(first, first + LINE).map(([left, right]) => `[${left}, ${right}]`).join(', ')},`);
  await writeFile('src/tasks/stories/merges.ts', `/** Tokens that became one, in the order learned (src/tasks/tokenizer/bpe-training.ts). Made by scripts/build-stories.ts; not to be edited. */
import type { Merge } from '../tokenizer/bpe-training';

export const MERGES: readonly Merge[] = [
${lines.join('\n')}
];
`);
  console.log(`${merges.length} merges`);
}
