/**
 * The transformer as two operations of TF.js, one for policies and one for scorers, each with its gradient: a whole forward pass is one node of the tape,
 * so the tape costs next to nothing and intermediate numbers never become tensors. The programs are in program.ts and outputs.ts.
 */
import { engine, logSoftmax, mul, registerGradient, registerKernel, reshape, type NamedAttrMap, type NamedTensorMap, type Tensor, type Tensor1D, type Tensor2D, type Tensor3D, type TensorInfo } from '@tensorflow/tfjs-core';
import type { ModelShape } from '../../src/contract/model-shape';
import { detail } from '../../src/contract/details';
import { Failure } from '../../src/contract/failures';
import { currentMachine, type Machine } from '../kernels';
import type { Layout } from './layout';
import { allLogits, policyBackward, policyForward, scoreBackward, scoreForward } from './outputs';
import type { Views } from './parameters';
import { freeActivations, trunkBackward, trunkForward, type Activations, type Reading, type Trunk } from './program';

const BACKENDS = ['webgpu', 'wasm', 'cpu'] as const;

interface Attributes {
  kind: 'policy' | 'scorer' | 'logits';
  shape: ModelShape;
  layout: Layout;
  reading: Reading;
  temperature: number;
}

type Inputs = { flat: TensorInfo; ids: TensorInfo; at?: TensorInfo | undefined };

/** What a forward pass left for its gradient. Held outside the tape, which copies what it saves on WASM and makes zeros of the same size for every extra output. */
interface Kept {
  machine: Machine<TensorInfo>;
  inputs: Inputs;
  activations: Activations<TensorInfo>;
  out: TensorInfo;
  logSumExp: TensorInfo | undefined;
}

/** By the attributes of the call, which the tape hands on as they are. */
const kept = new Map<object, Kept>();

function trunkOf(machine: Machine<TensorInfo>, { flat, ids, at }: Inputs, { shape, layout, reading }: Attributes): Trunk<TensorInfo> {
  return { machine, shape, layout, flat, ids, reading, lengths: undefined, at };
}

const shaped = (info: TensorInfo, shape: number[]): TensorInfo => ({ ...info, shape });

function forward(inputs: Inputs, attributes: Attributes): TensorInfo {
  const machine = currentMachine();
  const { reading, kind } = attributes;
  const trunk = trunkOf(machine, inputs, attributes);
  const isTrained = engine().state.gradientDepth > 0;
  const activations = trunkForward(trunk, isTrained);
  const { hidden } = activations;
  const result = kind === 'policy' ? policyForward(trunk, hidden, attributes.temperature) : { out: (kind === 'scorer' ? scoreForward : allLogits)(trunk, hidden), logSumExp: undefined };
  if (isTrained) {
    for (const buffer of [inputs.ids, result.out, ...(inputs.at ? [inputs.at] : [])]) machine.hold(buffer);
    kept.set(attributes, { machine, inputs, activations, ...result });
  } else {
    machine.free(hidden);
    if (result.logSumExp) machine.free(result.logSumExp);
  }
  const rows = reading.batch * reading.columns;
  const shapes = { policy: [3, rows], scorer: [inputs.at ? reading.batch : rows], logits: [rows, attributes.shape.vocabulary] };
  return shaped(result.out, shapes[kind]);
}

function backward(dOut: TensorInfo, attributes: Attributes): TensorInfo {
  const found = kept.get(attributes);
  if (!found) throw new Error('backward: want a forward pass made for its gradient, got one whose activations are gone');
  kept.delete(attributes);
  const { machine, inputs, activations, out, logSumExp } = found;
  const trunk = trunkOf(machine, inputs, attributes);
  const gradients = machine.make(attributes.layout.size);
  machine.clear(gradients);
  const dHidden = logSumExp ? policyBackward(trunk, activations.hidden, { out, logSumExp }, dOut, gradients, attributes.temperature) : scoreBackward(trunk, activations.hidden, dOut, gradients);
  trunkBackward(trunk, activations, dHidden, gradients);
  letGo(found);
  return gradients;
}

