/** Numbers as people read them on axes, in captions and in tables. Pure; a true minus sign, so that columns of signs line up. */
import type { Bound, Healthy } from '../contract/health';
import { charts as english } from '../words/en/charts';
import type { Words } from '../words/language';

const minus = (text: string): string => text.replace('-', '−');

/** Four significant digits; whole numbers in full with thin spaces; a dash for what was not measured. */
export function numberText(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : minus(value < 0 ? '-∞' : '∞');
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e7) return minus(String(value).replace(/\B(?=(\d{3})+$)/g, '\u202f'));
  if (size < 1e-3 || size >= 1e6) return minus(value.toExponential(2).replace('e+', 'e'));
  return minus(value.toFixed(size >= 100 ? 1 : size >= 10 ? 2 : size >= 0.1 ? 3 : 4));
}

/** A round number as it was written down. */
export const plainText = (value: number): string => minus(String(value));

/** "below 10 nats", "above 0.5 times where it began". @param say in which language */
export function rangeText({ low, high }: Pick<Healthy, 'low' | 'high'>, unit: string, say: Words['charts'] = english): string {
  const text = (bound: Bound): string => {
    const plain = (value: number) => `${plainText(value)}${unit === '–' || unit === say.fraction ? '' : ` ${unit}`}`;
    if (typeof bound === 'number') return plain(bound);
    const start = say.ofStart(bound.times, plainText(bound.times));
    return bound.plus === 0 ? start : `${start} ${bound.plus < 0 ? '−' : '+'} ${plain(Math.abs(bound.plus))}`;
  };
  if (low === undefined) return say.below(text(high ?? Infinity));
  return high === undefined ? say.above(text(low)) : say.between(text(low), text(high));
}

/** Labels of one axis: as many decimals as its step needs. */
export function tickTexts(ticks: readonly (number | null)[], step: number): string[] {
  let decimals = 0;
  while (decimals < 6 && Math.abs(step - Number(step.toFixed(decimals))) > step * 1e-6) decimals += 1;
  return ticks.map((tick) => {
    if (tick === null) return '';
    if (tick === 0) return '0';
    const size = Math.abs(tick);
    if (size >= 1e6) return minus(`${Number((tick / 1e6).toPrecision(4))}M`);
    if (size >= 1e4) return minus(`${Number((tick / 1e3).toPrecision(4))}k`);
    if (size < 1e-3) return minus(tick.toExponential(0));
    return minus(tick.toFixed(decimals));
  });
}

/** Ticks of a logarithmic axis: 1, 2, 5 of each decade, or powers of ten alone (or every few of them) where that would be too many. */
export function logTicks(low: number, high: number): number[] {
  const from = Math.floor(Math.log10(low));
  const to = Math.ceil(Math.log10(high));
  const mantissas = to - from > 2 ? [1] : [1, 2, 5];
  const stride = Math.ceil((to - from) / 6);
  const ticks: number[] = [];
  for (let power = from; power <= to; power += stride) ticks.push(...mantissas.map((mantissa) => Number(`${mantissa}e${power}`)));
  return ticks.filter((tick) => tick >= low && tick <= high);
}
