/**
 * Sampling with a key-value cache: column by column for the whole batch, prompts of any length side by side. Tokens are drawn and written on the device, from a
 * counter-based stream, and read back once at the end, or one by one where somebody watches. Where looking at the device costs nothing, sequences that have ended are left out of what follows.
 */
import { backend, engine, registerKernel, type NamedAttrMap, type Tensor2D, type TensorInfo } from '@tensorflow/tfjs-core';
import type { ModelShape } from '../../src/contract/model-shape';
import { detail } from '../../src/contract/details';
import { Failure } from '../../src/contract/failures';
import type { Random } from '../../src/contract/random';
import { EOS, PAD } from '../../src/tasks/task';
import { currentMachine, decodeAttention, embedForward, layerNormForward, linearForward, linearInput, sampleColumn, type Machine } from '../kernels';
import type { Layout } from './layout';
import type { Views } from './parameters';

export interface GenerateOptions {
  /** 0 takes the likeliest token. */
  temperature?: number;
  /** Only the k likeliest tokens may be drawn; 0 for all. */
  topK?: number;
}

interface Attributes {
  shape: ModelShape;
  layout: Layout;
  temperature: number;
  topK: number;
  /** Prompts with padding behind, [B, context]. */
  start: Int32Array;
  /** Length of each prompt. */
  given: Int32Array;
  /** Seed, stream, and numbers drawn before, as two words. */
  stream: Int32Array;
}

/**
 * Completes every prompt, to EOS or to the end of the context.
 * @param prompts token ids, each at least one and shorter than the context. Throws `sequence-too-long`, `unknown-token`.
 * @param random one uniform per row, column and token of the vocabulary is drawn, whatever happens, so runs stay in step
 * @returns the completions without their prompts; one that ended has EOS as its last token
 */
export async function generate(views: Views, prompts: readonly (readonly number[])[], random: Random, options: GenerateOptions = {}): Promise<number[][]> {
  const { context } = views.shape;
  // TF.js types attributes as numbers and strings and only hands them on.
  const tokens: Tensor2D = engine().runKernel('NudgeGenerate', { flat: views.flat }, attributesOf(views, prompts, random, options) as unknown as NamedAttrMap);
  const flatTokens = await tokens.data();
  tokens.dispose();
  return prompts.map((prompt, row) => {
    const rest = Array.from(flatTokens.slice(row * context + prompt.length, (row + 1) * context));
    const end = rest.indexOf(EOS);
    return end >= 0 ? rest.slice(0, end + 1) : rest;
  });
}

/** One prompt completed as `generate` completes it, the same tokens, each as soon as it is drawn. Whoever leaves before the end frees what it took. Throws as `generate`. */
export async function* writeOn(views: Views, prompt: readonly number[], random: Random, options: GenerateOptions = {}): AsyncGenerator<number> {
  const columns = columnsOf(views.flat, attributesOf(views, [prompt], random, options));
  try {
    for (let place = prompt.length; ; place++) {
      const { done, value } = columns.next();
      if (done) return currentMachine().free(value);
      // What a launch writes is read anew each time: the machine forgets what it remembered of it.
      const token = (await backend().read(value.dataId))[place] as number; // tokens are whole numbers, and this one is within the context
      yield token;
      if (token === EOS) return;
    }
  } finally {
    columns.return(undefined as never); // the value is nobody's: it frees everything
  }
}

function attributesOf({ layout, shape }: Views, prompts: readonly (readonly number[])[], random: Random, { temperature = 1, topK = 0 }: GenerateOptions): Attributes {
  const { context, vocabulary } = shape;
  const batch = prompts.length;
  const start = new Int32Array(batch * context).fill(PAD);
  prompts.forEach((prompt, row) => {
    if (prompt.length === 0 || prompt.length >= context) throw new Failure('sequence-too-long', detail('long-prompt', prompt.length, context));
    const stranger = prompt.find((id) => id < 0 || id >= vocabulary);
    if (stranger !== undefined) throw new Failure('unknown-token', detail('strange-token', stranger, vocabulary));
    start.set(prompt, row * context);
  });
  const { seed, stream, drawn } = random.state;
  if (temperature > 0) random.passOver((context - 1) * batch * vocabulary);
  // Words as bits: a tensor has no unsigned type.
  const words = Int32Array.of(seed, stream, drawn, Math.floor(drawn / 2 ** 32));
  return { shape, layout, temperature, topK, start, given: Int32Array.from(prompts, (prompt) => prompt.length), stream: words };
}

/** @returns tokens [B, context] */
function complete(flat: TensorInfo, attributes: Attributes): TensorInfo {
  const columns = columnsOf(flat, attributes);
  for (;;) {
    const { done, value } = columns.next();
    if (done) return value;
  }
}

