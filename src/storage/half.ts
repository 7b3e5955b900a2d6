/** IEEE 754 half precision, 16 bits: 1 of sign, 5 of exponent, 10 of mantissa. Numbers of shipped models. */

const bits = new DataView(new ArrayBuffer(4));

/** Every half is a float. @param half its 16 bits */
export function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const mantissa = half & 1023;
  if (exponent === 31) return mantissa === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * mantissa * 2 ** -24 : sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

const tables = new Map<(half: number) => number, Float32Array>();

/** Of many halves none is worked out twice. @param of `fromHalf` or `fromBrain` */
export function floatsOf(halves: Uint16Array, of: (half: number) => number): Float32Array {
  const table = tables.get(of) ?? Float32Array.from({ length: 2 ** 16 }, (_, half) => of(half));
  tables.set(of, table);
  const floats = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) floats[i] = table[halves[i]!]!; // below the length, and a half; `from` takes twenty times as long
  return floats;
}

/** bfloat16 is the upper half of a float. @param half its 16 bits */
export function fromBrain(half: number): number {
  bits.setUint32(0, half * 2 ** 16);
  return bits.getFloat32(0);
}

/** The nearest half, of two as near the even one; infinite from 65,520. @returns its 16 bits */
export function toHalf(number: number): number {
  bits.setFloat32(0, number);
  const float = bits.getUint32(0);
  const sign = (float >>> 16) & 0x8000;
  const magnitude = float & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // no number
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) return sign | toEven(Math.abs(Math.fround(number)) * 2 ** 24); // below the smallest normal half: counted in steps of 2⁻²⁴
  const raised = magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1);
  return sign | (raised >>> 13);
}

/** To the nearest whole number, of two as near the even one. */
function toEven(x: number): number {
  const below = Math.floor(x);
  const over = x - below;
  return over > 0.5 || (over === 0.5 && below % 2 === 1) ? below + 1 : below;
}
