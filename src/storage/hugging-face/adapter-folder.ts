/**
 * Adapters as the folder that Hugging Face's PEFT opens: `adapter_config.json`, `adapter_model.safetensors` and a card, with the model they were trained beside in `base`, inside it:
 * so the folder is whole by itself, and our own import still finds one model at the top of the zip. PEFT keeps A as [r, in] and B as [out, r], which are ours turned.
 */
import { LORA_TARGETS } from '../../contract/algorithms/lora-knobs';
import { adapterShapes, adaptersOf, targetShapes, type AdapterShape } from '../../contract/adapter-shape';
import { detail } from '../../contract/details';
import { Failure } from '../../contract/failures';
import type { Entries } from '../archive';
import { encodeSafetensors, type NamedTensor } from '../safetensors';
import { TRUNK, type Weights } from './gpt2';
import { modelFolder, type FolderModel } from './model-folder';

export interface Adapter extends AdapterShape {
  alpha: number;
  /** A [in, r] and B [r, out] by our names. */
  adapters: Weights;
  /** The whole model they stand beside, by our names. */
  base: Weights;
}

/** Of the base, from the adapters' folder. */
export const BASE = 'base';
const PREFIX = 'base_model.model.';

/** What PEFT 0.21 reads, and asks of GPT-2: its matrices are stored [in, out] (`fan_in_fan_out`), and a last name such as c_proj means every layer so called. */
export const adapterConfig = ({ rank, alpha, targets }: Pick<Adapter, 'rank' | 'alpha' | 'targets'>): Record<string, unknown> => ({
  peft_type: 'LORA', task_type: 'CAUSAL_LM', base_model_name_or_path: BASE,
  r: rank, lora_alpha: alpha, lora_dropout: 0, use_rslora: false, use_dora: false,
  target_modules: [...new Set(LORA_TARGETS[targets].map((target) => target.split('.').at(-1)))],
  fan_in_fan_out: true, bias: 'none', modules_to_save: null, init_lora_weights: true, inference_mode: true,
});

/** Tensors under PEFT's names. Throws `checkpoint-mismatch` where one is missing or of another size. */
export function adapterTensors(shape: FolderModel['shape'], { rank, targets, adapters }: Adapter): Record<string, NamedTensor> {
  const shapes = adapterShapes(shape, { rank, targets });
  const turned = (name: string): NamedTensor => {
    const [rows = 0, columns = 0] = shapes[name] ?? [];
    const numbers = adapters.get(name);
    if (numbers?.length !== rows * columns) throw new Failure('checkpoint-mismatch', detail('wrong-count', name, rows * columns, String(numbers?.length ?? '')));
    return { shape: [columns, rows], data: Float32Array.from(numbers, (_, i) => numbers[(i % rows) * columns + Math.floor(i / rows)]!) }; // as many
  };
  return Object.fromEntries(Object.keys(targetShapes(shape, targets)).flatMap((matrix) => {
    const { a, b } = adaptersOf(matrix);
    const layer = PREFIX + TRUNK + matrix.replace(/\.weight$/, '');
    return [[`${layer}.lora_A.weight`, turned(a)], [`${layer}.lora_B.weight`, turned(b)]];
  }));
}

/** File name -> bytes. @param model what the base is put down as, but for its weights @param card, baseCard texts of both README.md */
export function adapterFolder(adapter: Adapter, model: Omit<FolderModel, 'weights' | 'card' | 'head'>, { card, baseCard }: { card: string; baseCard: string }): Entries {
  const text = (content: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(content);
  return new Map([
    ['adapter_config.json', text(`${JSON.stringify(adapterConfig(adapter), null, 2)}\n`)],
    ['adapter_model.safetensors', encodeSafetensors(adapterTensors(model.shape, adapter), { format: 'pt' }, model.isHalf ? 'F16' : 'F32')],
    ['README.md', text(card)],
    ...[...modelFolder({ ...model, head: 'none', weights: adapter.base, card: baseCard })].map(([name, bytes]) => [`${BASE}/${name}`, bytes] as const),
  ]);
}
