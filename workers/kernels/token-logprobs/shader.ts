/** tokenLogProbs in WGSL: a row of the tile each. */
import { definePasses } from '../launch';

const LANES = 64;

type Size = 'rows' | 'vocabulary' | 'first' | 'total' | 'columns' | 'stride' | 'start' | 'temperature';

const PLACE = `
  let row = group * ${LANES}u + lane;
  if (row >= u32(sizes.rows)) { return; }
  let vocabulary = u32(sizes.vocabulary);
  let n = u32(sizes.first) + row;
  let total = u32(sizes.total);
  let columns = u32(sizes.columns);
  let target_id = ids[(n / columns) * u32(sizes.stride) + u32(sizes.start) + n % columns];
  let isKnown = target_id >= 0 && target_id < sizes.vocabulary;
  let coldness = 1.0 / sizes.temperature;
  let own = row * vocabulary;
`;

export const logProbsPasses = definePasses<'logits' | 'ids' | 'out' | 'logSumExp', Size>({
  variants: [
    {
      name: 'a row each',
      lanes: LANES,
      groups: ({ rows }) => Math.ceil(rows / LANES),
      code: () => `
fn kernel(group: u32, lane: u32) {${PLACE}
  var highest = -3.0e38;
  for (var v = 0u; v < vocabulary; v++) { highest = max(highest, logits[own + v]); }
  var sum = 0.0;
  var mass = 0.0;
  for (var v = 0u; v < vocabulary; v++) {
    let below = (logits[own + v] - highest) * coldness;
    let share = exp(below);
    sum += share;
    mass += share * below;
  }
  let logSum = log(sum);
  var picked = bitcast<f32>(0x7fc00000u | u32(sizes.columns < 0)); // not a number, by a way the compiler cannot follow
  if (isKnown) { picked = logits[own + u32(target_id)]; }
  out[n] = (picked - highest) * coldness - logSum;
  out[total + n] = logSum - mass / sum;
  out[2u * total + n] = select(0.0, 1.0, isKnown && picked >= highest);
  logSumExp[n] = highest * coldness + logSum;
}`,
    },
  ],
});

export const logProbsBackwardPasses = definePasses<'ids' | 'out' | 'logSumExp' | 'dOut' | 'logits', Size>({
  variants: [
    {
      name: 'a row each',
      lanes: LANES,
      groups: ({ rows }) => Math.ceil(rows / LANES),
      code: () => `
fn kernel(group: u32, lane: u32) {${PLACE}
  let dPicked = dOut[n] * coldness;
  let dEntropy = dOut[total + n] * coldness;
  let entropy = out[total + n];
  for (var v = 0u; v < vocabulary; v++) {
    let logProb = logits[own + v] * coldness - logSumExp[n];
    logits[own + v] = -exp(logProb) * (dPicked + dEntropy * (logProb + entropy));
  }
  if (isKnown) { logits[own + u32(target_id)] += dPicked; }
}`,
    },
  ],
});
