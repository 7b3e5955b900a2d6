/**
 * Which rows of a long history to draw: in each bucket of neighbouring rows the lowest and highest value of every column, so that no
 * peak disappears. Buckets are a power of two of rows long: while a history grows, old buckets keep their borders and the curve stands still.
 */

/** Grows at its end, and nowhere else. */
export type Column = readonly (number | null)[];

/** Places of the lowest and the highest value of each full bucket of a column; -1 where none was measured. */
interface Extremes {
  size: number;
  lowest: number[];
  highest: number[];
}

/** What was found in buckets that are full stays so: with each new row of a long history only the last one is looked at. */
const known = new WeakMap<Column, Extremes>();

/**
 * Indices to keep, ascending, first and last included. All of them when there are no more than `most`.
 * @param most about how many indices to keep, e.g. two per pixel; twice the number of columns is the least that works
 */
export function keptIndices(length: number, columns: readonly Column[], most: number): number[] {
  if (length <= most) return Array.from({ length }, (_, i) => i);
  const buckets = Math.max(1, most / (2 * Math.max(1, columns.length)));
  const size = 2 ** Math.ceil(Math.log2(length / buckets));
  const full = Math.floor(length / size);
  const found = columns.map((column) => extremesOf(column, size, full));
  const kept: number[] = [];
  const ofBucket = new Set<number>();
  for (let bucket = 0; bucket * size < length; bucket++) {
    ofBucket.clear();
    if (bucket === 0) ofBucket.add(0);
    if ((bucket + 1) * size >= length) ofBucket.add(length - 1);
    columns.forEach((column, i) => {
      const { lowest, highest } = found[i]!; // one for each column
      const [low, high] = bucket < full ? [lowest[bucket]!, highest[bucket]!] : extremesIn(column, bucket * size, length); // places of a full one
      if (low >= 0) ofBucket.add(low).add(high);
    });
    kept.push(...Array.from(ofBucket).sort((a, b) => a - b));
  }
  return kept;
}

/** Of the first `full` buckets. */
function extremesOf(column: Column, size: number, full: number): Extremes {
  const before = known.get(column);
  const extremes = before?.size === size ? before : { size, lowest: [], highest: [] };
  for (let bucket = extremes.lowest.length; bucket < full; bucket++) {
    const [low, high] = extremesIn(column, bucket * size, (bucket + 1) * size);
    extremes.lowest.push(low);
    extremes.highest.push(high);
  }
  known.set(column, extremes);
  return extremes;
}

/** Where a column is lowest and highest among rows `from` to `to`; -1 where it was never measured there. */
function extremesIn(column: Column, from: number, to: number): [low: number, high: number] {
  let lowest = -1;
  let highest = -1;
  for (let i = from; i < to; i++) {
    const value = column[i];
    if (value === null || value === undefined || !Number.isFinite(value)) continue;
    if (lowest < 0 || value < column[lowest]!) lowest = i;
    if (highest < 0 || value > column[highest]!) highest = i;
  }
  return [lowest, highest];
}
