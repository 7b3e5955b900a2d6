/** The first number in which two checkpoints differ. */
import type { Difference } from '../../src/contract/verification';
import type { CheckpointRecord } from '../../src/contract/run';
import { isMoment } from '../../src/storage/moments';
import { decodeSafetensors } from '../../src/storage/safetensors';

/** Bits are compared, so NaN is itself. The optimizer's moments may have been cleaned up in the stored one. Undefined where all are the same. */
export function firstWeightDifference(stored: CheckpointRecord, again: CheckpointRecord): Difference | undefined {
  if (stored.tensors.length === again.tensors.length && stored.tensors.every((byte, i) => byte === again.tensors[i])) return undefined;
  const [one, other] = [decodeSafetensors(stored.tensors), decodeSafetensors(again.tensors)];
  const hasMoments = Object.keys(one).some(isMoment);
  for (const name of new Set([...Object.keys(one), ...Object.keys(other)])) {
    if (isMoment(name) && !hasMoments) continue;
    const [a, b] = [one[name]?.data, other[name]?.data];
    const at = Array.from({ length: Math.max(a?.length ?? 0, b?.length ?? 0) }).findIndex((_, i) => !Object.is(a?.[i], b?.[i]));
    if (at >= 0) return { step: stored.step, name, kind: 'weight', stored: a?.[at] ?? null, again: b?.[at] ?? null };
  }
  return undefined; // the same numbers under another header
}
