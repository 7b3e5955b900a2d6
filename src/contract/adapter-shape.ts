/**
 * Names and shapes of LoRA's adapters (Hu et al. 2021, section 4.1). Beside a matrix W₀ [in, out] stand A [in, r] and B [r, out]; the model computes with W₀ + (α/r)·A·B.
 * That is the paper's B·A turned, since our matrices are stored [in, out]; so PEFT's `lora_A` [r, in] and `lora_B` [out, r] are ours turned.
 */
import { LORA_TARGETS, MOST_RANK, type LoraTargets } from './algorithms/lora-knobs';
import { parameterCount, parameterShapes, type ModelShape, type ParameterShapes } from './model-shape';

export interface AdapterShape {
  rank: number;
  targets: LoraTargets;
}

/** One number beside the adapters of a checkpoint, so that they say by themselves what they add. */
export const ALPHA = 'alpha';

/** The matrices that get adapters, each [in, out]. */
export function targetShapes(shape: ModelShape, targets: LoraTargets): ParameterShapes {
  const ends = LORA_TARGETS[targets].map((target) => `.${target}.weight`);
  return Object.fromEntries(Object.entries(parameterShapes(shape, 'none')).filter(([name]) => ends.some((end) => name.endsWith(end))));
}

/** Names of the two adapters of a matrix. */
export function adaptersOf(matrix: string): { a: string; b: string } {
  const layer = matrix.replace(/\.weight$/, '');
  return { a: `${layer}.A`, b: `${layer}.B` };
}

/** A [in, r] and B [r, out] of each target. */
export const adapterShapes = (shape: ModelShape, { rank, targets }: AdapterShape): ParameterShapes =>
  Object.fromEntries(Object.entries(targetShapes(shape, targets)).flatMap(([matrix, [deep = 0, wide = 0]]) => {
    const { a, b } = adaptersOf(matrix);
    return [[a, [deep, rank]], [b, [rank, wide]]];
  }));

/** Numbers that are trained. */
export const adapterCount = (shape: ModelShape, adapter: AdapterShape): number => parameterCount(adapterShapes(shape, adapter));

/** What adapters are of, by names and shapes found; undefined where they are none of ours. Whether every one is there is for the caller to compare. */
export function adapterShapeIn(found: Readonly<Record<string, readonly number[]>>): AdapterShape | undefined {
  const rank = found[`h.0.${LORA_TARGETS.attention[0]}.A`]?.[1] ?? 0;
  if (rank < 1 || rank > MOST_RANK) return undefined;
  return { rank, targets: Object.keys(found).some((name) => name.includes('.mlp.')) ? 'all-linear' : 'attention' };
}
