/** sampleColumn in WGSL: a sequence each. */
import { definePasses } from '../launch';

const LANES = 16;

type Size = 'rows' | 'batch' | 'vocabulary' | 'context' | 'column' | 'topK' | 'endOfSequence' | 'padding' | 'temperature';

/** First word of Threefry-2x32-20, as src/contract/random.ts; number n after those drawn before. */
const RANDOM = `
fn uniform_of(n: u32) -> f32 {
  let low = stream[2] + n;
  let high = stream[3] + select(0u, 1u, low < n);
  var keys = array<u32, 3>(stream[0], stream[1], stream[0] ^ stream[1] ^ 0x1bd11bdau);
  var turns = array<u32, 8>(13u, 15u, 26u, 6u, 17u, 29u, 16u, 24u);
  var x = low + keys[0];
  var y = high + keys[1];
  for (var round = 0u; round < 20u; round++) {
    let turn = turns[round % 8u];
    x = x + y;
    y = ((y << turn) | (y >> (32u - turn))) ^ x;
    if (round % 4u == 3u) {
      let block = (round + 1u) / 4u;
      x = x + keys[block % 3u];
      y = y + keys[(block + 1u) % 3u] + block;
    }
  }
  return (f32(x >> 9u) + 0.5) / 8388608.0;
}
`;

/** The k-th largest logit, counting equals. */
const THRESHOLD = `
fn threshold_of(own: u32) -> f32 {
  var bound = 3.4e38;
  var highest = -3.4e38;
  var found = 0;
  while (found < sizes.topK) {
    highest = -3.4e38;
    var equals = 0;
    for (var v = 0u; v < u32(sizes.vocabulary); v++) {
      let logit = logits[own + v];
      if (logit >= bound) { continue; }
      if (logit > highest) { highest = logit; equals = 1; } else if (logit == highest) { equals++; }
    }
    if (equals == 0) { break; }
    found += equals;
    bound = highest;
  }
  return highest;
}
`;

export const samplePasses = definePasses<'logits' | 'chosen' | 'given' | 'stream' | 'tokens' | 'alive', Size>({
  variants: [
    {
      name: 'a sequence each',
      lanes: LANES,
      groups: ({ rows }) => Math.ceil(rows / LANES),
      code: (has) => `${RANDOM}${THRESHOLD}
fn kernel(group: u32, lane: u32) {
  let row = group * ${LANES}u + lane;
  if (row >= u32(sizes.rows)) { return; }
  let b = ${has('chosen') ? 'u32(chosen[row])' : 'row'};
  if (sizes.column + 1 < given[b]) { return; }
  let place = b * u32(sizes.context) + u32(sizes.column) + 1u;
  if (alive[b] == 0) { tokens[place] = sizes.padding; return; }
  let vocabulary = u32(sizes.vocabulary);
  let own = row * vocabulary;
  var threshold = -3.4e38;
  if (sizes.topK > 0 && sizes.topK < sizes.vocabulary) { threshold = threshold_of(own); }
  var best = -3.4e38;
  var token = 0u;
  for (var v = 0u; v < vocabulary; v++) {
    let logit = logits[own + v];
    if (logit < threshold) { continue; }
    var score = logit;
    if (sizes.temperature > 0.0) { score = logit / sizes.temperature - log(-log(uniform_of((u32(sizes.column) * u32(sizes.batch) + b) * vocabulary + v))); }
    if (score > best) { best = score; token = v; }
  }
  tokens[place] = i32(token);
  if (i32(token) == sizes.endOfSequence) { alive[b] = 0; }
}`,
    },
  ],
});
