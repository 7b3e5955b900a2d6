/**
 * What a file of samples is like, told while it streams by: how many, how long, how many the same, how labels are balanced, who labelled. Holds numbers, never texts,
 * so that a file larger than memory can be summed up. Also which samples are met again, and which are held out.
 */
import { hashText } from '../contract/random';
import { plain, type Kind, type Sample, type Text } from './sample';
import type { Reason } from './read-sample';

/** Lengths are counted one by one up to here, characters; longer ones count as this long in quantiles. */
const COUNTED = 4096;
/** More raters than this are not told apart. */
const RATERS = 1000;

export interface Lengths {
  count: number;
  mean: number;
  median: number;
  /** 95 % are no longer. */
  most: number;
  longest: number;
}

/** Lengths as they come, in characters. */
class LengthCounts {
  readonly #counts = new Uint32Array(COUNTED + 1);
  #count = 0;
  #sum = 0;
  #longest = 0;

  add(length: number): void {
    this.#counts[Math.min(length, COUNTED)]! += 1; // below the size
    this.#count += 1;
    this.#sum += length;
    this.#longest = Math.max(this.#longest, length);
  }

  /** The length that a share of all do not exceed. */
  #quantile(share: number): number {
    let seen = 0;
    for (let length = 0; length <= COUNTED; length++) {
      seen += this.#counts[length]!; // below the size
      if (seen >= share * this.#count) return length;
    }
    return COUNTED;
  }

  get lengths(): Lengths | undefined {
    if (this.#count === 0) return undefined;
    return { count: this.#count, mean: this.#sum / this.#count, median: this.#quantile(0.5), most: this.#quantile(0.95), longest: this.#longest };
  }
}

export interface Summary {
  kinds: Partial<Record<Kind, number>>;
  /** Of rows that could not be used. */
  reasons: Partial<Record<Reason, number>>;
  /** Samples met before, sides in either order. */
  duplicates: number;
  prompts: Lengths | undefined;
  /** Of completions, both sides of a preference among them; of whole texts. */
  completions: Lengths | undefined;
  /** Preferences whose chosen side is longer, shorter, as long: a rater who only counts would choose so. */
  chosen: { longer: number; shorter: number; asLong: number };
  /** Of marked completions. */
  labels: { good: number; bad: number };
  /** Different values of a column `annotator`; at most so many are told apart. */
  raters: number;
}

/** The texts of a sample that answer. */
function answersOf(sample: Sample): Text[] {
  switch (sample.kind) {
    case 'preference': return [sample.chosen, sample.rejected];
    case 'unpaired': case 'completion': return [sample.completion];
    case 'text': return [sample.text];
    case 'prompt': return [];
  }
}

const promptOf = (sample: Sample): string => (sample.kind === 'text' ? '' : plain(sample.prompt, 'prompt'));

/** One number for a text: 53 of 64 bits of two hashes, so that among a million texts no two different ones are likely to share it. */
const numberOf = (text: string): number => hashText(text) * 2 ** 21 + (hashText(`again/${text}`) >>> 11);

/** Whether a sample is kept from training: all samples of one prompt are on one side; texts without a prompt go by themselves. @param share of prompts held out, 0 to 1 */
export const isHeldOut = (sample: Sample, share: number): boolean => hashText(`held-out/${sample.kind === 'text' ? plain(sample.text, 'whole') : promptOf(sample)}`) / 2 ** 32 < share;

export class Summing {
  readonly #met = new Set<number>();
  readonly #raters = new Set<string>();
  readonly #prompts = new LengthCounts();
  readonly #completions = new LengthCounts();
  readonly #kinds: Partial<Record<Kind, number>> = {};
  readonly #reasons: Partial<Record<Reason, number>> = {};
  readonly #chosen = { longer: 0, shorter: 0, asLong: 0 };
  readonly #labels = { good: 0, bad: 0 };
  #duplicates = 0;

  /** @returns whether it is the first of its kind: a pair is the same whichever side was chosen */
  add(sample: Sample): boolean {
    const answers = answersOf(sample).map((text) => plain(text, sample.kind === 'text' ? 'whole' : 'completion'));
    const prompt = promptOf(sample);
    const key = numberOf(JSON.stringify([sample.kind, prompt, answers.toSorted()]));
    if (this.#met.has(key)) {
      this.#duplicates += 1;
      return false;
    }
    this.#met.add(key);
    this.#kinds[sample.kind] = (this.#kinds[sample.kind] ?? 0) + 1;
    if (sample.kind !== 'text') this.#prompts.add(prompt.length);
    for (const answer of answers) this.#completions.add(answer.length);
    if (sample.kind === 'preference') {
      const gap = answers[0]!.length - answers[1]!.length; // both sides
      this.#chosen[gap > 0 ? 'longer' : gap < 0 ? 'shorter' : 'asLong'] += 1;
    }
    if (sample.kind === 'unpaired') this.#labels[sample.label ? 'good' : 'bad'] += 1;
    const { annotator } = sample.extra;
    if (annotator !== undefined && this.#raters.size < RATERS) this.#raters.add(String(annotator));
    return true;
  }

  refuse(reason: Reason): void {
    this.#reasons[reason] = (this.#reasons[reason] ?? 0) + 1;
  }

  get summary(): Summary {
    return {
      kinds: { ...this.#kinds }, reasons: { ...this.#reasons }, duplicates: this.#duplicates,
      prompts: this.#prompts.lengths, completions: this.#completions.lengths,
      chosen: { ...this.#chosen }, labels: { ...this.#labels }, raters: this.#raters.size,
    };
  }
}
