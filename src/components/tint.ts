/** How a token is tinted: by how much likelier the model finds it now than the model it started from did. Pure. */
import type { SampleToken } from '../contract/run';
import { words } from '../words/words.svelte';

export interface Tint {
  direction: 'likelier' | 'same' | 'rarer';
  /** 0 to 1, of the strongest tint. */
  strength: number;
}

/** Log-ratios smaller than this, in nats, are a tenth more or less: not worth a colour. */
const NOTHING = 0.1;
/** Log-ratio in nats at which the tint is strongest: about seven times likelier or rarer. */
export const STRONGEST = 2;

export const logRatioOf = ({ logProb, referenceLogProb }: SampleToken): number => logProb - referenceLogProb;

export const tintOf = (logRatio: number): Tint => tintBy(logRatio, STRONGEST);

/** The same of any number with a sign. @param strongest size of the strongest tint */
export function tintBy(value: number, strongest: number): Tint {
  const size = Math.abs(value);
  if (!(size >= (NOTHING / STRONGEST) * strongest) || size === 0) return { direction: 'same', strength: 0 };
  return { direction: value > 0 ? 'likelier' : 'rarer', strength: Math.min(1, size / strongest) };
}

/** "3.2 times likelier than before", as a screen reader says it. */
export function ratioText(logRatio: number): string {
  const { direction } = tintOf(logRatio);
  const { asLikely, overThousand, times: said } = words().samples;
  if (direction === 'same') return asLikely;
  const times = Math.exp(Math.abs(logRatio));
  return said[direction](times >= 1000 ? overThousand : times.toFixed(times < 10 ? 1 : 0));
}

export function percent(probability: number): string {
  const hundred = probability * 100;
  if (hundred > 0 && hundred < 0.1) return '<0.1 %';
  return `${hundred.toFixed(hundred > 99.9 && hundred < 100 ? 2 : 1)} %`;
}
