/** What PEFT is held against: adapters whose every number is drawn, and a few steps of training from the same beginning. Always the same. */
import { neg, type Scalar } from '@tensorflow/tfjs-core';
import { adapterShapes, type AdapterShape } from '../../src/contract/adapter-shape';
import { sizeOf } from '../../src/contract/model-shape';
import { Random } from '../../src/contract/random';
import { adapterFolder, type Adapter } from '../../src/storage/hugging-face/adapter-folder';
import { EOS, PAD, TASKS } from '../../src/tasks';
import { END_NAME, PADDING_NAME, writtenAlphabet } from '../../src/tasks/tokenizer/written';
import { policyOutput } from '../../workers/model/heads';
import { initialAdapters, LoraAdamW } from '../../workers/model/lora';
import { Parameters } from '../../workers/model/parameters';
import { maskedMean } from '../../workers/tensor/masked';
import { batchOf, disposeBatch } from '../../workers/tensor/sequences';
import { SHAPE, weightsOf } from './cases';

/** A rank that no tile divides, and one that all do; both kinds of targets. */
export const ADAPTERS = { attention: { rank: 3, alpha: 6, targets: 'attention' }, 'all-linear': { rank: 4, alpha: 32, targets: 'all-linear' } } as const satisfies Record<string, AdapterShape & { alpha: number }>;
export type AdapterName = keyof typeof ADAPTERS;
export const ADAPTER_NAMES = Object.keys(ADAPTERS) as AdapterName[]; // of an object that has no others

/** @param isDrawn B too; else as training begins, B is 0 */
export function adapterOf(name: AdapterName, isDrawn: boolean): Adapter {
  const { alpha, ...shape } = ADAPTERS[name];
  const drawn = () => new Map(Object.entries(adapterShapes(SHAPE, shape)).map(([matrix, sides]) => [matrix, Random.of(6, `interop/${name}/${matrix}`).normals(sizeOf(sides), 0.2)]));
  return { ...shape, alpha, adapters: isDrawn ? drawn() : initialAdapters(SHAPE, shape, Random.of(6, `interop/${name}`)), base: weightsOf('none') };
}

export function adapterFolderOf(name: AdapterName, isDrawn: boolean): Map<string, Uint8Array<ArrayBuffer>> {
  const { json } = writtenAlphabet(TASKS.names.vocabulary);
  const reading = { shape: SHAPE, isHalf: false, ids: { pad: PAD, end: EOS, start: EOS }, names: { pad: PADDING_NAME, end: END_NAME }, tokenizer: json };
  return adapterFolder(adapterOf(name, isDrawn), reading, { card: '# Interop\n', baseCard: '# Interop\n' });
}

/** A clip that shortens every gradient here, and a decay that can be seen after a few steps. */
export const TRAINING = { steps: 5, learningRate: 0.02, weightDecay: 0.1, clipNorm: 0.5 } as const;

/** Texts of two lengths: a token to begin with, and what follows. */
export function rowsOf(): { prompt: number[]; completion: number[] }[] {
  const random = Random.of(6, 'interop/rows');
  return Array.from({ length: 6 }, (_, i) => {
    const [first = 0, ...others] = Array.from({ length: i % 2 === 0 ? 9 : 5 }, () => EOS + 1 + random.below(SHAPE.vocabulary - EOS - 1));
    return { prompt: [first], completion: [...others, EOS] };
  });
}

/** The model and its optimizer, as they begin. */
export function begun(name: AdapterName, isDrawn = false): { model: Parameters; optimizer: LoraAdamW } {
  const { adapters, base, ...shape } = adapterOf(name, isDrawn);
  const model = new Parameters(SHAPE, 'none', base);
  return { model, optimizer: new LoraAdamW(model, TRAINING, shape, { adapters, frozen: base }) };
}

/** One step on all rows, on the engine that was started. Mean loss of a token that follows, nats, and the length of the adapters' gradient. */
export async function stepOf(optimizer: LoraAdamW): Promise<{ loss: number; norm: number }> {
  const batch = batchOf(rowsOf());
  const { loss, grad_norm: length } = optimizer.update((views) => ({ loss: neg<Scalar>(maskedMean(policyOutput(views, batch.tokens).logProbs, batch.completionMask)) }), TRAINING.learningRate);
  disposeBatch(batch);
  const [[measured], [norm]] = await Promise.all([loss.data(), length.data()]);
  loss.dispose();
  length.dispose();
  return { loss: measured!, norm: norm! }; // scalars
}

/** Numbers of the adapters, by our names. */
export async function adaptersIn(optimizer: LoraAdamW): Promise<ReadonlyMap<string, Float32Array>> {
  return (await optimizer.read()).find(({ part }) => part === 'lora')!.weights; // it always has them
}
