/**
 * Seeded random numbers: Threefry-2x32 with 20 rounds (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
 *
 * Counter-based: number n of a stream is a pure function of (seed, stream, n), so a stream's whole state is one integer,
 * and because it uses only 32-bit add, rotate and xor the same numbers can be made in WGSL and in WASM.
 */

const PARITY = 0x1bd11bda;
const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;

/** One block: two 32-bit keys and two 32-bit counters give two unsigned 32-bit words. */
export function threefry2x32(key0: number, key1: number, counter0: number, counter1: number): [number, number] {
  const keys = [key0 | 0, key1 | 0, key0 ^ key1 ^ PARITY] as const;
  let x = (counter0 + keys[0]) | 0;
  let y = (counter1 + keys[1]) | 0;
  for (let round = 0; round < 20; round++) {
    const turn = ROTATIONS[round % 8]!;
    x = (x + y) | 0;
    y = ((y << turn) | (y >>> (32 - turn))) ^ x;
    if (round % 4 === 3) {
      const block = (round + 1) / 4;
      x = (x + keys[block % 3]!) | 0;
      y = (y + keys[(block + 1) % 3]! + block) | 0;
    }
  }
  return [x >>> 0, y >>> 0];
}

/** 32-bit FNV-1a, so that streams can be named in words. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Everything needed to go on drawing from a stream. */
export interface RandomState {
  seed: number;
  stream: number;
  drawn: number;
}

/** A stream of random numbers. Two streams with different names never share numbers, so adding a draw to one moves no other. */
export class Random {
  private constructor(
    private readonly seed: number,
    private readonly stream: number,
    private drawn: number,
  ) {}

  static of(seed: number, stream: string): Random {
    return new Random(seed >>> 0, hashText(stream), 0);
  }

  static from({ seed, stream, drawn }: RandomState): Random {
    return new Random(seed, stream, drawn);
  }

  get state(): RandomState {
    return { seed: this.seed, stream: this.stream, drawn: this.drawn };
  }

  /** Passes over `count` numbers, drawn elsewhere from this stream's state. */
  passOver(count: number): void {
    this.drawn += count;
  }

  /** Uniform in [0, 1), 32 bits of it. */
  next(): number {
    const n = this.drawn++;
    return threefry2x32(this.seed, this.stream, n, Math.floor(n / 2 ** 32))[0] / 2 ** 32;
  }

  /** Uniform integer in [0, end). */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  /** `count` uniforms in (0, 1), 23 bits each: with the half added float32 holds them exactly, and none rounds to 0 or 1. */
  uniforms(count: number): Float32Array {
    const out = new Float32Array(count);
    for (let i = 0; i < count; i++) out[i] = (Math.floor(this.next() * 2 ** 23) + 0.5) / 2 ** 23;
    return out;
  }

  /**
   * `count` draws from a normal with mean 0: the sum of twelve uniforms (Irwin-Hall), which has the right mean and variance
   * and tails that end at 6 deviations. Only additions, so every browser makes the same bits; Math.log and Math.cos may differ.
   */
  normals(count: number, standardDeviation: number): Float32Array {
    const out = new Float32Array(count);
    for (let i = 0; i < count; i++) {
      let sum = -6;
      for (let k = 0; k < 12; k++) sum += this.next();
      out[i] = sum * standardDeviation;
    }
    return out;
  }

  /** Fisher-Yates in place. */
  shuffle<T>(items: T[]): T[] {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [items[i], items[j]] = [items[j]!, items[i]!];
    }
    return items;
  }
}
