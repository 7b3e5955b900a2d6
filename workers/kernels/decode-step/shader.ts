/** decodeAttention in WGSL: a head of a sequence each, streaming over its cache. What this column adds is read from qkv, not from the cache it was just written to. */
import { definePasses } from '../launch';

const LANES = 64;

export const decodeAttentionPasses = definePasses<'qkv' | 'chosen' | 'cache' | 'y', 'rows' | 'context' | 'column' | 'heads' | 'width'>({
  variants: [
    {
      name: 'a head each',
      constants: ['width', 'heads'],
      lanes: LANES,
      groups: ({ rows, heads }) => Math.ceil((rows * heads) / LANES),
      code: (has, { width, heads }) => `
const DEEP = ${width / heads}u;
fn kernel(group: u32, lane: u32) {
  let heads = u32(sizes.heads);
  let width = u32(sizes.width);
  let index = group * ${LANES}u + lane;
  if (index >= u32(sizes.rows) * heads) { return; }
  let row = index / heads;
  let shift = (index % heads) * DEEP;
  let sequence = ${has('chosen') ? 'u32(chosen[row])' : 'row'};
  let own = sequence * u32(sizes.context) * 2u * width + shift;
  let column = u32(sizes.column);
  let fresh = row * 3u * width + shift;
  var query: array<f32, DEEP>;
  var sums: array<f32, DEEP>;
  var highest = 0.0;
  for (var i = 0u; i < DEEP; i++) {
    query[i] = qkv[fresh + i] * ${1 / Math.sqrt(width / heads)};
    let key = qkv[fresh + width + i];
    let value = qkv[fresh + 2u * width + i];
    cache[own + column * 2u * width + i] = key;
    cache[own + column * 2u * width + width + i] = value;
    highest = fma(query[i], key, highest);
    sums[i] = value;
  }
  var total = 1.0;
  for (var t = 0u; t < column; t++) {
    let key = own + t * 2u * width;
    var logit = 0.0;
    for (var i = 0u; i < DEEP; i++) { logit = fma(query[i], cache[key + i], logit); }
    let top = max(highest, logit);
    let keep = exp(highest - top);
    let share = exp(logit - top);
    highest = top;
    total = total * keep + share;
    for (var i = 0u; i < DEEP; i++) { sums[i] = sums[i] * keep + share * cache[key + width + i]; }
  }
  for (var i = 0u; i < DEEP; i++) { y[row * width + shift + i] = sums[i] / total; }
}`,
    },
  ],
});
