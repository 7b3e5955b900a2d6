/**
 * The transformer as a program of launches: GPT-2 (Radford et al. 2019), pre-LayerNorm, learned positions, no dropout (the data outlasts the training).
 * Forward and backward are written out, for any machine: the engines through TF.js's tensors (transformer.ts), double precision in tests.
 * Gradients are added up in one flat vector of the parameters' own layout, so nothing has to be gathered afterwards.
 */
import type { ModelShape } from '../../src/contract/model-shape';
import { attentionBackward, attentionForward, embedBackward, embedForward, layerNormBackward, layerNormForward, linearForward, linearInput, linearWeights, pickRowsBackward, pickRowsForward, type Machine, type Window } from '../kernels';
import type { Layout } from './layout';

/** Which token ids are read: columns `start` to `start + columns` of rows `stride` apart. */
export interface Reading {
  batch: number;
  columns: number;
  stride: number;
  start: number;
}

/** What a block keeps for its gradient. */
interface Block<Buffer> {
  x: Buffer;
  stats1: Buffer;
  normal1: Buffer;
  qkv: Buffer;
  mixed: Buffer;
  logSumExp: Buffer;
  /** Rows behind the pick, where there is one; else those before it. */
  picked: { x: Buffer; mixed: Buffer };
  middle: Buffer;
  stats2: Buffer;
  normal2: Buffer;
  /** GELU's derivative. */
  slope: Buffer;
  wide: Buffer;
}

export interface Activations<Buffer> {
  blocks: Block<Buffer>[];
  last: Buffer;
  stats: Buffer;
  hidden: Buffer;
}

export interface Trunk<Buffer> {
  machine: Machine<Buffer>;
  shape: ModelShape;
  layout: Layout;
  flat: Buffer;
  ids: Buffer;
  reading: Reading;
  /** [B] real tokens of each row, where known. */
  lengths: Buffer | undefined;
  /** [B, T] 1 at the one position of each row that is wanted at the end. */
  at: Buffer | undefined;
}

const windows = <Buffer>(buffer: Buffer, { places }: Layout) => (name: string): Window<Buffer> => ({ buffer, ...places[name]! });

/** @returns hidden states after the last norm, [N, D], or [B, D] of the rows picked, with all that made them */
export function trunkForward<Buffer>({ machine, shape, layout, flat, ids, reading, lengths, at }: Trunk<Buffer>, keepAll: boolean): Activations<Buffer> {
  const { width, layers, heads, vocabulary } = shape;
  const { batch, columns } = reading;
  const weight = windows(flat, layout);
  const all = batch * columns;
  let rows = all;
  const blocks: Block<Buffer>[] = [];
  const release = (...buffers: Buffer[]) => keepAll || buffers.forEach((buffer) => machine.free(buffer));

  let x = machine.make(all * width);
  machine.run(embedForward, { ids, tokens: weight('wte.weight'), positions: weight('wpe.weight'), x }, { rows: all, columns, stride: reading.stride, start: reading.start, width, vocabulary });
  for (let layer = 0; layer < layers; layer++) {
    const own = (name: string) => weight(`h.${layer}.${name}`);
    const [stats1, normal1, qkv] = [machine.make(all * 2), machine.make(all * width), machine.make(all * 3 * width)];
    machine.run(layerNormForward, { x, weight: own('ln_1.weight'), bias: own('ln_1.bias'), y: normal1, stats: stats1 }, { rows: all, width });
    machine.run(linearForward, { x: normal1, weight: own('attn.c_attn.weight'), bias: own('attn.c_attn.bias'), y: qkv }, { rows: all, deep: width, wide: 3 * width, gelu: 0 });
    release(normal1, stats1);
    const [mixed, logSumExp] = [machine.make(all * width), machine.make(all * heads)];
    machine.run(attentionForward, { qkv, lengths, y: mixed, logSumExp }, { batch, columns, heads, width });
    release(qkv, logSumExp);

    const picked = { x, mixed };
    if (at && layer === layers - 1) {
      rows = batch;
      for (const part of ['x', 'mixed'] as const) {
        const chosen = machine.make(batch * width);
        machine.run(pickRowsForward, { x: picked[part], mask: at, y: chosen }, { batch, columns, width });
        release(picked[part]);
        picked[part] = chosen;
      }
    }
    const middle = machine.make(rows * width);
    machine.run(linearForward, { x: picked.mixed, weight: own('attn.c_proj.weight'), bias: own('attn.c_proj.bias'), residual: picked.x, y: middle }, { rows, deep: width, wide: width, gelu: 0 });
    release(picked.mixed, picked.x);
    const [stats2, normal2, wide] = [machine.make(rows * 2), machine.make(rows * width), machine.make(rows * 4 * width)];
    machine.run(layerNormForward, { x: middle, weight: own('ln_2.weight'), bias: own('ln_2.bias'), y: normal2, stats: stats2 }, { rows, width });
    const slope = keepAll ? machine.make(rows * 4 * width) : undefined;
    machine.run(linearForward, { x: normal2, weight: own('mlp.c_fc.weight'), bias: own('mlp.c_fc.bias'), slope, y: wide }, { rows, deep: width, wide: 4 * width, gelu: 1 });
    release(normal2, stats2);
    const next = machine.make(rows * width);
    machine.run(linearForward, { x: wide, weight: own('mlp.c_proj.weight'), bias: own('mlp.c_proj.bias'), residual: middle, y: next }, { rows, deep: 4 * width, wide: width, gelu: 0 });
    release(wide, middle);
    if (slope !== undefined) blocks.push({ x, stats1, normal1, qkv, mixed, logSumExp, picked, middle, stats2, normal2, slope, wide });
    x = next;
  }
  const [stats, hidden] = [machine.make(rows * 2), machine.make(rows * width)];
  machine.run(layerNormForward, { x, weight: weight('ln_f.weight'), bias: weight('ln_f.bias'), y: hidden, stats }, { rows, width });
  release(x, stats);
  return { blocks, last: x, stats, hidden };
}

