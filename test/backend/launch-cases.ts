/** Work for every launch, with seeded numbers: odd sizes, sizes that fill tiles, missing operands, extreme values. */
import type { Launch } from '../../workers/kernels/launch';
import { Random } from '../../src/contract/random';
import * as kernels from '../../workers/kernels';

export type Given = Readonly<Record<string, Float32Array | Int32Array | undefined>>;

export interface Case {
  name: string;
  launch: Launch;
  operands: Given;
  sizes: Readonly<Record<string, number>>;
  /** Of the largest number of an operand. */
  tolerance?: number;
}

let made = 0;
export const numbers = (count: number, scale = 1): Float32Array => Random.of(3, `numbers ${made++}`).normals(count, scale);
const empty = (count: number): Float32Array => new Float32Array(count).fill(7); // 'out' operands must be written over

/** Launches differ in their operands and sizes; a case is checked by running it. */
const caseOf = (name: string, launch: { name: string }, operands: Given, sizes: Record<string, number>, tolerance = 2e-5): Case => ({ name: `${launch.name}, ${name}`, launch: launch as Launch, operands, sizes, tolerance });

const SHAPES = [[5, 10, 6], [130, 300, 40], [64, 64, 256], [3, 16, 20], [1, 8, 1], [9, 30, 64], [70, 64, 30], [45, 64, 128]] as const;

const linears = SHAPES.flatMap(([rows, deep, wide]) =>
  [1, 30].flatMap((scale) => {
    const name = `${rows} × ${deep} × ${wide}, inputs of ±${scale}`;
    const [x, weight, bias, dy] = [numbers(rows * deep, scale), numbers(deep * wide), numbers(wide), numbers(rows * wide, scale)];
    const sizes = { rows, deep, wide };
    return [
      caseOf(name, kernels.linearForward, { x, weight, y: empty(rows * wide) }, { ...sizes, gelu: 0 }),
      caseOf(`${name}, bias and residual`, kernels.linearForward, { x, weight, bias, residual: dy, y: empty(rows * wide) }, { ...sizes, gelu: 0 }),
      caseOf(`${name}, GELU`, kernels.linearForward, { x, weight, bias, y: empty(rows * wide) }, { ...sizes, gelu: 1 }),
      // Its derivative is a number near 1 of a sum that is rounded in its own size.
      caseOf(`${name}, GELU and its derivative`, kernels.linearForward, { x, weight, bias, slope: empty(rows * wide), y: empty(rows * wide) }, { ...sizes, gelu: 1 }, 2e-5 * scale),
      caseOf(name, kernels.linearInput, { dy, weight, dx: empty(rows * deep) }, sizes),
      caseOf(`${name}, through GELU`, kernels.linearInput, { dy, weight, slope: numbers(rows * deep, scale), dx: empty(rows * deep) }, sizes),
      caseOf(name, kernels.linearWeights, { x, dy, dWeight: numbers(deep * wide), dBias: numbers(wide) }, sizes),
      caseOf(`${name}, no bias`, kernels.linearWeights, { x, dy, dWeight: numbers(deep * wide) }, sizes),
    ];
  }),
);

const norms = [[5, 10], [70, 64], [2, 3]].flatMap(([rows, width]) =>
  [1, 1000].flatMap((scale) => {
    const [x, weight, bias] = [numbers(rows! * width!, scale), numbers(width!), numbers(width!)];
    const [y, stats] = [empty(rows! * width!), empty(rows! * 2)];
    const sizes = { rows: rows!, width: width! };
    kernels.layerNormForward.reference({ x, weight, bias, y: y.slice(), stats }, sizes);
    const backward = { dy: numbers(rows! * width!), x, weight, stats: stats.slice(), dx: empty(rows! * width!), dWeight: numbers(width!), dBias: numbers(width!) };
    return [
      caseOf(`${rows} × ${width}, ±${scale}`, kernels.layerNormForward, { x, weight, bias, y, stats: empty(rows! * 2) }, sizes),
      caseOf(`${rows} × ${width}, ±${scale}`, kernels.layerNormBackward, backward, sizes),
      caseOf(`${rows} × ${width}, ±${scale}, residual`, kernels.layerNormBackward, { ...backward, residual: numbers(rows! * width!) }, sizes),
    ];
  }),
);

const attentions = [{ batch: 3, columns: 5, heads: 2, width: 10 }, { batch: 2, columns: 33, heads: 4, width: 64 }, { batch: 1, columns: 1, heads: 1, width: 8 }].flatMap((sizes) =>
  [1, 30].flatMap((scale) =>
    [undefined, Int32Array.from({ length: sizes.batch }, (_, b) => [sizes.columns, 3, 0][b]!)].flatMap((lengths) => {
      const { batch, columns, heads, width } = sizes;
      const N = batch * columns;
      const [qkv, y, logSumExp] = [numbers(N * 3 * width, scale), empty(N * width), empty(N * heads)];
      kernels.attentionForward.reference({ qkv, y, logSumExp, ...(lengths && { lengths }) }, sizes);
      const name = `${batch} × ${columns}, ${heads} heads of ${width / heads}, ±${scale}${lengths ? ', lengths' : ''}`;
      return [
        caseOf(name, kernels.attentionForward, { qkv, lengths, y: empty(N * width), logSumExp: empty(N * heads) }, sizes, 1e-4),
        caseOf(name, kernels.attentionBackward, { qkv, y, logSumExp, dy: numbers(N * width), lengths, scratch: empty(N * heads), dQkv: empty(N * 3 * width) }, sizes, 1e-3),
      ];
    }),
  ),
);

