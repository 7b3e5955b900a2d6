/**
 * causalAttention in WGSL: some queries of a head each, streaming over the keys before them with the sums in registers; backward some queries each,
 * then some keys each. The more at once, the fewer times a key is fetched; the fewer, the more invocations there are. All ways add up in the same order.
 */
import { definePasses, type Variant } from '../launch';

const LANES = 64;

type Size = 'batch' | 'columns' | 'heads' | 'width';
type Sizes = Record<Size, number>;

/** Numbers of a head. */
const deepOf = ({ width, heads }: Sizes): number => width / heads;
const lines = (count: number, line: (i: number) => string): string => Array.from({ length: count }, (_, i) => line(i)).join('\n');
const lengthOf = (has: (operand: 'lengths') => boolean): string => (has('lengths') ? 'u32(clamp(lengths[b], 0, sizes.columns))' : 'columns');

/** A head's numbers in vectors of this many: four where they come out even. */
const stepOf = (sizes: Sizes): 4 | 1 => (deepOf(sizes) % 4 === 0 ? 4 : 1);

/** What the code of a variant is made of: its vectors' type, how many make a head, and sums of products in order. */
function vectors(sizes: Sizes) {
  const step = stepOf(sizes);
  const type = step === 4 ? 'vec4<f32>' : 'f32';
  return {
    zero: `${type}()`,
    parts: deepOf(sizes) / step,
    width: sizes.width / step,
    of: (x: string): string => (step === 4 ? `vec4<f32>(${x})` : x),
    /** a·b added to a sum. */
    dot: (a: string, b: string, sum: string): string => (step === 4 ? ['x', 'y', 'z', 'w'].reduce((inner, axis) => `fma(${a}.${axis}, ${b}.${axis}, ${inner})`, sum) : `fma(${a}, ${b}, ${sum})`),
  };
}

type Shape = Pick<Variant<string, Size>, 'constants' | 'lanes' | 'groups' | 'fits'>;

/** Every variant comes with vectors of four and with single numbers. */
const shapeOf = (count: number, isInFours: boolean): Shape => ({
  constants: ['width', 'heads'],
  lanes: LANES,
  groups: ({ batch, columns, heads }) => Math.ceil((batch * Math.ceil(columns / count) * heads) / LANES),
  // Registers of many queries of a wide head would not be registers any more.
  fits: (sizes) => (stepOf(sizes) === 4) === isInFours && (count <= 2 || count * deepOf(sizes) <= 256),
});

/** Where an invocation stands: head fastest, so that neighbours read neighbouring numbers. Places are in vectors. */
const placeOf = (count: number, { parts, width }: { parts: number; width: number }): string => `
  let heads = u32(sizes.heads);
  let columns = u32(sizes.columns);
  let tiles = (columns + ${count - 1}u) / ${count}u;
  let index = group * ${LANES}u + lane;
  if (index >= u32(sizes.batch) * tiles * heads) { return; }
  let h = index % heads;
  let b = index / heads / tiles;
  let start = ((index / heads) % tiles) * ${count}u;
  let first = b * columns;
  let head = h * ${parts}u;
  ${lines(count, (q) => `let t${q} = start + ${q}u; let row${q} = first + min(t${q}, columns - 1u); let own${q} = row${q} * ${3 * width}u + head; let out${q} = row${q} * ${width}u + head;`)}`;

/** Every way a pass can be done, from the one that asks least of an adapter's registers. */
const ways = <Operand extends string>(counts: readonly number[], operands: readonly Operand[], make: (count: number) => Variant<Operand, Size>['code']): Variant<Operand, Size>[] =>
  [true, false].flatMap((isInFours) => {
    const elements: Partial<Record<Operand, string>> = {};
    if (isInFours) for (const name of operands) elements[name] = 'vec4<f32>';
    return counts.map((count) => ({ ...shapeOf(count, isInFours), name: `${count} each${isInFours ? ', in fours' : ''}`, elements, code: make(count) }));
  });

type ForwardOperand = 'qkv' | 'lengths' | 'y' | 'logSumExp';

export const attentionPasses = definePasses<ForwardOperand, Size>({
  variants: ways<ForwardOperand>([2, 8], ['qkv', 'y'], (count) => (has, sizes) => {
    const { zero, parts, width, of, dot } = vectors(sizes);
    return `
fn kernel(group: u32, lane: u32) {${placeOf(count, { parts, width })}
  let length = ${lengthOf(has)};
  ${lines(count, (q) => `${lines(parts, (i) => `let query${q}_${i} = qkv[own${q} + ${i}u] * ${1 / Math.sqrt(deepOf(sizes))}; var sum${q}_${i} = ${zero};`)}
  var highest${q} = -1.0e38; var total${q} = 0.0;`)}
  for (var s = 0u; s < min(start + ${count}u, length); s++) {
    let key = (first + s) * ${3 * width}u + ${width}u + head;
    ${lines(parts, (i) => `let key${i} = qkv[key + ${i}u]; let value${i} = qkv[key + ${width + i}u];`)}
    ${lines(count, (q) => `
    var logit${q} = 0.0;
    ${lines(parts, (i) => `logit${q} = ${dot(`query${q}_${i}`, `key${i}`, `logit${q}`)};`)}
    logit${q} = select(-1.0e38, logit${q}, s <= t${q});
    let isHigher${q} = logit${q} > highest${q};
    let less${q} = exp(-abs(logit${q} - highest${q})); // of what is lower, whichever that is
    let keep${q} = select(1.0, less${q}, isHigher${q});
    let share${q} = select(less${q}, 1.0, isHigher${q});
    highest${q} = max(highest${q}, logit${q});
    total${q} = fma(total${q}, keep${q}, share${q});
    ${lines(parts, (i) => `sum${q}_${i} = fma(${of(`share${q}`)}, value${i}, sum${q}_${i} * keep${q});`)}`)}
  }
  ${lines(count, (q) => `
  if (t${q} < columns) {
    let isReal${q} = t${q} < length;
    let part${q} = select(0.0, 1.0 / total${q}, isReal${q});
    ${lines(parts, (i) => `y[out${q} + ${i}u] = sum${q}_${i} * part${q};`)}
    logSumExp[row${q} * heads + h] = select(0.0, highest${q} + log(total${q}), isReal${q});
  }`)}
}`;
  }),
});

