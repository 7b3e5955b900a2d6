/**
 * What a file of samples is like, told while it streams by: how many, how long, how many the same, how labels are balanced, who labelled. Holds numbers, never texts,
 * so that a file larger than memory can be summed up. Also which samples are met again, and which are held out.
 */
import type { LengthBins, Lengths, Reason, Summary } from '../contract/dataset';
import { hashText, Random } from '../contract/random';
import type { Kind, Sample, Text } from '../contract/sample';
import { plain } from './sample';

/** Lengths are counted one by one up to here, characters; longer ones count as this long in quantiles. */
const COUNTED = 4096;
/** More raters than this are not told apart. */
const RATERS = 1000;
/** Of a drawing of lengths, about; and what a bin may be wide, characters. */
const BINS = 24;
const WIDTHS = [1, 2, 5, 10, 20, 50, 100, 200];

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

  /** How long 99 of 100 are at most: where a drawing may end. */
  get end(): number {
    return this.#quantile(0.99);
  }

  /** @param width characters a bin @param bins how many; the last one takes the rest */
  binned(width: number, bins: number): number[] {
    const counts: number[] = Array.from({ length: bins }, () => 0);
    this.#counts.forEach((count, length) => (counts[Math.min(bins - 1, Math.floor(length / width))]! += count)); // below the number of bins
    return counts;
  }

  get lengths(): Lengths | undefined {
    if (this.#count === 0) return undefined;
    return { count: this.#count, mean: this.#sum / this.#count, median: this.#quantile(0.5), most: this.#quantile(0.95), longest: this.#longest };
  }
}

type Series = LengthBins['series'][number]['of'];

/** What each text of a sample is called where lengths are drawn. */
function seriesOf(sample: Sample): Series[] {
  switch (sample.kind) {
    case 'preference': return ['chosen', 'rejected'];
    case 'unpaired': return [sample.label ? 'good' : 'bad'];
    case 'completion': case 'prompt': case 'text': return [sample.kind];
  }
}

const SERIES: readonly Series[] = ['chosen', 'rejected', 'good', 'bad', 'completion', 'prompt', 'text'];

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

/** What must be on one side with it: its prompt; where there is none, its texts. */
function companyOf(sample: Sample): string {
  if (sample.kind === 'text') return plain(sample.text, 'whole');
  return promptOf(sample) || JSON.stringify(answersOf(sample).map((text) => plain(text, 'completion')).toSorted());
}

/**
 * A number from 0 to 1, the same for all samples of one prompt; those without a prompt go by themselves. A draw from the stream of that name, not its hash:
 * hashes of prompts that differ in their last sign alone lie close together, and "question 0" to "question 9" would be held out all or none.
 */
export const placeOf = (sample: Sample): number => Random.of(0, `held-out/${companyOf(sample)}`).next();

/** Whether a sample is kept from training. @param share of prompts held out, 0 to 1 */
export const isHeldOut = (sample: Sample, share: number): boolean => placeOf(sample) < share;

export class Summing {
  readonly #met = new Set<number>();
  readonly #raters = new Set<string>();
  readonly #prompts = new LengthCounts();
  readonly #completions = new LengthCounts();
  readonly #series = new Map<Series, LengthCounts>();
  readonly #kinds: Partial<Record<Kind, number>> = {};
  readonly #reasons: Partial<Record<Reason, number>> = {};
  readonly #chosen = { longer: 0, shorter: 0, asLong: 0 };
  readonly #labels = { good: 0, bad: 0 };
  #duplicates = 0;

  /**
   * @param again what becomes of one that was met before: it is counted as a duplicate, and as a sample only where duplicates are kept
   * @returns whether it is the first of its kind: a pair is the same whichever side was chosen
   */
  add(sample: Sample, again: 'drop' | 'keep' = 'drop'): boolean {
    const answers = answersOf(sample).map((text) => plain(text, sample.kind === 'text' ? 'whole' : 'completion'));
    const prompt = promptOf(sample);
    const key = numberOf(JSON.stringify([sample.kind, prompt, answers.toSorted()]));
    const isFirst = !this.#met.has(key);
    if (!isFirst) {
      this.#duplicates += 1;
      if (again === 'drop') return false;
    }
    this.#met.add(key);
    this.#kinds[sample.kind] = (this.#kinds[sample.kind] ?? 0) + 1;
    if (sample.kind !== 'text') this.#prompts.add(prompt.length);
    for (const answer of answers) this.#completions.add(answer.length);
    seriesOf(sample).forEach((of, i) => {
      const counts = this.#series.get(of) ?? new LengthCounts();
      counts.add((answers[i] ?? prompt).length);
      this.#series.set(of, counts);
    });
    if (sample.kind === 'preference') {
      const gap = answers[0]!.length - answers[1]!.length; // both sides
      this.#chosen[gap > 0 ? 'longer' : gap < 0 ? 'shorter' : 'asLong'] += 1;
    }
    if (sample.kind === 'unpaired') this.#labels[sample.label ? 'good' : 'bad'] += 1;
    const { annotator } = sample.extra;
    if (annotator !== undefined && this.#raters.size < RATERS) this.#raters.add(String(annotator));
    return isFirst;
  }

  refuse(reason: Reason): void {
    this.#reasons[reason] = (this.#reasons[reason] ?? 0) + 1;
  }

  get #lengths(): LengthBins | undefined {
    if (this.#series.size === 0) return undefined;
    const end = Math.max(...Array.from(this.#series.values(), (counts) => counts.end));
    const width = WIDTHS.find((each) => (end + 1) / each <= BINS) ?? WIDTHS.at(-1)!; // the list is not empty
    const bins = Math.ceil((end + 1) / width);
    return { width, series: SERIES.flatMap((of) => { const counts = this.#series.get(of); return counts ? [{ of, counts: counts.binned(width, bins) }] : []; }) };
  }

  get summary(): Summary {
    return {
      kinds: { ...this.#kinds }, reasons: { ...this.#reasons }, duplicates: this.#duplicates,
      prompts: this.#prompts.lengths, completions: this.#completions.lengths, lengths: this.#lengths,
      chosen: { ...this.#chosen }, labels: { ...this.#labels }, raters: this.#raters.size,
    };
  }
}
