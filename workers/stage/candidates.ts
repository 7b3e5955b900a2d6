/** Candidates for a perplexity filter: completions that the target model did not write, several a prompt, each from a source drawn at random. */
import type { Source } from '../../src/contract/perplexity';
import type { Random } from '../../src/contract/random';
import { EOS, type PreferencePair, type Task } from '../../src/tasks/task';
import { generate } from '../model/generate';
import type { Views } from '../model/parameters';
import { isSame } from './questions';
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

/** Models that candidates may be drawn from. */
export interface Others {
  /** Another model of the same task. */
  other?: Views;
  /** A model of another task. Its texts are spelled in this task's tokens. */
  foreign?: { task: Task; views: Views };
}

/** Tries at a candidate unlike the others of its prompt. */
const TRIES = 8;

/**
 * @param random where everything is drawn from
 * @returns a list a prompt, no two candidates of a prompt alike; a prompt that nothing different could be found for is left out
 */
export async function candidatesOf(stage: Stage, { count, perPrompt, corruption }: Wanted, { other, foreign }: Others, random: Random): Promise<Candidate[][]> {
  const { task, shape: { context } } = stage;
  const demonstration = () => task.demonstration('train', random.below(task.demonstrationCount('train')), random);
  const kinds: Source[] = ['people', 'mismatched', 'corrupted', ...(other ? (['other'] as const) : []), ...(foreign ? (['foreign'] as const) : [])];
  const asked = Array.from({ length: count }, () => ({ ...demonstration(), sources: sourcesOf(kinds, perPrompt, random) }));

  const wanted = (source: Source) => asked.flatMap(({ prompt, sources }) => sources.filter((each) => each === source).map(() => prompt));
  const ofOther = other ? await generate(other, wanted('other'), random) : [];
  const ofForeign = foreign ? await foreignTexts(foreign, wanted('foreign').length, task, random) : [];
  const drawn = { other: [...ofOther].values(), foreign: ofForeign.values() };

  return asked.flatMap(({ prompt, completion: own, sources }) => {
    const found: Candidate[] = [];
    const add = (source: Source, completion: readonly number[]): boolean => {
      if (completion.length === 0 || found.some((earlier) => isSame(earlier.completion, completion))) return false;
      found.push({ prompt, completion, source });
      return true;
    };
    const stranger = () => fitted(demonstration().completion, context - prompt.length);
    for (const source of sources) {
      const completion = source === 'people' ? own
        : source === 'mismatched' ? stranger()
          : source === 'corrupted' ? corrupted(own, corruption, task.tokenizer.vocabulary.length, random)
            : fitted(drawn[source === 'other' ? 'other' : 'foreign'].next().value ?? [], context - prompt.length); // as many were drawn as are asked for
      for (let isNew = add(source, completion), left = TRIES; !isNew && left > 0; left--) isNew = add('mismatched', stranger());
    }
    return found.length < 2 ? [] : [found];
  });
}

/** Sources of one prompt's candidates. People have written one text after a prompt, so they are asked once. */
function sourcesOf(kinds: readonly Source[], count: number, random: Random): Source[] {
  const sources: Source[] = [];
  while (sources.length < count) {
    const source = kinds[random.below(kinds.length)]!; // below the length
    if (source !== 'people' || !sources.includes('people')) sources.push(source);
  }
  return sources;
}

/** What another task's model answers to its own prompts, in this task's tokens. */
async function foreignTexts({ task, views }: NonNullable<Others['foreign']>, count: number, { tokenizer: { encode } }: Task, random: Random): Promise<number[][]> {
  if (!encode) throw new Error('foreignTexts: want a task whose tokens spell any text'); // the loop asks first
  if (count === 0) return [];
  const prompts = Array.from({ length: count }, () => task.prompt('train', random));
  const completions = await generate(views, prompts, random);
  return completions.map((completion) => [...encode(task.tokenizer.decode(completion)), EOS]);
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
