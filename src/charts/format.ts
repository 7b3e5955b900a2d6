/** Numbers as people read them on axes, in captions and in tables. Pure; a true minus sign, so that columns of signs line up. */

const minus = (text: string): string => text.replace('-', '−');

/** Four significant digits; whole numbers in full with thin spaces; a dash for what was not measured. */
export function numberText(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'not a number' : minus(value < 0 ? '-∞' : '∞');
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e7) return minus(String(value).replace(/\B(?=(\d{3})+$)/g, '\u202f'));
  if (size < 1e-3 || size >= 1e6) return minus(value.toExponential(2).replace('e+', 'e'));
  return minus(value.toFixed(size >= 100 ? 1 : size >= 10 ? 2 : size >= 0.1 ? 3 : 4));
}

/** Labels of one axis: as many decimals as its step needs. */
export function tickTexts(ticks: readonly (number | null)[], step: number): string[] {
  const decimals = Math.max(0, Math.min(6, -Math.floor(Math.log10(step) + 1e-9)));
  return ticks.map((tick) => {
    if (tick === null) return '';
    const size = Math.abs(tick);
    if (size >= 1e6) return minus(`${Number((tick / 1e6).toPrecision(4))}M`);
    if (size >= 1e4) return minus(`${Number((tick / 1e3).toPrecision(4))}k`);
    if (size > 0 && size < 1e-3) return minus(tick.toExponential(0));
    return minus(tick.toFixed(decimals));
  });
}
