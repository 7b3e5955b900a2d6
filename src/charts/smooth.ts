/**
 * Exponential moving average with its bias toward zero at the start divided out (as Adam's moments, Kingma and Ba 2015, section 3;
 * TensorBoard smooths its curves this way). Rows without a measurement stay empty and do not move the average.
 */

/**
 * @param weight of the past, in [0, 1); 0 gives the column back
 */
export function smooth(column: readonly (number | null)[], weight: number): (number | null)[] {
  let average = 0;
  /** Weight still on the zero that the average began with. */
  let ofZero = 1;
  return column.map((value) => {
    if (value === null || !Number.isFinite(value)) return value;
    ofZero *= weight;
    average = average * weight + value * (1 - weight);
    return average / (1 - ofZero);
  });
}