/** Gives way after each column that was drawn, with tokens [B, context] as they stand; at the end they are the caller's. Left before that, it frees them too. */
function* columnsOf(flat: TensorInfo, { shape, layout, temperature, topK, ...host }: Attributes): Generator<TensorInfo, TensorInfo, void> {
  const machine = currentMachine();
  const { context, vocabulary, width, layers, heads } = shape;
  const batch = host.given.length;
  const weight = (name: string) => ({ buffer: flat, ...layout.places[name]! });
  const [tokens, given, stream] = [machine.put(host.start), machine.put(host.given), machine.put(host.stream)];
  const alive = machine.put(new Int32Array(batch).fill(1));
  const caches = Array.from({ length: layers }, () => machine.make(batch * context * 2 * width));
  const room = roomFor(machine, batch, shape);
  const { normal, stats, qkv, mixed, wide, logits } = room;
  let { x, next } = room;
  let chosen: TensorInfo | undefined;
  let rows = batch;
  /** Up to here every row still reads its prompt: nothing is drawn, so all a column leaves behind is its keys and values. */
  const read = Math.min(...host.given) - 1;
  let isWhole = false;
  try {
    for (let column = 0; column + 1 < context; column++) {
      machine.run(embedForward, { ids: tokens, tokens: weight('wte.weight'), positions: weight('wpe.weight'), chosen, x }, { rows, columns: 1, stride: context, start: column, width, vocabulary });
      for (let layer = 0; layer < layers; layer++) {
        const own = (name: string) => weight(`h.${layer}.${name}`);
        machine.run(layerNormForward, { x, weight: own('ln_1.weight'), bias: own('ln_1.bias'), y: normal, stats }, { rows, width });
        machine.run(linearForward, { x: normal, weight: own('attn.c_attn.weight'), bias: own('attn.c_attn.bias'), y: qkv }, { rows, deep: width, wide: 3 * width, gelu: 0 });
        machine.run(decodeAttention, { qkv, chosen, cache: caches[layer]!, y: mixed }, { rows, context, column, heads, width });
        if (column < read && layer === layers - 1) break;
        machine.run(linearForward, { x: mixed, weight: own('attn.c_proj.weight'), bias: own('attn.c_proj.bias'), residual: x, y: next }, { rows, deep: width, wide: width, gelu: 0 });
        [x, next] = [next, x];
        machine.run(layerNormForward, { x, weight: own('ln_2.weight'), bias: own('ln_2.bias'), y: normal, stats }, { rows, width });
        machine.run(linearForward, { x: normal, weight: own('mlp.c_fc.weight'), bias: own('mlp.c_fc.bias'), y: wide }, { rows, deep: width, wide: 4 * width, gelu: 1 });
        machine.run(linearForward, { x: wide, weight: own('mlp.c_proj.weight'), bias: own('mlp.c_proj.bias'), residual: x, y: next }, { rows, deep: 4 * width, wide: width, gelu: 0 });
        [x, next] = [next, x];
      }
      if (column < read) continue;
      machine.run(layerNormForward, { x, weight: weight('ln_f.weight'), bias: weight('ln_f.bias'), y: normal, stats }, { rows, width });
      machine.run(linearInput, { dy: normal, weight: weight('wte.weight'), dx: logits }, { rows, deep: vocabulary, wide: width });
      machine.run(sampleColumn, { logits, chosen, given, stream, tokens, alive }, { rows, batch, vocabulary, context, column, topK, endOfSequence: EOS, padding: PAD, temperature });
      yield { ...tokens, shape: [batch, context] };
      const living = machine.peek(alive);
      if (!living) continue;
      const left = Array.from(living.keys()).filter((row) => living[row] === 1);
      if (left.length === 0) break; // what follows is padding already
      if (left.length === rows) continue;
      if (chosen) machine.free(chosen);
      chosen = machine.put(Int32Array.from(left));
      rows = left.length;
    }
    isWhole = true;
    return { ...tokens, shape: [batch, context] };
  } finally {
    for (const buffer of [given, stream, alive, ...caches, ...Object.values(room), ...(chosen ? [chosen] : []), ...(isWhole ? [] : [tokens])]) machine.free(buffer);
  }
}

/** Buffers of one column, used again for every layer and column. */
function roomFor(machine: Machine<TensorInfo>, batch: number, { width, vocabulary }: ModelShape) {
  const of = (numbers: number) => machine.make(batch * numbers);
  return { x: of(width), next: of(width), normal: of(width), stats: of(2), qkv: of(3 * width), mixed: of(width), wide: of(4 * width), logits: of(vocabulary) };
}

for (const backendName of ['webgpu', 'wasm', 'cpu'] as const) {
  // TF.js keeps kernels of all shapes in one table and hides their types; `generate` is typed.
  registerKernel({ kernelName: 'NudgeGenerate', backendName, kernelFunc: ({ inputs, attrs }) => complete(inputs['flat']!, attrs as unknown as Attributes) });
}
