/** Tensors of one or several safetensors files, read one at a time from where they lie, whatever their precision, as float32. */
import { detail, type Detail } from '../../contract/details';
import { Failure } from '../../contract/failures';
import { floatsOf, fromBrain, fromHalf } from '../half';
import { startOf, tensorsIn, type Place } from '../safetensors';

/** Bytes of a number, of every type of the format: a file may hold tensors that nobody reads. */
const WIDTHS = { F64: 8, F32: 4, F16: 2, BF16: 2, F8_E4M3: 1, F8_E5M2: 1, I64: 8, I32: 4, I16: 2, I8: 1, U64: 8, U32: 4, U16: 2, U8: 1, BOOL: 1 } as const;
type Dtype = keyof typeof WIDTHS;
const READ: readonly Dtype[] = ['F32', 'F16', 'BF16'];

interface Found extends Place<Dtype> {
  file: Blob;
  start: number;
}

const refuse = (what: string | Detail) => new Failure('unreadable-model', what);

export class TensorFiles {
  private constructor(private readonly found: ReadonlyMap<string, Found>) {}

  /** Reads headers only. @param files by name. Throws `unreadable-model`, `unreadable-run-file`. */
  static async open(files: ReadonlyMap<string, Blob>): Promise<TensorFiles> {
    const found = new Map<string, Found>();
    for (const [name, file] of files) {
      const start = startOf(new Uint8Array(await file.slice(0, 8).arrayBuffer()), file.size);
      const { tensors } = tensorsIn(new Uint8Array(await file.slice(8, start).arrayBuffer()), file.size - start, WIDTHS, detail('known-numbers'));
      for (const [tensor, place] of tensors) {
        if (found.has(tensor)) throw refuse(detail('in-two-files', tensor, name));
        found.set(tensor, { ...place, file, start });
      }
    }
    return new TensorFiles(found);
  }

  get names(): string[] {
    return [...this.found.keys()];
  }

  /** Types of the tensors named, each once. */
  typesOf(names: readonly string[]): string[] {
    return [...new Set(names.flatMap((name) => this.found.get(name)?.dtype ?? []))].sort();
  }

  /** Whether the tensor is there, of this shape and of a type that is read. Throws `unreadable-model` where it is not. */
  check(name: string, shape: readonly number[]): void {
    const tensor = this.found.get(name);
    if (!tensor) throw refuse(detail('missing', name));
    if (tensor.shape.join() !== shape.join()) throw refuse(detail('other-shape', name, tensor.shape.join(', '), shape.join(', ')));
    if (!READ.includes(tensor.dtype)) throw refuse(detail('other-type', name, tensor.dtype, READ.join(', ')));
  }

  /** Numbers of a tensor that was checked. Throws `unreadable-model` where one of them is infinite or no number. */
  async read(name: string): Promise<Float32Array> {
    const { file, start, from, to, dtype } = this.found.get(name)!; // checked
    const bytes = await file.slice(start + from, start + to).arrayBuffer();
    if (bytes.byteLength !== to - from) throw refuse(detail('not-to-its-end', name));
    const numbers = dtype === 'F32' ? new Float32Array(bytes) : floatsOf(new Uint16Array(bytes), dtype === 'F16' ? fromHalf : fromBrain);
    if (!numbers.every(Number.isFinite)) throw refuse(detail('no-finite-number', name));
    return numbers;
  }
}
