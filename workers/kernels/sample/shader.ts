/** sampleColumn in WGSL: a sequence each. */
import { definePasses } from '../launch';

const LANES = 16;

type Size = 'rows' | 'batch' | 'vocabulary' | 'context' | 'column' | 'topK' | 'endOfSequence' | 'padding' | 'temperature';

/** First word of Threefry-2x32-20, as src/contract/random.ts, its rounds written out; number n after those drawn before. */
const TURNS = [13, 15, 26, 6, 17, 29, 16, 24] as const;
const RANDOM = `
fn uniform_of(n: u32) -> f32 {
  let low = stream[2] + n;
  let high = stream[3] + select(0u, 1u, low < n);
  let key0 = stream[0];
  let key1 = stream[1];
  let key2 = key0 ^ key1 ^ 0x1bd11bdau;
  var x = low + key0;
  var y = high + key1;
  ${Array.from({ length: 20 }, (_, round) => {
    const turn = TURNS[round % 8]!;
    const block = (round + 1) / 4;
    const mix = `x += y; y = ((y << ${turn}u) | (y >> ${32 - turn}u)) ^ x;`;
    return round % 4 === 3 ? `${mix} x += key${block % 3}; y += key${(block + 1) % 3} + ${block}u;` : mix;
  }).join('\n  ')}
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
