/**
 * A perplexity filter's stage looked at again: its checkpoint keeps every candidate pair with both likelihoods, so other modes and thresholds can be tried without the model.
 * What was measured is the model's of that time: trained further, it must measure anew, which is another run of the stage. Pure.
 */
import { Bands, countsIn, quantile, SOURCE_IDS, verdictOn, type FilterKnobs, type Scored, type Source, type Verdict } from '../contract/perplexity';
import type { CheckpointState } from '../contract/run';
import { pairsOfRows } from '../tasks/pair-lists';
import type { PreferencePair } from '../tasks/task';

export interface Measured {
  pair: PreferencePair;
  chosen: Scored;
  rejected: Scored;
  sources: readonly [chosen: Source, rejected: Source];
}

export interface FilterData {
  /** The target model's own samples. */
  own: readonly Scored[];
  pairs: readonly Measured[];
}

/** Null where the checkpoint is of another kind of stage, or of one that has not begun. */
export function filterDataIn({ lists = {}, numbers = {} }: CheckpointState): FilterData | null {
  const { candidates } = lists;
  const { measured, own } = numbers;
  if (!candidates || !measured || !own || own.length === 0) return null;
  const pairs = pairsOfRows(candidates);
  return {
    own: own.map(([nll = 0, promptLength = 0]) => ({ nll, promptLength })),
    pairs: pairs.flatMap((pair, i) => {
      const [chosen, rejected, from, other] = measured[i] ?? [];
      const sources = [SOURCE_IDS[from ?? -1], SOURCE_IDS[other ?? -1]] as const;
      if (chosen === undefined || rejected === undefined || !sources[0] || !sources[1]) return [];
      const promptLength = pair.prompt.length;
      return [{ pair, chosen: { nll: chosen, promptLength }, rejected: { nll: rejected, promptLength }, sources: [sources[0], sources[1]] as const }];
    }),
  };
}

export interface OfSource {
  source: Source;
  /** Texts from it, and how many of them stand in pairs that are kept. */
  count: number;
  kept: number;
  meanNll: number;
  /** Texts by likelihood, a number for each bin that all sources share. */
  counts: readonly number[];
}

export interface Filtering {
  verdicts: readonly Verdict[];
  kept: readonly PreferencePair[];
  /** Own samples first, then each source that there is. */
  sources: readonly OfSource[];
  /** Ends of the bins, nats a token. */
  edges: readonly number[];
  /** Of all the model's own samples, whatever their prompts' lengths. */
  low: number;
  high: number;
}

const BINS = 40;
/** Texts beyond this share of all are counted into the last bin: a few impossible ones would leave no room for the rest. */
const WIDEST = 0.99;

/** @param edge share of the model's own samples within the cap */
export function filteringOf({ own, pairs }: FilterData, { edge, ...knobs }: FilterKnobs & { edge: number }): Filtering {
  const bands = new Bands(own, [1 - edge, edge]);
  const verdicts = pairs.map(({ chosen, rejected }) => verdictOn(chosen, rejected, bands, knobs));
  const kept = pairs.flatMap(({ pair }, i) => (verdicts[i] === 'keep' ? [pair] : verdicts[i] === 'turn' ? [{ ...pair, chosen: pair.rejected, rejected: pair.chosen }] : []));
  const sides = pairs.flatMap(({ chosen, rejected, sources }, i) => [
    { nll: chosen.nll, source: sources[0], isKept: verdicts[i] !== 'drop' },
    { nll: rejected.nll, source: sources[1], isKept: verdicts[i] !== 'drop' },
  ]);
  const ownNlls = own.map(({ nll }) => nll).toSorted((a, b) => a - b);
  const all = [...ownNlls, ...sides.map(({ nll }) => nll)].sort((a, b) => a - b);
  const most = Math.max(quantile(all, WIDEST), quantile(ownNlls, 1), 0.1);
  const edges = Array.from({ length: BINS + 1 }, (_, i) => (i * most) / BINS);
  const described = (source: Source, nlls: readonly number[], keptCount: number): OfSource => ({
    source, count: nlls.length, kept: keptCount, meanNll: nlls.reduce((sum, nll) => sum + nll, 0) / nlls.length, counts: countsIn(nlls, edges),
  });
  const found = SOURCE_IDS.flatMap((source) => {
    const of = sides.filter((side) => side.source === source);
    return of.length === 0 ? [] : [described(source, of.map(({ nll }) => nll), of.filter(({ isKept }) => isKept).length)];
  });
  return { verdicts, kept, sources: [described('own', ownNlls, ownNlls.length), ...found], edges, low: quantile(ownNlls, 1 - edge), high: quantile(ownNlls, edge) };
}

/** The edge at which the cap lies there: the share of the model's own samples that are no less likely. @param nll nats a token @returns within what the knob allows */
export function edgeAt(own: readonly Scored[], nll: number): number {
  const share = own.filter((each) => each.nll <= nll).length / own.length;
  return Math.min(1, Math.max(0.5, Math.round(share * 1000) / 1000));
}
