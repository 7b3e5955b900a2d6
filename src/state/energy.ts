/**
 * How long a run takes in all and what it draws meanwhile: energy = time × power. No browser tells how many watts flow, so power is assumed:
 * a range between classes of laptop parts that their makers name, or a number that the visitor knows better. Screen, memory and charger are left out. Pure.
 */
import type { EngineName } from '../contract/engine';

export interface Span {
  low: number;
  high: number;
}

/**
 * Watts. On WASM what laptop processors are made to sustain: Intel's Processor Base Power, 15 W of class U to 45 W of class H (12th and 13th generation).
 * On WebGPU from graphics within such a 15 W processor to the 150 W that graphics of a laptop are given at most (NVIDIA's total graphics power, GeForce RTX 40 series).
 */
export const ASSUMED_WATTS: Readonly<Record<EngineName, Span>> = { wasm: { low: 15, high: 45 }, cpu: { low: 15, high: 45 }, webgpu: { low: 15, high: 150 } };

/** What somebody types must be a machine's. */
export const MOST_WATTS = 5000;

export const wattsFrom = (text: string): number | null => {
  const watts = text.trim() === '' ? NaN : Number(text);
  return watts > 0 && watts <= MOST_WATTS ? watts : null;
};

/** @param known watts of this machine, where the visitor knows them */
export const wattsOf = (engine: EngineName, known: number | null): Span => (known === null ? ASSUMED_WATTS[engine] : { low: known, high: known });

/** Watt-hours. */
export const energyOf = (seconds: number, { low, high }: Span): Span => ({ low: (seconds * low) / 3600, high: (seconds * high) / 3600 });

export interface StageTime {
  /** Seconds trained so far; 0 of a borrowed stage. */
  spent: number;
  /** Share of its steps that are done. */
  progress: number;
  /** Seconds that measuring this machine foretold; null where it was not measured. */
  foretold: number | null;
  /** Seconds left at its present pace; null while it has none. */
  left: number | null;
}

/** Seconds of training after which the pace says more than what was foretold. */
const ENOUGH = 3;

/** Seconds of the whole run: spent, and what is foretold of the rest, as much longer or shorter as the part done was. Null where nothing is known of the rest. */
export function runSecondsOf(stages: readonly StageTime[]): number | null {
  const spent = stages.reduce((sum, stage) => sum + stage.spent, 0);
  const known = stages.filter(({ foretold }) => foretold !== null);
  const done = known.reduce((sum, { foretold, progress }) => sum + foretold! * progress, 0); // filtered above
  const trained = known.reduce((sum, stage) => sum + stage.spent, 0);
  const slower = trained / done;
  const pace = trained >= ENOUGH && Number.isFinite(slower) ? slower : 1; // nothing, or next to nothing, may have been foretold of what was done
  let left = 0;
  for (const stage of stages) {
    if (stage.progress >= 1) continue;
    const own = stage.left ?? (stage.foretold === null ? null : stage.foretold * (1 - stage.progress) * pace);
    if (own === null) return null;
    left += own;
  }
  return spent + left;
}
