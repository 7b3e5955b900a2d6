/** Safetensors: what we write comes back bit for bit, is the format byte for byte, and nothing malformed is read. */
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sizeOf } from '../../src/contract/model-shape';
import { decodeSafetensors, encodeSafetensors, readSafetensorsHeader } from '../../src/storage/safetensors';

const tensor = (...numbers: number[]) => ({ shape: [numbers.length], data: Float32Array.from(numbers) });

/** A file of any header and any numbers, well formed or not. */
function fileOf(header: string, numbers: Uint8Array | number, length = header.length): Uint8Array {
  const data = typeof numbers === 'number' ? new Uint8Array(numbers) : numbers;
  const file = new Uint8Array(8 + header.length + data.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true);
  file.set(new TextEncoder().encode(header), 8);
  file.set(data, 8 + header.length);
  return file;
}

describe('writing', () => {
  test('is the format, byte for byte', () => {
    const file = encodeSafetensors({ 'policy/a': { shape: [1, 2], data: Float32Array.of(1, -2) }, b: tensor(0.5) }, { step: '3' });
    const header = '{"__metadata__":{"step":"3"},"policy/a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}';
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
    const numbers = [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 0, 0, 0, 0x3f];
    expect([...file]).toEqual([...fileOf(padded, Uint8Array.from(numbers))]);
  });

  test('numbers begin at a multiple of eight, whatever the header', () => {
    for (let n = 0; n < 9; n++) expect(readSafetensorsHeader(encodeSafetensors({ ['x'.repeat(n + 1)]: tensor(1) })).start % 8).toBe(0);
  });

  test('wants as many numbers as the shape says, and no tensor under the reserved name', () => {
    expect(() => encodeSafetensors({ a: { shape: [2, 2], data: new Float32Array(3) } })).toThrow(/want 4 numbers for a, got 3/);
    expect(() => encodeSafetensors({ __metadata__: tensor(1) })).toThrow(/name/);
  });
});

