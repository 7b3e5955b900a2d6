/** embed in WGSL. The gradient is summed by whoever owns a number, over all rows in order: no float atomics, the same bits each time. */
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

/** The token of an output row, −1 where its id is none of the vocabulary. */
const TOKEN = `
fn tokenOf(row: u32) -> i32 {
  let columns = u32(sizes.columns);
  let id = ids[(row / columns) * u32(sizes.stride) + u32(sizes.start) + row % columns];
  return select(-1, id, id >= 0 && id < sizes.vocabulary);
}`;

export const embedBackwardPasses = definePasses<'ids' | 'dx' | 'dTokens' | 'dPositions' | 'scratch', Size>(
  {
    // Rows of a token as a chain: the next row with the same token behind each row, then the first row of each token. −1 ends it.
    binds: ['ids', 'scratch'],
    variants: [
      {
        name: 'a link each',
        lanes: LANES,
        groups: ({ rows, vocabulary }) => Math.ceil((rows + vocabulary) / LANES),
        code: () => `${TOKEN}
fn kernel(group: u32, lane: u32) {
  let rows = u32(sizes.rows);
  let at = group * ${LANES}u + lane;
  if (at >= rows + u32(sizes.vocabulary)) { return; }
  var token = i32(at - min(at, rows));
  var row = 0u;
  if (at < rows) {
    token = tokenOf(at);
    row = at + 1u;
  }
  var found = -1;
  for (; row < rows; row++) {
    if (tokenOf(row) == token) {
      found = i32(row);
      break;
    }
  }
  scratch[at] = found;
}`,
      },
    ],
  },
  {
    binds: ['dx', 'dTokens', 'scratch'],
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
  var row = scratch[u32(sizes.rows) + at / width];
  if (row < 0) { return; }
  var sum = 0.0;
  for (; row >= 0; row = scratch[row]) { sum += dx[u32(row) * width + at % width]; }
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
