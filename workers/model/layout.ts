/**
 * Where each parameter stands in a model's one flat vector. Matrices come first, since only they take weight decay; every parameter begins at a multiple of 64 numbers,
 * because a GPU binds parts of a buffer at multiples of 256 bytes. The gaps hold 0 and stay 0.
 */
import { sizeOf, type ParameterShapes } from '../../src/contract/model-shape';
import { detail } from '../../src/contract/details';
import { Failure } from '../../src/contract/failures';

const ALIGNMENT = 64;

export interface Place {
  readonly offset: number;
  readonly count: number;
}

export interface Layout {
  readonly shapes: ParameterShapes;
  readonly places: Readonly<Record<string, Place>>;
  /** Numbers in the flat vector, gaps included. */
  readonly size: number;
  /** AdamW decays what stands before this: matrices, neither biases nor norms (GPT-2 practice). */
  readonly decayed: number;
}

const known = new WeakMap<ParameterShapes, Layout>();

export function layoutOf(shapes: ParameterShapes): Layout {
  const before = known.get(shapes);
  if (before) return before;
  const places: Record<string, Place> = {};
  let size = 0;
  const put = (isMatrix: boolean) => {
    for (const [name, shape] of Object.entries(shapes)) {
      if (shape.length > 1 !== isMatrix) continue;
      const count = sizeOf(shape);
      places[name] = { offset: size, count };
      size += Math.ceil(count / ALIGNMENT) * ALIGNMENT;
    }
    return size;
  };
  const layout = { shapes, places, decayed: put(true), size: put(false) };
  known.set(shapes, layout);
  return layout;
}

/** Throws `checkpoint-mismatch` when a parameter is missing or has another size. */
export function pack({ shapes, places, size }: Layout, weightsOf: (name: string) => Float32Array | undefined): Float32Array {
  const flat = new Float32Array(size);
  for (const [name, { offset, count }] of Object.entries(places)) {
    const numbers = weightsOf(name);
    if (numbers?.length !== count) throw new Failure('checkpoint-mismatch', detail('wrong-shape', name, shapes[name]!.join('×'), String(numbers?.length ?? '')));
    flat.set(numbers, offset);
  }
  return flat;
}

/** In the order of the shapes, which is the order of checkpoints. */
export const unpack = ({ shapes, places }: Layout, flat: Float32Array): Map<string, Float32Array> =>
  new Map(Object.keys(shapes).map((name) => [name, flat.slice(places[name]!.offset, places[name]!.offset + places[name]!.count)]));
