/** Candidates for a perplexity filter: completions that the target model did not write, several a prompt, each from a source drawn at random. */
import type { Source } from '../../src/contract/perplexity';
import type { Random } from '../../src/contract/random';
import { EOS, type PreferencePair } from '../../src/tasks/task';
import { generate } from '../model/generate';
import type { Views } from '../model/parameters';
import type { Stage } from './stage';

export interface Candidate {
  prompt: readonly number[];
  completion: readonly number[];
  source: Source;
}

interface Wanted {
  /** How many prompts. */
  count: number;
  perPrompt: number;
  /** Share of tokens changed in corrupted text. */
  corruption: number;
}

/** Tries at a candidate unlike the others of its prompt. */
const TRIES = 8;

export const isSame = (one: readonly number[], other: readonly number[]): boolean => one.length === other.length && one.every((token, t) => token === other[t]);

/**
 * @param other another model of the task, if there is one @param random where everything is drawn from
 * @returns a list a prompt, no two candidates of a prompt alike; a prompt that nothing different could be found for is left out
 */
export async function candidatesOf(stage: Stage, { count, perPrompt, corruption }: Wanted, other: Views | undefined, random: Random): Promise<Candidate[][]> {
  const { task, shape: { context } } = stage;
  const demonstration = () => task.demonstration('train', random.below(task.demonstrationCount('train')), random);
  const asked = Array.from({ length: count }, demonstration);
  // Drawn before they are needed, a row for each candidate, so that how many are used changes nothing of the rest.
  const sampled = other && (await generate(other, asked.flatMap(({ prompt }) => Array.from({ length: perPrompt }, () => prompt)), random));
  const sources: Source[] = ['people', 'mismatched', 'corrupted', ...(sampled ? (['other'] as const) : [])];

  return asked.flatMap(({ prompt, completion: own }, i) => {
    const found: Candidate[] = [];
    const from = (source: Source, k: number): readonly number[] => {
      if (source === 'people') return own;
      if (source === 'other') return sampled![i * perPrompt + k]!; // a row for each candidate; the source is drawn only where there are any
      if (source === 'mismatched') return fitted(demonstration().completion, context - prompt.length);
      return corrupted(own, corruption, task.tokenizer.vocabulary.length, random);
    };
    for (let k = 0; k < perPrompt; k++) {
      for (let left = TRIES; left > 0; left--) {
        const source = sources[random.below(sources.length)]!; // below the length
        const completion = from(source, k);
        if (completion.length === 0 || found.some((earlier) => isSame(earlier.completion, completion))) continue;
        found.push({ prompt, completion, source });
        break;
      }
    }
    return found.length < 2 ? [] : [found];
  });
}

/** No longer than fits, and ended: an answer that is cut short is another kind of text. */
const fitted = (completion: readonly number[], most: number): readonly number[] => (completion.length <= most ? completion : [...completion.slice(0, Math.max(0, most - 1)), EOS]);

/** Some tokens changed for others, or exchanged with their neighbours, half and half; never its end, and never for a token that has a meaning of its own. */
export function corrupted(completion: readonly number[], share: number, vocabulary: number, random: Random): number[] {
  const changed = [...completion];
  const last = changed.at(-1) === EOS ? changed.length - 1 : changed.length;
  for (let place = 0; place < last; place++) {
    if (random.next() >= share) continue;
    const [here, next] = [changed[place]!, changed[place + 1]]; // below the length
    if (place + 1 < last && random.below(2) === 0) changed.splice(place, 2, next!, here); // there is a next
    else changed[place] = EOS + 1 + random.below(vocabulary - EOS - 1);
  }
  return changed;
}

/** Pairs of the task as they are labelled, two candidates a pair, chosen first. */
export const asCandidates = (pairs: readonly PreferencePair[]): Candidate[][] =>
  pairs.map(({ prompt, chosen, rejected }) => [{ prompt, completion: chosen, source: 'data' }, { prompt, completion: rejected, source: 'data' }]);