describe('reading', () => {
  const shape = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 });
  const named = fc.dictionary(
    fc.string({ unit: 'grapheme', maxLength: 12 }).filter((name) => name !== '__metadata__'),
    shape.chain((sides) => fc.float32Array({ minLength: sizeOf(sides), maxLength: sizeOf(sides) }).map((data) => ({ shape: sides, data }))),
    { maxKeys: 6 },
  );
  const bitsOf = (data: Float32Array) => [...new Uint32Array(data.buffer, data.byteOffset, data.length)];

  test('gives back what was written, bit for bit', () => {
    fc.assert(
      fc.property(named, fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }), fc.nat(15), (tensors, metadata, shift) => {
        const file = encodeSafetensors(tensors, metadata);
        // Read from the middle of a larger buffer, at any alignment, as out of a zip.
        const large = new Uint8Array(file.length + 40).fill(0xff);
        large.set(file, shift);
        const view = large.subarray(shift, shift + file.length);
        const back = decodeSafetensors(view);
        expect(Object.keys(back).sort()).toEqual(Object.keys(tensors).sort());
        for (const [name, { shape: sides, data }] of Object.entries(tensors)) {
          expect(back[name]!.shape).toEqual(sides);
          expect(bitsOf(back[name]!.data)).toEqual(bitsOf(data));
        }
        expect(Object.entries(readSafetensorsHeader(view).metadata).sort()).toEqual(Object.entries(metadata).sort());
      }),
      { numRuns: 300 },
    );
  });

  test('copies: the file may change afterwards', () => {
    const file = Buffer.from(encodeSafetensors({ a: tensor(1, 2) })); // a Buffer, whose slice would not copy
    const { a } = decodeSafetensors(file);
    file.fill(0xff);
    expect([...a!.data]).toEqual([1, 2]);
  });

  test('a file that Python wrote', () => {
    const file = readFileSync(new URL('../fixtures/python.safetensors', import.meta.url));
    expect(readSafetensorsHeader(file).metadata).toEqual({ format: 'pt' });
    expect(decodeSafetensors(file)).toEqual({
      'h.0.ln_1.weight': { shape: [3], data: Float32Array.of(1, 2.5, -3) },
      scalar: { shape: [], data: Float32Array.of(7) },
      'wte.weight': { shape: [2, 2], data: Float32Array.of(0.5, 0.25, -0.125, 1e-3) },
    });
  });

  test('tensors may be named in another order than they lie in', () => {
    const file = fileOf('{"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', new Uint8Array(Float32Array.of(1, 2).buffer));
    expect(decodeSafetensors(file)).toEqual({ a: tensor(1), b: tensor(2) });
  });

  const entry = (about: string) => `{"a":{${about}}}`;
  test.each([
    ['nothing', new Uint8Array()],
    ['seven bytes', new Uint8Array(7)],
    ['a header longer than the file', fileOf('{}', 0, 3)],
    ['a header longer than any number can be', fileOf('{}', 0, 2 ** 53)],
    ['a header that is not JSON', fileOf('{"a":', 0)],
    ['a header that is not UTF-8', fileOf('{}', 0).with(8, 0xff)],
    ['a header that is a list', fileOf('[]', 0)],
    ['a header that is null', fileOf('null', 0)],
    ['metadata that is no table', fileOf('{"__metadata__":null}', 0)],
    ['metadata that is not text', fileOf('{"__metadata__":{"a":1}}', 0)],
    ['an entry that is no table', fileOf('{"a":3}', 0)],
    ['another type of number', fileOf(entry('"dtype":"F64","shape":[2],"data_offsets":[0,4]'), 4)],
    ['no shape', fileOf(entry('"dtype":"F32","data_offsets":[0,4]'), 4)],
    ['a negative side', fileOf(entry('"dtype":"F32","shape":[-1,-1],"data_offsets":[0,4]'), 4)],
    ['half a side', fileOf(entry('"dtype":"F32","shape":[0.5,2],"data_offsets":[0,4]'), 4)],
    ['sides that overflow', fileOf(entry(`"dtype":"F32","shape":[${2 ** 52},${2 ** 52}],"data_offsets":[0,0]`), 0)],
    ['one offset', fileOf(entry('"dtype":"F32","shape":[1],"data_offsets":[4]'), 4)],
    ['an offset before the numbers', fileOf(entry('"dtype":"F32","shape":[1],"data_offsets":[-4,0]'), 4)],
    ['offsets that do not fit the shape', fileOf(entry('"dtype":"F32","shape":[2],"data_offsets":[0,4]'), 4)],
    ['offsets in the wrong order', fileOf(entry('"dtype":"F32","shape":[0],"data_offsets":[4,0]'), 4)],
    ['numbers cut short', fileOf(entry('"dtype":"F32","shape":[2],"data_offsets":[0,8]'), 7)],
    ['bytes that belong to nothing', fileOf(entry('"dtype":"F32","shape":[1],"data_offsets":[0,4]'), 5)],
    ['a hole', fileOf(entry('"dtype":"F32","shape":[1],"data_offsets":[4,8]'), 8)],
    ['an overlap', fileOf('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}', 8)],
    ['a name that stands twice', fileOf('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}', 8)],
  ])('refuses %s', (_, file) => {
    for (const read of [readSafetensorsHeader, decodeSafetensors]) expect(() => read(file)).toThrow(expect.objectContaining({ name: 'Failure', code: 'unreadable-run-file' }));
  });

  test('any damage is read or refused, never anything else', () => {
    const file = encodeSafetensors({ a: tensor(1, 2, 3), b: tensor(4) }, { c: 'd' });
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.nat(255), (place, byte) => {
        try {
          decodeSafetensors(file.with(place, byte));
        } catch (error) {
          expect(error).toMatchObject({ code: 'unreadable-run-file' });
        }
      }),
      { numRuns: 1000 },
    );
  });
});