/** Adds to `gradients` what `dHidden` (freed here) asks of every parameter of the trunk, and frees what forward kept. */
export function trunkBackward<Buffer>(trunk: Trunk<Buffer>, activations: Activations<Buffer>, dHidden: Buffer, gradients: Buffer): void {
  const { machine, shape, layout, flat, ids, reading, lengths, at } = trunk;
  const { width, heads, layers, vocabulary } = shape;
  const { batch, columns } = reading;
  const weight = windows(flat, layout);
  const gradient = windows(gradients, layout);
  const all = batch * columns;
  let rows = at ? batch : all;

  /** dx of a norm, plus the gradient that went around it. */
  const throughNorm = (name: string, dy: Buffer, x: Buffer, stats: Buffer, residual: Buffer | undefined): Buffer => {
    const dx = machine.make(rows * width);
    machine.run(layerNormBackward, { dy, x, weight: weight(`${name}.weight`), stats, residual, dx, dWeight: gradient(`${name}.weight`), dBias: gradient(`${name}.bias`) }, { rows, width });
    machine.free(dy);
    if (residual !== undefined) machine.free(residual);
    return dx;
  };
  /** dx of a linear layer, through the GELU that made its input where its derivative is given. */
  const throughLinear = (name: string, dy: Buffer, x: Buffer, deep: number, wide: number, gelu?: Buffer): Buffer => {
    machine.run(linearWeights, { x, dy, dWeight: gradient(`${name}.weight`), dBias: gradient(`${name}.bias`) }, { rows, deep, wide });
    const dx = machine.make(rows * deep);
    machine.run(linearInput, { dy, weight: weight(`${name}.weight`), slope: gelu, dx }, { rows, deep, wide });
    return dx;
  };

  let dx = throughNorm('ln_f', dHidden, activations.last, activations.stats, undefined);
  for (let layer = layers - 1; layer >= 0; layer--) {
    const block = `h.${layer}`;
    const kept = activations.blocks[layer]!;
    const dBefore = throughLinear(`${block}.mlp.c_proj`, dx, kept.wide, 4 * width, width, kept.slope);
    const dNormal2 = throughLinear(`${block}.mlp.c_fc`, dBefore, kept.normal2, width, 4 * width);
    machine.free(dBefore);
    dx = throughNorm(`${block}.ln_2`, dNormal2, kept.middle, kept.stats2, dx);
    let dMixed = throughLinear(`${block}.attn.c_proj`, dx, kept.picked.mixed, width, width);
    if (at && layer === layers - 1) {
      rows = all;
      const spread = (dy: Buffer): Buffer => {
        const whole = machine.make(all * width);
        machine.run(pickRowsBackward, { dy, mask: at, dx: whole }, { batch, columns, width });
        machine.free(dy);
        return whole;
      };
      [dMixed, dx] = [spread(dMixed), spread(dx)];
    }
    const [dQkv, scratch] = [machine.make(all * 3 * width), machine.make(all * heads)];
    machine.run(attentionBackward, { qkv: kept.qkv, y: kept.mixed, logSumExp: kept.logSumExp, dy: dMixed, lengths, scratch, dQkv }, { batch, columns, heads, width });
    const dNormal1 = throughLinear(`${block}.attn.c_attn`, dQkv, kept.normal1, width, 3 * width);
    for (const buffer of [dMixed, scratch, dQkv]) machine.free(buffer);
    dx = throughNorm(`${block}.ln_1`, dNormal1, kept.x, kept.stats1, dx);
  }
  const links = machine.make(all + vocabulary, 'i32');
  machine.run(embedBackward, { ids, dx, dTokens: gradient('wte.weight'), dPositions: gradient('wpe.weight'), scratch: links }, { rows: all, columns, stride: reading.stride, start: reading.start, width, vocabulary });
  machine.free(links);
  machine.free(dx);
  freeActivations(machine, activations);
}

/** Frees what a forward pass kept, but for its hidden states. */
export function freeActivations<Buffer>(machine: Machine<Buffer>, { blocks, last, stats }: Activations<Buffer>): void {
  const buffers = new Set<Buffer>([last, stats]);
  for (const { picked, ...block } of blocks) for (const buffer of [...Object.values(block), picked.x, picked.mixed]) buffers.add(buffer);
  for (const buffer of buffers) machine.free(buffer);
}
