/** AdamW's moments in a checkpoint, `<model>.m/…` and `<model>.v/…`: twice as large as the weights they move, and needed only to go on with the stage itself. */
import { decodeSafetensors, encodeSafetensors, readSafetensorsHeader } from './safetensors';

export const isMoment = (tensor: string): boolean => /^[^/]+\.[mv]\//.test(tensor);

/** Bytes of numbers that `withoutMoments` would leave out. */
export const momentBytes = (tensors: Uint8Array): number =>
  [...readSafetensorsHeader(tensors).tensors].reduce((sum, [name, { from, to }]) => sum + (isMoment(name) ? to - from : 0), 0);

/** The same file with everything else in it; itself where it has no moments. */
export function withoutMoments(tensors: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (momentBytes(tensors) === 0) return tensors;
  const { metadata } = readSafetensorsHeader(tensors);
  return encodeSafetensors(Object.fromEntries(Object.entries(decodeSafetensors(tensors)).filter(([name]) => !isMoment(name))), metadata);
}
