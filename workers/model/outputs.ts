/**
 * What is read off the hidden states, as programs of launches: log-probabilities of the next tokens (policies) and one number per row (reward and value models).
 * Logits stand in memory a tile of rows at a time, never as a whole [N, V].
 */
import { linearForward, linearInput, linearWeights, logProbsBackward, logProbsForward } from '../kernels';
import type { Trunk } from './program';

/** Numbers of a tile of logits: 1 MiB, which a second-level cache and any GPU hold. */
const TILE = 2 ** 18;

export const tileRows = (total: number, vocabulary: number): number => Math.min(total, Math.max(16, Math.floor(TILE / vocabulary)));

const place = <Buffer>({ layout }: Trunk<Buffer>, buffer: Buffer, name: string) => ({ buffer, ...layout.places[name]! });

/** Tiles of logits and where their targets are: the ids one column further. */
function* tiles<Buffer>({ shape: { vocabulary }, reading }: Trunk<Buffer>, temperature: number) {
  const total = reading.batch * reading.columns;
  const most = tileRows(total, vocabulary);
  for (let first = 0; first < total; first += most) {
    yield { rows: Math.min(most, total - first), vocabulary, first, total, columns: reading.columns, stride: reading.stride, start: reading.start + 1, temperature };
  }
}

const logitsOf = <Buffer>(trunk: Trunk<Buffer>, hidden: Buffer, logits: Buffer, first: number, rows: number): void => {
  const { machine, shape: { width, vocabulary } } = trunk;
  machine.run(linearInput, { dy: { buffer: hidden, offset: first * width, count: rows * width }, weight: place(trunk, trunk.flat, 'wte.weight'), dx: logits }, { rows, deep: vocabulary, wide: width });
};

/** @returns out [3, N]: log-probability, entropy, 1 where likeliest; and the log-sum-exp [N] for the gradient */
export function policyForward<Buffer>(trunk: Trunk<Buffer>, hidden: Buffer, temperature: number): { out: Buffer; logSumExp: Buffer } {
  const { machine, ids, reading, shape } = trunk;
  const total = reading.batch * reading.columns;
  const [out, logSumExp, logits] = [machine.make(3 * total), machine.make(total), machine.make(tileRows(total, shape.vocabulary) * shape.vocabulary)];
  for (const tile of tiles(trunk, temperature)) {
    logitsOf(trunk, hidden, logits, tile.first, tile.rows);
    machine.run(logProbsForward, { logits, ids, out, logSumExp }, tile);
  }
  machine.free(logits);
  return { out, logSumExp };
}

/** @returns dHidden [N, D]; adds to the gradient of the tied embedding */
export function policyBackward<Buffer>(trunk: Trunk<Buffer>, hidden: Buffer, { out, logSumExp }: { out: Buffer; logSumExp: Buffer }, dOut: Buffer, gradients: Buffer, temperature: number): Buffer {
  const { machine, ids, reading, shape: { width, vocabulary } } = trunk;
  const total = reading.batch * reading.columns;
  const [dHidden, logits] = [machine.make(total * width), machine.make(tileRows(total, vocabulary) * vocabulary)];
  for (const tile of tiles(trunk, temperature)) {
    const { first, rows } = tile;
    const part = (buffer: Buffer) => ({ buffer, offset: first * width, count: rows * width });
    logitsOf(trunk, hidden, logits, first, rows);
    machine.run(logProbsBackward, { ids, out, logSumExp, dOut, logits }, tile);
    machine.run(linearWeights, { x: logits, dy: part(hidden), dWeight: place(trunk, gradients, 'wte.weight') }, { rows, deep: vocabulary, wide: width });
    machine.run(linearForward, { x: logits, weight: place(trunk, trunk.flat, 'wte.weight'), y: part(dHidden) }, { rows, deep: vocabulary, wide: width, gelu: 0 });
  }
  machine.free(logits);
  return dHidden;
}

/** Logits of all rows at once, [N, V]: for a few rows that somebody looks at. */
export function allLogits<Buffer>(trunk: Trunk<Buffer>, hidden: Buffer): Buffer {
  const rows = trunk.machine.count(hidden) / trunk.shape.width;
  const logits = trunk.machine.make(rows * trunk.shape.vocabulary);
  logitsOf(trunk, hidden, logits, 0, rows);
  return logits;
}

/** One number per row of hidden states. */
export function scoreForward<Buffer>(trunk: Trunk<Buffer>, hidden: Buffer): Buffer {
  const { machine, shape: { width } } = trunk;
  const rows = machine.count(hidden) / width;
  const out = machine.make(rows);
  machine.run(linearForward, { x: hidden, weight: place(trunk, trunk.flat, 'score.weight'), bias: place(trunk, trunk.flat, 'score.bias'), y: out }, { rows, deep: width, wide: 1, gelu: 0 });
  return out;
}

export function scoreBackward<Buffer>(trunk: Trunk<Buffer>, hidden: Buffer, dOut: Buffer, gradients: Buffer): Buffer {
  const { machine, shape: { width } } = trunk;
  const rows = machine.count(hidden) / width;
  machine.run(linearWeights, { x: hidden, dy: dOut, dWeight: place(trunk, gradients, 'score.weight'), dBias: place(trunk, gradients, 'score.bias') }, { rows, deep: width, wide: 1 });
  const dHidden = machine.make(rows * width);
  machine.run(linearInput, { dy: dOut, weight: place(trunk, trunk.flat, 'score.weight'), dx: dHidden }, { rows, deep: width, wide: 1 });
  return dHidden;
}