type BackwardOperand = 'qkv' | 'y' | 'logSumExp' | 'dy' | 'lengths' | 'scratch' | 'dQkv';

export const attentionBackwardPasses = definePasses<BackwardOperand, Size>(
  {
    variants: ways<BackwardOperand>([1, 4], ['qkv', 'y', 'dy', 'dQkv'], (count) => (has, sizes) => {
      const { zero, parts, width, of, dot } = vectors(sizes);
      const scale = 1 / Math.sqrt(deepOf(sizes));
      return `
fn kernel(group: u32, lane: u32) {${placeOf(count, { parts, width })}
  let length = ${lengthOf(has)};
  ${lines(count, (q) => `${lines(parts, (i) => `let query${q}_${i} = qkv[own${q} + ${i}u]; let slope${q}_${i} = dy[out${q} + ${i}u]; var sum${q}_${i} = ${zero};`)}
  var mean${q} = 0.0;
  ${lines(parts, (i) => `{ let seen = y[out${q} + ${i}u]; mean${q} = ${dot(`slope${q}_${i}`, 'seen', `mean${q}`)}; }`)}
  let norm${q} = logSumExp[row${q} * heads + h];`)}
  for (var s = 0u; s < min(start + ${count}u, length); s++) {
    let key = (first + s) * ${3 * width}u + ${width}u + head;
    ${lines(parts, (i) => `let key${i} = qkv[key + ${i}u]; let value${i} = qkv[key + ${width + i}u];`)}
    ${lines(count, (q) => `
    var logit${q} = 0.0;
    var rise${q} = 0.0;
    ${lines(parts, (i) => `logit${q} = ${dot(`query${q}_${i}`, `key${i}`, `logit${q}`)}; rise${q} = ${dot(`slope${q}_${i}`, `value${i}`, `rise${q}`)};`)}
    let d${q} = select(0.0, exp(fma(logit${q}, ${scale}, -norm${q})) * (rise${q} - mean${q}) * ${scale}, s <= t${q});
    ${lines(parts, (i) => `sum${q}_${i} = fma(${of(`d${q}`)}, key${i}, sum${q}_${i});`)}`)}
  }
  ${lines(count, (q) => `
  if (t${q} < columns) {
    let isReal${q} = t${q} < length;
    ${lines(parts, (i) => `dQkv[own${q} + ${i}u] = select(${zero}, sum${q}_${i}, isReal${q});`)}
    scratch[row${q} * heads + h] = select(0.0, mean${q}, isReal${q});
  }`)}
}`;
    }),
  },
  {
    binds: ['qkv', 'logSumExp', 'dy', 'lengths', 'scratch', 'dQkv'],
    variants: ways<BackwardOperand>([1, 4], ['qkv', 'dy', 'dQkv'], (count) => (has, sizes) => {
      const { zero, parts, width, of, dot } = vectors(sizes);
      const scale = 1 / Math.sqrt(deepOf(sizes));
      return `
fn kernel(group: u32, lane: u32) {${placeOf(count, { parts, width })}
  ${lines(count, (k) => lines(parts, (i) => `let key${k}_${i} = qkv[own${k} + ${width + i}u]; let value${k}_${i} = qkv[own${k} + ${2 * width + i}u]; var dKey${k}_${i} = ${zero}; var dValue${k}_${i} = ${zero};`))}
  for (var s = start; s < ${lengthOf(has)}; s++) {
    let query = (first + s) * ${3 * width}u + head;
    let out = (first + s) * ${width}u + head;
    let place = (first + s) * heads + h;
    let norm = logSumExp[place];
    let mean = scratch[place];
    ${lines(parts, (i) => `let query${i} = qkv[query + ${i}u]; let slope${i} = dy[out + ${i}u];`)}
    ${lines(count, (k) => `
    var logit${k} = 0.0;
    var rise${k} = 0.0;
    ${lines(parts, (i) => `logit${k} = ${dot(`key${k}_${i}`, `query${i}`, `logit${k}`)}; rise${k} = ${dot(`value${k}_${i}`, `slope${i}`, `rise${k}`)};`)}
    let share${k} = select(0.0, exp(fma(logit${k}, ${scale}, -norm)), s >= t${k});
    let d${k} = share${k} * (rise${k} - mean) * ${scale};
    ${lines(parts, (i) => `dKey${k}_${i} = fma(${of(`d${k}`)}, query${i}, dKey${k}_${i}); dValue${k}_${i} = fma(${of(`share${k}`)}, slope${i}, dValue${k}_${i});`)}`)}
  }
  ${lines(count, (k) => `
  if (t${k} < columns) {
    ${lines(parts, (i) => `dQkv[own${k} + ${width + i}u] = dKey${k}_${i}; dQkv[own${k} + ${2 * width + i}u] = dValue${k}_${i};`)}
  }`)}
}`;
    }),
  },
);
