/**
 * Shapes of a matrix product in WGSL, C [M, N] = A·B with either factor as it stands in memory or transposed, all read in fours.
 * registerTile: a rectangle of C in an invocation's registers, without workgroup memory, since barriers are what software adapters are slowest at.
 * groupTile: 32 × 32 of C for a workgroup, its slices of A and B brought into workgroup memory together: what a GPU with slow memory wants.
 * narrowTile: a row of four, where there are too few rows for anything else.
 */
import type { Variant } from '../launch';

export interface Product<Operand extends string, Size extends string> {
  left: Operand;
  /** A stands as [K, M]. */
  isLeftTransposed: boolean;
  right: Operand;
  /** B stands as [N, K]. */
  isRightTransposed: boolean;
  /** Sizes that are M, K and N. */
  height: Size;
  depth: Size;
  width: Size;
  /** Gets B's columns summed over the depth, where it is given: they pass by anyway. */
  columnSums?: Operand;
  /** Other operands, as wide as C or a row of it, that are read or written in fours. */
  fours: readonly Operand[];
  /** WGSL of `fn finish(sum: vec4<f32>, at: u32, column: u32)`: stores four numbers; places are in fours. */
  finish(has: (operand: Operand) => boolean): string;
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const lines = (count: number, line: (i: number) => string): string => range(count).map(line).join('\n');
const AXES = ['x', 'y', 'z', 'w'] as const;

/** All three sizes in fours where a vector runs along them: depth for factors that stand with it innermost. */
function fitsFours<Operand extends string, Size extends string>({ isLeftTransposed, isRightTransposed, height, depth, width }: Product<Operand, Size>, sizes: Record<Size, number>): boolean {
  const needsDepth = !isLeftTransposed || isRightTransposed;
  return sizes[width] % 4 === 0 && (!isLeftTransposed || sizes[height] % 4 === 0) && (!needsDepth || sizes[depth] % 4 === 0);
}

/** Name of the operand that gets the columns' sums, where it was given. */
const columnSumsOf = <Operand extends string, Size extends string>({ columnSums }: Product<Operand, Size>, has: (operand: Operand) => boolean): Operand | undefined =>
  columnSums !== undefined && has(columnSums) ? columnSums : undefined;

function fourElements<Operand extends string, Size extends string>({ left, right, fours }: Product<Operand, Size>): Partial<Record<Operand, string>> {
  const elements: Partial<Record<Operand, string>> = {};
  for (const operand of [left, right, ...fours]) elements[operand] = 'vec4<f32>';
  return elements;
}

/**
 * @param rows, columns of C an invocation holds, both in fours
 * @param isShared four neighbours, who stand in the same rows, fetch a quarter of A each and tell the others (rows in sixteens where A is transposed)
 */
export function registerTile<Operand extends string, Size extends string>(product: Product<Operand, Size>, rows: number, columns: number, lanes: number, isShared = false): Variant<Operand, Size> {
  const { left, isLeftTransposed, right, isRightTransposed, height, depth, width } = product;
  const across = columns / 4;
  /** Where no factor has depths side by side, their number need not come out even. */
  const hasRest = isLeftTransposed && !isRightTransposed;
  const leftAt = (k: number, r: number): string => (isLeftTransposed ? `a${k}_${r >> 2}.${AXES[r & 3]!}` : `a${r}.${AXES[k]!}`);
  const rightAt = (k: number, v: number): string => (isRightTransposed ? `vec4<f32>(${range(4).map((c) => `b${4 * v + c}.${AXES[k]!}`).join(', ')})` : `b${k}_${v}`);
  const leftOf = (steps: number): string => {
    if (!isShared) return isLeftTransposed ? lines(steps, (k) => lines(rows / 4, (r) => `let a${k}_${r} = ${left}[(k + ${k}u) * leftFours + min(first / 4u + ${r}u, leftFours - 1u)];`)) : lines(rows, (r) => `let a${r} = ${left}[row${r} + k / 4u];`);
    const told = (own: string, name: (lane: number) => string): string => lines(4, (lane) => `let ${name(lane)} = quadBroadcast(${own}, ${lane}u);`);
    if (!isLeftTransposed) return lines(rows / 4, (q) => `let own${q} = ${left}[row${q} + k / 4u]; ${told(`own${q}`, (lane) => `a${4 * q + lane}`)}`);
    return lines(steps, (k) => lines(rows / 16, (q) => `let own${k}_${q} = ${left}[(k + ${k}u) * leftFours + min(first / 4u + ${4 * q}u + quarter, leftFours - 1u)]; ${told(`own${k}_${q}`, (lane) => `a${k}_${4 * q + lane}`)}`));
  };
  const rowsOf = isShared ? lines(rows / 4, (q) => `let row${q} = min(first + ${4 * q}u + quarter, height - 1u) * (deep / 4u);`) : lines(rows, (r) => `let row${r} = min(first + ${r}u, height - 1u) * (deep / 4u);`);
  const products = (steps: number, isSumming: boolean): string => `
    ${leftOf(steps)}
    ${isRightTransposed ? lines(columns, (c) => `let b${c} = ${right}[other${c} + k / 4u];`) : lines(steps, (k) => lines(across, (v) => `let b${k}_${v} = ${right}[(k + ${k}u) * fours + column${v}];`))}
    ${lines(steps, (k) => lines(across, (v) => `let c${k}_${v} = ${rightAt(k, v)};`))}
    ${isSumming ? lines(steps, (k) => lines(across, (v) => `total${v} += c${k}_${v};`)) : ''}
    ${lines(steps, (k) => lines(rows, (r) => lines(across, (v) => `sum${r}_${v} = fma(vec4<f32>(${leftAt(k, r)}), c${k}_${v}, sum${r}_${v});`)))}`;
  return {
    name: `${rows} × ${columns} in registers${isShared ? ', shared by four' : ''}`,
    ...(isShared && { feature: 'subgroups' as const }),
    // Four neighbours stand in the same rows where a row of tiles is made of fours.
    fits: (sizes) => fitsFours(product, sizes) && sizes[height] * 2 >= rows && (!isShared || sizes[width] % (4 * columns) === 0),
    elements: fourElements(product),
    lanes,
    groups: (sizes) => Math.ceil((Math.ceil(sizes[height] / rows) * Math.ceil(sizes[width] / columns)) / lanes),
    code: (has) => {
      const sums = columnSumsOf(product, has);
      return `${product.finish(has)}
fn kernel(group: u32, lane: u32) {
  let fours = u32(sizes.${width}) / 4u;
  let deep = u32(sizes.${depth});
  let height = u32(sizes.${height});
  let across = (fours + ${across - 1}u) / ${across}u;
  let index = group * ${lanes}u + lane;
  let first = (index / across) * ${rows}u;
  ${isShared ? '' : 'if (first >= height) { return; }'}
  let start = (index % across) * ${across}u;
  ${lines(across, (v) => `let column${v} = min(start + ${v}u, fours - 1u);`)}
  ${isLeftTransposed ? 'let leftFours = height / 4u;' : rowsOf}
  ${isRightTransposed ? lines(columns, (c) => `let other${c} = (column${c >> 2} * 4u + ${c & 3}u) * (deep / 4u);`) : ''}
  ${lines(rows, (r) => lines(across, (v) => `var sum${r}_${v} = vec4<f32>();`))}
  ${sums === undefined ? '' : lines(across, (v) => `var total${v} = vec4<f32>();`)}
  var k = 0u;
  for (; k + 4u <= deep; k += 4u) {${products(4, sums !== undefined)}
  }
  ${hasRest ? `for (; k < deep; k++) {${products(1, sums !== undefined)}
  }` : ''}
  ${lines(rows, (r) => `if (first + ${r}u < height) {
    ${lines(across, (v) => (v === 0 ? `finish(sum${r}_0, (first + ${r}u) * fours + start, start);` : `if (start + ${v}u < fours) { finish(sum${r}_${v}, (first + ${r}u) * fours + start + ${v}u, start + ${v}u); }`))}
  }`)}
  ${sums === undefined ? '' : `if (first == 0u) {
    ${lines(across, (v) => `if (start + ${v}u < fours) { ${sums}[start + ${v}u] += total${v}; }`)}
  }`}
}`;
    },
  };
}

/** Rows and columns of C a workgroup makes, and the depth it brings in at a time. */
const SIDE = 32;
const SLICE = 16;

/** 64 invocations with 4 × 4 numbers each. Slices stand depth by depth: at [k][row] and [k][column]. */
export function groupTile<Operand extends string, Size extends string>(product: Product<Operand, Size>): Variant<Operand, Size> {
  const { left, isLeftTransposed, right, isRightTransposed, height, depth, width } = product;
  /** A factor that stands with depth innermost: four depths of a row, spread over four places. */
  const spread = (to: string, from: string, end: string, base: string): string => `
    for (var part = lane; part < ${(SIDE * SLICE) / 4}u; part += 64u) {
      let line = part / ${SLICE / 4}u;
      let quarter = part % ${SLICE / 4}u;
      var v = vec4<f32>();
      if (${base} + line < ${end} && k + quarter * 4u < deep) { v = ${from}[(${base} + line) * (deep / 4u) + k / 4u + quarter]; }
      ${lines(4, (i) => `${to}[(quarter * 4u + ${i}u) * ${SIDE}u + line] = v.${AXES[i]!};`)}
    }`;
  /** A factor that stands depth by depth. */
  const straight = (to: string, from: string, fours: string, base: string): string => `
    for (var part = lane; part < ${(SIDE * SLICE) / 4}u; part += 64u) {
      let line = part / ${SIDE / 4}u;
      let place = part % ${SIDE / 4}u;
      var v = vec4<f32>();
      if (k + line < deep && ${base} / 4u + place < ${fours}) { v = ${from}[(k + line) * ${fours} + ${base} / 4u + place]; }
      ${lines(4, (i) => `${to}[line * ${SIDE}u + place * 4u + ${i}u] = v.${AXES[i]!};`)}
    }`;
  return {
    name: 'a tile in workgroup memory',
    fits: (sizes) => fitsFours(product, sizes) && sizes[height] * 2 >= SIDE && sizes[width] * 2 >= SIDE,
    elements: fourElements(product),
    lanes: 64,
    groups: (sizes) => Math.ceil(sizes[height] / SIDE) * Math.ceil(sizes[width] / SIDE),
    code: (has) => {
      const sums = columnSumsOf(product, has);
      return `${product.finish(has)}
var<workgroup> lefts: array<f32, ${SIDE * SLICE}>;
var<workgroup> rights: array<f32, ${SIDE * SLICE}>;
fn kernel(group: u32, lane: u32) {
  let fours = u32(sizes.${width}) / 4u;
  let deep = u32(sizes.${depth});
  let height = u32(sizes.${height});
  let across = (fours + ${SIDE / 4 - 1}u) / ${SIDE / 4}u;
  let first = (group / across) * ${SIDE}u;
  let start = (group % across) * ${SIDE}u;
  let row = (lane / 8u) * 4u;
  let column = (lane % 8u) * 4u;
  ${lines(4, (r) => `var sum${r} = vec4<f32>();`)}
  ${sums === undefined ? '' : 'var total = vec4<f32>();'}
  for (var k = 0u; k < deep; k += ${SLICE}u) {
    workgroupBarrier();
    ${isLeftTransposed ? straight('lefts', left, '(height / 4u)', 'first') : spread('lefts', left, 'height', 'first')}
    ${isRightTransposed ? spread('rights', right, '(fours * 4u)', 'start') : straight('rights', right, 'fours', 'start')}
    workgroupBarrier();
    for (var i = 0u; i < ${SLICE}u; i++) {
      let a = i * ${SIDE}u + row;
      let b = i * ${SIDE}u + column;
      let c = vec4<f32>(rights[b], rights[b + 1u], rights[b + 2u], rights[b + 3u]);
      ${sums === undefined ? '' : 'total += c;'}
      ${lines(4, (r) => `sum${r} = fma(vec4<f32>(lefts[a + ${r}u]), c, sum${r});`)}
    }
  }
  let at = (start + column) / 4u;
  if (at >= fours) { return; }
  ${lines(4, (r) => `if (first + row + ${r}u < height) { finish(sum${r}, (first + row + ${r}u) * fours + at, at); }`)}
  ${sums === undefined ? '' : `if (first + row == 0u) { ${sums}[at] += total; }`}
}`;
    },
  };
}

/** One row by four columns: for the few rows of a decoding step. Only for factors as they stand in forward. */
export function narrowTile<Operand extends string, Size extends string>(product: Product<Operand, Size>): Variant<Operand, Size> {
  const { left, right, height, depth, width } = product;
  const elements = fourElements(product);
  delete elements[left];
  return {
    name: '1 × 4',
    fits: (sizes) => sizes[width] % 4 === 0,
    elements,
    lanes: 64,
    groups: (sizes) => Math.ceil((sizes[height] * (sizes[width] / 4)) / 64),
    code: (has) => `${product.finish(has)}
fn kernel(group: u32, lane: u32) {
  let fours = u32(sizes.${width}) / 4u;
  let deep = u32(sizes.${depth});
  let index = group * 64u + lane;
  let row = index / fours;
  if (row >= u32(sizes.${height})) { return; }
  let column = index % fours;
  var sum = vec4<f32>();
  for (var k = 0u; k < deep; k++) { sum = fma(vec4<f32>(${left}[row * deep + k]), ${right}[k * fours + column], sum); }
  finish(sum, row * fours + column, column);
}`,
  };
}
