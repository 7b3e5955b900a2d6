/** Time and energy of a whole run, in words: of a draft as foretold, of a run as it goes, of one that is over. */
import type { EngineName } from '../contract/engine';
import type { StageRecord } from '../contract/run';
import { words } from '../words/words.svelte';
import { stageSeconds, timeText } from './advice';
import { energyOf, runSecondsOf, wattsOf, type Span } from './energy';
import type { Lab } from './lab.svelte';

const two = (value: number): string => String(Number(value.toPrecision(2)));
const isOne = ({ low, high }: Span): boolean => low === high;

export const energyText = (span: Span): string => (isOne(span) ? words().energy.one(two(span.low)) : words().energy.between(two(span.low), two(span.high)));
const wattsText = (span: Span): string => (isOne(span) ? words().energy.oneWatt(String(span.low)) : words().energy.wattsBetween(String(span.low), String(span.high)));

export interface WholeRun {
  seconds: number;
  engine: EngineName;
  /** It is finished: nothing of it is foretold. */
  isOver: boolean;
}

/** What the open run takes, or the draft would; null where nothing is known of it. */
export function wholeRunOf({ config, pipeline, measured, advice, skipped, borrowed }: Pick<Lab, 'config' | 'pipeline' | 'measured' | 'advice' | 'skipped' | 'borrowed'>): WholeRun | null {
  const engine = pipeline?.engine?.engine ?? advice?.engine;
  if (!engine) return null;
  const speed = engine === 'cpu' ? undefined : measured[engine];
  const foretold = speed && stageSeconds(speed, config);
  const stages = pipeline?.stages;
  const seconds = runSecondsOf(config.stages.map(({ id }, i) => {
    const stage = stages?.[i];
    if (!stage && (skipped.has(id) || borrowed[id])) return { spent: 0, progress: 1, foretold: 0, left: null };
    const isBorrowed = stage?.phase === 'borrowed';
    return { spent: stage?.seconds ?? 0, progress: stage?.progress ?? 0, foretold: isBorrowed ? 0 : (foretold?.[i] ?? null), left: stage?.secondsLeft ?? null };
  }));
  return seconds === null ? null : { seconds, engine, isOver: pipeline?.phase === 'finished' };
}

/** The sentence, the formula with its numbers, what is assumed, and a few words for where there is little room. */
export function wholeRunText({ seconds, engine, isOver }: WholeRun, known: number | null) {
  const say = words().energy;
  const watts = wattsOf(engine, known);
  const energy = energyText(energyOf(seconds, watts));
  return {
    text: (isOver ? say.took : say.about)(timeText(seconds), energy),
    short: isOver ? say.took(timeText(seconds), energy) : say.short(timeText(seconds), energy),
    formula: say.formula(two(seconds), wattsText(watts), energy),
    assumed: known !== null ? say.yours : engine === 'webgpu' ? say.graphics : say.processor,
  };
}

/** What a stored run took, by the engines its stages were trained on; null where none was. */
export function tookText(stages: readonly (StageRecord | undefined)[], known: number | null): string | null {
  const trained = stages.flatMap((stage) => (stage?.engine && !stage.borrowed && stage.seconds > 0 ? [{ seconds: stage.seconds, energy: energyOf(stage.seconds, wattsOf(stage.engine.engine, known)) }] : []));
  if (trained.length === 0) return null;
  const sum = (of: (each: (typeof trained)[number]) => number) => trained.reduce((total, each) => total + of(each), 0);
  return words().energy.took(timeText(sum(({ seconds }) => seconds)), energyText({ low: sum(({ energy }) => energy.low), high: sum(({ energy }) => energy.high) }));
}
