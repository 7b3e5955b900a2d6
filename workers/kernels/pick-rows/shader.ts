/** pickRows in WGSL: a number each. */
import { definePasses } from '../launch';

const LANES = 64;

type Size = 'batch' | 'columns' | 'width';

export const pickRowsPasses = definePasses<'x' | 'mask' | 'y', Size>({
  variants: [
    {
      name: 'a number each',
      lanes: LANES,
      groups: ({ batch, width }) => Math.ceil((batch * width) / LANES),
      code: () => `
fn kernel(group: u32, lane: u32) {
  let width = u32(sizes.width);
  let columns = u32(sizes.columns);
  let at = group * ${LANES}u + lane;
  if (at >= u32(sizes.batch) * width) { return; }
  let b = at / width;
  var sum = 0.0;
  for (var t = 0u; t < columns; t++) {
    let share = mask[b * columns + t];
    if (share != 0.0) { sum += share * x[(b * columns + t) * width + at % width]; }
  }
  y[at] = sum;
}`,
    },
  ],
});

export const pickRowsBackwardPasses = definePasses<'dy' | 'mask' | 'dx', Size>({
  variants: [
    {
      name: 'a number each',
      lanes: LANES,
      groups: ({ batch, columns, width }) => Math.ceil((batch * columns * width) / LANES),
      code: () => `
fn kernel(group: u32, lane: u32) {
  let width = u32(sizes.width);
  let at = group * ${LANES}u + lane;
  let place = at / width;
  if (place >= u32(sizes.batch * sizes.columns)) { return; }
  dx[at] = mask[place] * dy[(place / u32(sizes.columns)) * width + at % width];
}`,
    },
  ],
});
