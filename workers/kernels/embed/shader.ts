/** embed in WGSL. The gradient is summed by whoever owns a number, over all rows in order: no atomics, the same bits each time. */
import { definePasses } from '../launch';

const LANES = 64;

type Size = 'rows' | 'columns' | 'stride' | 'start' | 'width' | 'vocabulary';

export const embedPasses = definePasses<'ids' | 'tokens' | 'positions' | 'chosen' | 'x', Size>({
  variants: [
    {
      name: 'a number each',
      lanes: LANES,
      groups: ({ rows, width }) => Math.ceil((rows * width) / LANES),
      code: (has) => `
fn kernel(group: u32, lane: u32) {
  let width = u32(sizes.width);
  let at = group * ${LANES}u + lane;
  if (at >= u32(sizes.rows) * width) { return; }
  let row = at / width;
  let place = row / u32(sizes.columns);
  let column = u32(sizes.start) + row % u32(sizes.columns);
  let sequence = ${has('chosen') ? 'u32(chosen[place])' : 'place'};
  let id = ids[sequence * u32(sizes.stride) + column];
  if (id < 0 || id >= sizes.vocabulary) {
    x[at] = bitcast<f32>(0x7fc00000u | u32(sizes.columns < 0)); // not a number, by a way the compiler cannot follow
    return;
  }
  x[at] = tokens[u32(id) * width + at % width] + positions[column * width + at % width];
}`,
    },
  ],
});

export const embedBackwardPasses = definePasses<'ids' | 'dx' | 'dTokens' | 'dPositions', Size>(
  {
    binds: ['ids', 'dx', 'dTokens'],
    variants: [
      {
        name: 'a number of a token each',
        lanes: LANES,
        groups: ({ vocabulary, width }) => Math.ceil((vocabulary * width) / LANES),
        code: () => `
fn kernel(group: u32, lane: u32) {
  let width = u32(sizes.width);
  let at = group * ${LANES}u + lane;
  if (at >= u32(sizes.vocabulary) * width) { return; }
  let token = i32(at / width);
  let columns = u32(sizes.columns);
  var sum = 0.0;
  for (var row = 0u; row < u32(sizes.rows); row++) {
    if (ids[(row / columns) * u32(sizes.stride) + u32(sizes.start) + row % columns] == token) { sum += dx[row * width + at % width]; }
  }
  dTokens[at] += sum;
}`,
      },
    ],
  },
  {
    binds: ['ids', 'dx', 'dPositions'],
    variants: [
      {
        name: 'a number of a place each',
        lanes: LANES,
        groups: ({ columns, width }) => Math.ceil((columns * width) / LANES),
        code: () => `
fn kernel(group: u32, lane: u32) {
  let width = u32(sizes.width);
  let columns = u32(sizes.columns);
  let at = group * ${LANES}u + lane;
  if (at >= columns * width) { return; }
  let column = at / width;
  var sum = 0.0;
  for (var row = column; row < u32(sizes.rows); row += columns) {
    let id = ids[(row / columns) * u32(sizes.stride) + u32(sizes.start) + column];
    if (id >= 0 && id < sizes.vocabulary) { sum += dx[row * width + at % width]; }
  }
  dPositions[u32(sizes.start) * width + at] += sum;
}`,
      },
    ],
  },
);
