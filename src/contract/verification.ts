/**
 * Training a stored run again from its seed, to see whether it gives the same numbers to the last bit: what is asked, what is found, and in which words it is said.
 * Only WASM promises the same bits; what was computed elsewhere, or came from elsewhere, is taken as it is and said to be.
 */
import { detailText, type Detail } from './details';
import { sentenceOf, type FailureRecord } from './failures';
import type { RunId } from './ids';
import { METRIC_NAMES, type MetricColumns } from './metrics';

/** A number that is not the same: the first one of its stage, by step and then by the order of the table of metrics. */
export interface Difference {
  step: number;
  /** A metric's name, or that of a tensor in the checkpoint. */
  name: string;
  kind: 'metric' | 'weight';
  /** Null where one of the two has no number. */
  stored: number | null;
  again: number | null;
}

export type StageVerdict = { stage: string } & (
  | { outcome: 'same'; steps: number; /** SHA-256 of its metrics as a run file holds them. */ hash: string; /** Whether weights were there to be compared too. */ hasWeights: boolean }
  | { outcome: 'different'; difference: Difference }
  /** Another run made it, so it is no claim of this one. */
  | { outcome: 'borrowed' }
  /** It was made here and cannot be made again, for this reason, with what went wrong where something did. */
  | { outcome: 'unproven'; why: Detail; failure?: FailureRecord }
);

export interface Verification {
  stages: StageVerdict[];
  /** What else should be known of it, a sentence each. */
  notes: Detail[];
}

/** Steps done of those to be done again. */
export interface VerifyProgress {
  stage: string;
  done: number;
  total: number;
}

export interface VerifyApi {
  /**
   * Writes nothing but to its own memory. @param run stored in the database, or in `store`, the page's own behind a port, where the browser keeps nothing
   * @param appVersion of the page. Throws `Failure`.
   */
  verify(run: RunId, appVersion: string, progress: MessagePort, store?: MessagePort, datasets?: MessagePort): Promise<Verification>;
}

/** same: all that was trained here is the same. partly: all that could be trained again is. cannot: nothing could. */
export type Outcome = 'same' | 'partly' | 'different' | 'cannot';

export function outcomeOf({ stages }: Verification): Outcome {
  const has = (outcome: StageVerdict['outcome']) => stages.some((stage) => stage.outcome === outcome);
  if (has('different')) return 'different';
  if (!has('same')) return 'cannot';
  return has('unproven') ? 'partly' : 'same';
}

const VERDICTS: Record<Outcome, string> = {
  same: 'Verified: trained again from its seed, this run gives the same numbers to the last bit.',
  partly: 'Verified in part: the stages that could be trained again give the same numbers to the last bit.',
  different: 'Not the same: trained again from its seed, this run gives other numbers.',
  cannot: 'This run cannot be verified.',
};

export const verdictOf = (verification: Verification): string => VERDICTS[outcomeOf(verification)];

/** One sentence on each stage. */
export function sentenceOn(verdict: StageVerdict): string {
  switch (verdict.outcome) {
    case 'same':
      return `${verdict.stage}: ${verdict.steps === 1 ? '1 step' : `${verdict.steps} steps`}, the same metrics${verdict.hasWeights ? ' and weights' : ''}; SHA-256 of its metrics ${verdict.hash}.`;
    case 'different':
      return `${verdict.stage}: ${differenceText(verdict.difference)}`;
    case 'borrowed':
      return `${verdict.stage}: another run made it; what follows was trained from its checkpoint.`;
    case 'unproven':
      return `${verdict.stage}: ${reasonFor(verdict)}`;
  }
}

/** Why a stage cannot be proven. */
export const reasonFor = ({ why, failure }: Extract<StageVerdict, { outcome: 'unproven' }>): string => `${detailText(why)}${failure ? ` ${sentenceOf(failure)}` : ''}`;

/** Numbers in full: a rounded one could look the same. */
const numberText = (value: number | null): string => (value === null ? 'nothing' : Object.is(value, -0) ? '-0' : String(value));

const differenceText = ({ step, name, kind, stored, again }: Difference): string =>
  kind === 'metric'
    ? `the first difference is at step ${step}: ${name} is ${numberText(stored)} in the stored run and ${numberText(again)} when trained again.`
    : `its metrics are the same, its weights are not: after step ${step} the first different number of ${name} is ${numberText(stored)} in the stored run and ${numberText(again)} when trained again.`;

/** The first number that is not the same bit for bit, among steps up to `last`. NaN is itself, and 0 is not -0. */
export function firstDifference(stored: MetricColumns, again: MetricColumns, last = Infinity): Difference | undefined {
  const places = ({ steps }: MetricColumns) => new Map(steps.map((step, i) => [step, i]));
  const [storedAt, againAt] = [places(stored), places(again)];
  const steps = [...new Set([...stored.steps, ...again.steps])].filter((step) => step <= last).sort((a, b) => a - b);
  const valueOf = ({ columns }: MetricColumns, name: (typeof METRIC_NAMES)[number], place: number | undefined): number | null => (place === undefined ? null : (columns[name]?.[place] ?? null));
  for (const step of steps) {
    for (const name of METRIC_NAMES) {
      const [one, other] = [valueOf(stored, name, storedAt.get(step)), valueOf(again, name, againAt.get(step))];
      if (!Object.is(one, other)) return { step, name, kind: 'metric', stored: one, again: other };
    }
  }
  return undefined;
}