function letGo({ machine, inputs, activations, out, logSumExp }: Kept): void {
  for (const buffer of [inputs.ids, inputs.at, out, logSumExp, activations.hidden]) if (buffer) machine.free(buffer);
}

/** Frees what forward passes kept for gradients that nobody asked for. */
export function forgetActivations(): void {
  for (const found of kept.values()) {
    letGo(found);
    freeActivations(found.machine, found.activations);
  }
  kept.clear();
}

for (const backendName of BACKENDS) {
  // TF.js keeps kernels of all shapes in one table and hides their types; `run` below is typed.
  registerKernel({ kernelName: 'NudgeTransformer', backendName, kernelFunc: ({ inputs, attrs }) => forward(inputs as unknown as Inputs, attrs as unknown as Attributes) });
  registerKernel({ kernelName: 'NudgeTransformerGradient', backendName, kernelFunc: ({ inputs, attrs }) => backward(inputs['dOut']!, attrs as unknown as Attributes) });
}
registerGradient({
  kernelName: 'NudgeTransformer',
  inputsToSave: [],
  outputsToSave: [],
  // One output, so one gradient.
  gradFunc: (dOut, _, attrs) => ({ flat: () => engine().runKernel('NudgeTransformerGradient', { dOut: dOut as Tensor }, attrs) }),
});

/** Sequences as they are read: at most as long as the context, made of known tokens where that can be seen without asking a device. Throws `sequence-too-long`, `unknown-token`. */
export function checkTokens(tokens: Tensor2D, { context, vocabulary }: ModelShape, columns: number): void {
  if (columns > context) throw new Failure('sequence-too-long', detail('long-sequence', columns, context));
  const numbers = currentMachine().peek(tokens);
  const stranger = numbers?.find((id) => id < 0 || id >= vocabulary);
  if (stranger !== undefined) throw new Failure('unknown-token', detail('strange-token', stranger, vocabulary));
}

function run({ flat, layout, shape }: Views, tokens: Tensor2D, at: Tensor2D | undefined, attributes: Omit<Attributes, 'layout' | 'shape'>): Tensor {
  checkTokens(tokens, shape, attributes.reading.columns);
  const inputs: NamedTensorMap = { flat, ids: tokens, ...(at && { at }) };
  // TF.js types attributes as numbers and strings and only hands them on.
  return engine().runKernel('NudgeTransformer', inputs, { ...attributes, layout, shape } as unknown as NamedAttrMap);
}

/** @param tokens [B, T] int32, left-aligned -> [3, B·(T-1)]: log-probability of each next token (nats), entropy (nats), 1 where it was the likeliest */
export function policyRows(views: Views, tokens: Tensor2D, temperature: number): Tensor2D {
  const [batch, T] = tokens.shape;
  return run(views, tokens, undefined, { kind: 'policy', temperature, reading: { batch, columns: T - 1, stride: T, start: 0 } }) as Tensor2D;
}

/** @param tokens [B, T] int32 @param at [B, T] 1 at the one position of each row that is wanted -> [B·T] scores, or [B] */
export function scoreRows(views: Views, tokens: Tensor2D, at?: Tensor2D): Tensor1D {
  const [batch, T] = tokens.shape;
  return run(views, tokens, at, { kind: 'scorer', temperature: 1, reading: { batch, columns: T, stride: T, start: 0 } }) as Tensor1D;
}


/** @returns [B, T, V] log-probabilities of every next token, nats. No gradient. */
export function logProbTable(views: Views, tokens: Tensor2D, temperature: number): Tensor3D {
  const [batch, T] = tokens.shape;
  const logits = run(views, tokens, undefined, { kind: 'logits', temperature: 1, reading: { batch, columns: T, stride: T, start: 0 } });
  return reshape(logSoftmax(mul(logits, 1 / temperature)), [batch, T, views.shape.vocabulary]);
}
