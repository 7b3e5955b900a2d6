/**
 * Perplexity filtering: which ready-made pairs one specific model could have written itself. A reconstruction from the abstract of arXiv:2410.01789
 * (collecting preference data by perplexity filtering for a specific language model), not a replication: the paper's own procedure is not known to us. Pure.
 *
 * The measure is the negative log-likelihood of a completion's tokens (its end among them) under the target model, in nats a token; perplexity is e to the power
 * of it, and is never averaged. It falls with the length of the prompt, so a completion is compared with the target's own answers to prompts about as long.
 * Everything depends on the target: when it changes, all of this is measured again.
 */

/** Where a candidate may come from, how it is called, and what it is. The first is what the others are compared with. */
export const SOURCES = {
  own: { title: 'The model’s own samples', means: 'Drawn from the target model at temperature 1: where most of these lie is the band.' },
  people: { title: 'People', means: 'What the task’s own text says after this prompt.' },
  mismatched: { title: 'People, to another prompt', means: 'People’s text, but the answer to another prompt.' },
  corrupted: { title: 'Corrupted', means: 'People’s text with some tokens changed for others or exchanged with their neighbours.' },
  other: { title: 'Another checkpoint', means: 'Samples of another model of the same task, at temperature 1.' },
  foreign: { title: 'Another task’s model', means: 'Samples of a model that was trained on other text altogether, spelled in this task’s tokens.' },
  data: { title: 'The data', means: 'Pairs of the task’s data, labelled already.' },
} as const;
export type Source = keyof typeof SOURCES;
export const SOURCE_IDS = Object.keys(SOURCES) as Source[]; // the keys of an object that has no others

/** Of one completion under the target model. */
export interface Scored {
  /** nats a token */
  nll: number;
  /** tokens */
  promptLength: number;
}

/** Where most of the target's own samples lie, nats a token. */
export interface Band {
  low: number;
  high: number;
}

/**
 * cap: both sides no less likely than the band's edge. band: both inside it, so that what is too easy goes too. gap: sides about equally likely, so that fluency alone
 * cannot tell them apart. mine: cap, but of several candidates a prompt, before any are labelled. flip: a chosen side much less likely than the rejected one is a suspected wrong label (PerpCorrect, Kong et al. 2024); it is dropped or turned.
 */
export const FILTERS = ['cap', 'band', 'gap', 'flip', 'mine'] as const;
export type Filter = (typeof FILTERS)[number];

export interface FilterKnobs {
  filter: Filter;
  /** Widest gap, and how much less likely a chosen side may be, nats a token. */
  gap: number;
  /** What becomes of suspected wrong labels. */
  suspects: 'drop' | 'turn';
}

export type Verdict = 'keep' | 'drop' | 'turn';

/** Value below which a share of sorted numbers lies, linear between neighbours (as numpy's default). */
export function quantile(sorted: readonly number[], share: number): number {
  if (sorted.length === 0) throw new Error('quantile: want at least one value, got none');
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!]; // 0 ≤ place < length
  return below + (above - below) * (place - Math.floor(place));
}

/** Fewest samples that a bucket of prompt lengths needs for edges of its own. */
const FEWEST = 20;

/** Bands by length of the prompt. Buckets double in width, since what a prompt tells grows ever slower: 0, 1, 2-3, 4-7, … tokens. */
export class Bands {
  readonly #bands = new Map<number, Band>();
  readonly #all: Band;

  /** @param own the target's own samples at temperature 1 @param edges shares of them below the band and not above it, 0.05 and 0.95 as a rule. Throws for no samples. */
  constructor(own: readonly Scored[], [low, high]: readonly [number, number] = [0.05, 0.95]) {
    const bandOf = (scored: readonly Scored[]): Band => {
      const sorted = scored.map(({ nll }) => nll).toSorted((a, b) => a - b);
      return { low: quantile(sorted, low), high: quantile(sorted, high) };
    };
    this.#all = bandOf(own);
    for (const bucket of new Set(own.map(bucketOf))) {
      const scored = own.filter((each) => bucketOf(each) === bucket);
      if (scored.length >= FEWEST) this.#bands.set(bucket, bandOf(scored));
    }
  }

  /** That of prompts about as long; that of all samples where there were too few. */
  of(scored: Scored): Band {
    return this.#bands.get(bucketOf(scored)) ?? this.#all;
  }
}

const bucketOf = ({ promptLength }: Pick<Scored, 'promptLength'>): number => (promptLength === 0 ? 0 : 1 + Math.floor(Math.log2(promptLength)));

/** What becomes of one pair. A side that the model finds impossible (infinite) is above every band and beyond every gap; of two such sides nothing can be said, and they are dropped. */
export function verdictOn(chosen: Scored, rejected: Scored, bands: Bands, { filter, gap, suspects }: FilterKnobs): Verdict {
  const keep = (holds: boolean): Verdict => (holds ? 'keep' : 'drop');
  const isCapped = (side: Scored) => side.nll <= bands.of(side).high;
  const isInside = (side: Scored) => isCapped(side) && side.nll >= bands.of(side).low;
  if (![chosen.nll, rejected.nll].some(Number.isFinite)) return 'drop';
  switch (filter) {
    case 'cap': case 'mine': return keep(isCapped(chosen) && isCapped(rejected));
    case 'band': return keep(isInside(chosen) && isInside(rejected));
    case 'gap': return keep(Math.abs(chosen.nll - rejected.nll) <= gap);
    case 'flip': return chosen.nll - rejected.nll <= gap ? 'keep' : suspects;
  }
}

/** How little a filter likes a pair: what the inverted filter keeps most of. Unlikely sides, uneven ones, or suspected wrong labels, nats a token. */
export function dislike(chosen: Scored, rejected: Scored, bands: Bands, filter: Filter): number {
  const above = (side: Scored) => side.nll - bands.of(side).high;
  const below = (side: Scored) => bands.of(side).low - side.nll;
  switch (filter) {
    case 'cap': case 'mine': return Math.max(above(chosen), above(rejected));
    case 'band': return Math.max(above(chosen), above(rejected), below(chosen), below(rejected));
    case 'gap': return Math.abs(chosen.nll - rejected.nll);
    case 'flip': return chosen.nll - rejected.nll;
  }
}

/** Counts of one source by likelihood, for a histogram whose bins all sources share. @param edges ascending; values outside fall into the first or the last bin. -> one count fewer than edges */
export function countsIn(nlls: readonly number[], edges: readonly number[]): number[] {
  const counts = Array.from({ length: edges.length - 1 }, () => 0);
  for (const nll of nlls) {
    const bin = edges.findLastIndex((edge) => edge <= nll);
    counts[Math.min(Math.max(bin, 0), counts.length - 1)]! += 1; // a place in the list
  }
  return counts;
}
