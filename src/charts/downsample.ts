/**
 * Which rows of a long history to draw: in each bucket of neighbouring rows the lowest and highest value of every column, so that no
 * peak disappears. Buckets are a power of two of rows long: while a history grows, old buckets keep their borders and the curve stands still.
 */

export type Column = readonly (number | null)[];

/**
 * Indices to keep, ascending, first and last included. All of them when there are no more than `most`.
 * @param most about how many indices to keep, e.g. two per pixel; twice the number of columns is the least that works
 */
export function keptIndices(length: number, columns: readonly Column[], most: number): number[] {
  if (length <= most) return Array.from({ length }, (_, i) => i);
  const buckets = Math.max(1, most / (2 * Math.max(1, columns.length)));
  const size = 2 ** Math.ceil(Math.log2(length / buckets));
  const kept: number[] = [];
  const ofBucket = new Set<number>();
  for (let from = 0; from < length; from += size) {
    const to = Math.min(from + size, length);
    ofBucket.clear();
    if (from === 0) ofBucket.add(0);
    if (to === length) ofBucket.add(length - 1);
    for (const column of columns) addExtremes(column, from, to, ofBucket);
    kept.push(...Array.from(ofBucket).sort((a, b) => a - b));
  }
  return kept;
}

/** Adds where a column is lowest and highest among rows `from` to `to`; nothing where it was never measured there. */
function addExtremes(column: Column, from: number, to: number, into: Set<number>): void {
  let lowest = -1;
  let highest = -1;
  for (let i = from; i < to; i++) {
    const value = column[i];
    if (value === null || value === undefined || !Number.isFinite(value)) continue;
    if (lowest < 0 || value < column[lowest]!) lowest = i;
    if (highest < 0 || value > column[highest]!) highest = i;
  }
  if (lowest >= 0) into.add(lowest).add(highest);
}