const ids = (count: number, vocabulary: number): Int32Array => Int32Array.from({ length: count }, (_, i) => (i * 7 + 3) % vocabulary);

const embeds = [[10, 7], [64, 30]].flatMap(([width, vocabulary]) => {
  const tables = { tokens: numbers(vocabulary! * width!), positions: numbers(9 * width!) };
  const strange = ids(18, vocabulary!);
  strange[4] = vocabulary!;
  strange[7] = -1;
  const sizes = { rows: 15, columns: 5, stride: 6, start: 0, width: width!, vocabulary: vocabulary! };
  return [
    caseOf(`width ${width}`, kernels.embedForward, { ids: ids(18, vocabulary!), ...tables, x: empty(15 * width!) }, sizes),
    caseOf(`width ${width}, ids out of range`, kernels.embedForward, { ids: strange, ...tables, x: empty(15 * width!) }, sizes),
    caseOf(`width ${width}, one column of chosen rows`, kernels.embedForward, { ids: ids(18, vocabulary!), ...tables, chosen: Int32Array.of(0, 2), x: empty(2 * width!) }, { ...sizes, rows: 2, columns: 1, start: 3 }),
    caseOf(`width ${width}, ids out of range`, kernels.embedBackward, { ids: strange, dx: numbers(15 * width!), dTokens: numbers(vocabulary! * width!), dPositions: numbers(9 * width!), scratch: new Int32Array(15 + vocabulary!) }, sizes),
  ];
});

const logProbs = [{ V: 7, scale: 1, temperature: 1 }, { V: 30, scale: 20, temperature: 0.7 }, { V: 256, scale: 1000, temperature: 1 }].flatMap(({ V, scale, temperature }) => {
  const sizes = { rows: 6, vocabulary: V, first: 4, total: 12, columns: 4, stride: 5, start: 1, temperature };
  const [logits, out, logSumExp] = [numbers(6 * V, scale), numbers(36), numbers(12)];
  const after = { out: out.slice(), logSumExp: logSumExp.slice() };
  kernels.logProbsForward.reference({ logits, ids: ids(15, V), ...after }, sizes);
  const name = `vocabulary ${V}, ±${scale}, temperature ${temperature}`;
  return [
    caseOf(name, kernels.logProbsForward, { logits, ids: ids(15, V), out, logSumExp }, sizes),
    caseOf(name, kernels.logProbsBackward, { ids: ids(15, V), ...after, dOut: numbers(36), logits }, sizes, scale === 1000 ? 2e-3 : 1e-4),
  ];
});

const adamW = [1, 10_000].map((scale) => {
  const count = 300;
  const vectors = { parameters: numbers(count), m: numbers(count, 0.1), v: numbers(count, 0.1).map(Math.abs) };
  return caseOf(`gradients of ±${scale}`, kernels.adamWUpdate, { gradient: numbers(count, scale), knobs: Float32Array.of(0.01, 0.9, 0.999, 1e-8, 0.1, 1, 0.19, 0.002), ...vectors, scratch: empty(kernels.ADAMW_SCRATCH), norm: empty(1) }, { count, decayed: 130 });
});

const picks = [10, 64].flatMap((width) => {
  const mask = Float32Array.from({ length: 15 }, (_, i) => (i === 2 || i === 5 || i === 14 ? 1 : 0));
  const sizes = { batch: 3, columns: 5, width };
  return [caseOf(`width ${width}`, kernels.pickRowsForward, { x: numbers(15 * width), mask, y: empty(3 * width) }, sizes), caseOf(`width ${width}`, kernels.pickRowsBackward, { dy: numbers(3 * width), mask, dx: empty(15 * width) }, sizes)];
});

const decodes = [{ heads: 2, width: 10 }, { heads: 4, width: 64 }, { heads: 2, width: 48 }].flatMap(({ heads, width }) =>
  [0, 5].flatMap((column) => [undefined, Int32Array.of(0, 2)].map((chosen) => {
    const rows = chosen ? 2 : 3;
    return caseOf(`column ${column}, width ${width}${chosen ? ', chosen rows' : ''}`, kernels.decodeAttention, { qkv: numbers(rows * 3 * width), chosen, cache: numbers(3 * 8 * 2 * width), y: empty(rows * width) }, { rows, context: 8, column, heads, width });
  })),
);

const samples = [{ V: 7, topK: 0, temperature: 1 }, { V: 30, topK: 3, temperature: 0.7 }, { V: 256, topK: 0, temperature: 0 }].flatMap(({ V, topK, temperature }) =>
  [undefined, Int32Array.of(1, 3, 4)].map((chosen) => {
    const rows = chosen ? 3 : 6;
    const operands = { logits: numbers(rows * V, 2), chosen, given: Int32Array.of(1, 1, 5, 1, 2, 1), stream: Int32Array.of(9, 1234567, -5, 1), tokens: ids(48, V), alive: Int32Array.of(1, 0, 1, 1, 1, 1) };
    return caseOf(`vocabulary ${V}, top ${topK}, temperature ${temperature}${chosen ? ', chosen rows' : ''}`, kernels.sampleColumn, operands, { rows, batch: 6, vocabulary: V, context: 8, column: 2, topK, endOfSequence: 1, padding: 0, temperature }, 0);
  }),
);

export const CASES: readonly Case[] = [...linears, ...norms, ...attentions, ...embeds, ...logProbs, ...adamW, ...picks, ...decodes, ...samples];
