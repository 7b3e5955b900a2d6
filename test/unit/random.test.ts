/** The random streams against the authors' published vectors, then against what every consumer of random numbers relies on. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random, hashText, threefry2x32 } from '../../src/contract/random';

const DRAWS = 100_000;

const momentsOf = (values: Float32Array | number[]) => {
  let mean = 0;
  for (const value of values) mean += value / values.length;
  let variance = 0;
  for (const value of values) variance += (value - mean) ** 2 / values.length;
  return { mean, variance };
};

describe('Threefry-2x32', () => {
  // Known answers that come with the authors' Random123 library, 20 rounds.
  test.each([
    { key: [0, 0], counter: [0, 0], words: [0x6b200159, 0x99ba4efe] },
    { key: [0xffffffff, 0xffffffff], counter: [0xffffffff, 0xffffffff], words: [0x1cb996fc, 0xbb002be7] },
    { key: [0x13198a2e, 0x03707344], counter: [0x243f6a88, 0x85a308d3], words: [0xc4923a9c, 0x483df7a0] },
  ] as const)('key $key and counter $counter give the published words', ({ key, counter, words }) => {
    expect(threefry2x32(key[0], key[1], counter[0], counter[1])).toEqual(words);
  });

  test('hashes are those of 32-bit FNV-1a', () => {
    // Published test vectors of the hash's authors.
    expect(hashText('')).toBe(0x811c9dc5);
    expect(hashText('a')).toBe(0xe40c292c);
    expect(hashText('foobar')).toBe(0xbf9cf968);
  });
});

describe('a stream', () => {
  test('repeats itself for its seed and name, and for no other', () => {
    const draw = (seed: number, name: string) => {
      const random = Random.of(seed, name);
      return Array.from({ length: 50 }, () => random.next());
    };
    const first = draw(1, 'a');
    expect(draw(1, 'a')).toEqual(first);
    expect(new Set(first).size).toBe(50);
    for (const other of [draw(2, 'a'), draw(1, 'b')]) expect(other.filter((value) => first.includes(value))).toEqual([]);
  });

  test('goes on from its state as if never stopped, wherever it was stopped', () => {
    fc.assert(
      fc.property(fc.nat(), fc.string(), fc.nat(200), (seed, name, stopAt) => {
        const whole = Random.of(seed, name);
        const stopped = Random.of(seed, name);
        for (let i = 0; i < stopAt; i++) expect(stopped.next()).toBe(whole.next());
        // As it goes through a checkpoint.
        const resumed = Random.from(JSON.parse(JSON.stringify(stopped.state)));
        for (let i = 0; i < 20; i++) expect(resumed.next()).toBe(whole.next());
        expect(resumed.state).toEqual(whole.state);
      }),
      { numRuns: 50 },
    );
  });

  test('passing over numbers leaves it where drawing them would have', () => {
    const [drawn, passed] = [Random.of(1, 'a'), Random.of(1, 'a')];
    drawn.uniforms(37);
    passed.passOver(37);
    expect(passed.next()).toBe(drawn.next());
  });

  test('does not repeat after 2^32 draws', () => {
    const at = (drawn: number) => Random.from({ seed: 7, stream: hashText('far'), drawn }).next();
    expect(at(2 ** 32)).not.toBe(at(0));
    expect(at(2 ** 32 + 1)).not.toBe(at(1));
  });

  test('two streams of one seed are uncorrelated', () => {
    const a = Array.from({ length: DRAWS }, ((random) => () => random.next() - 0.5)(Random.of(1, 'a')));
    const b = Array.from({ length: DRAWS }, ((random) => () => random.next() - 0.5)(Random.of(1, 'b')));
    const correlation = (12 * a.reduce((sum, value, i) => sum + value * b[i]!, 0)) / DRAWS;
    // Four standard errors.
    expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(DRAWS));
  });
});

describe('draws', () => {
  test('uniforms lie strictly between 0 and 1 and have the moments of a uniform', () => {
    const values = Random.of(3, 'uniforms').uniforms(DRAWS);
    expect(values.every((value) => value > 0 && value < 1)).toBe(true);
    const { mean, variance } = momentsOf(values);
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / DRAWS));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(4 * Math.sqrt(1 / 180 / DRAWS));
  });

  // Found by search in the stream whose keys are both 0. A uniform of 1 would make infinite Gumbel noise: that token is then drawn whatever its logit.
  test.each([
    ['largest', 3_154_904, 0xffffff84],
    ['smallest', 20_026_736, 0x00000008],
  ])('uniforms stay inside where the stream draws one of its %s words', (_, drawn, word) => {
    expect(threefry2x32(0, 0, drawn, 0)[0]).toBe(word);
    const [value] = Random.from({ seed: 0, stream: 0, drawn }).uniforms(1);
    expect(value).toBeGreaterThan(0);
    expect(value).toBeLessThan(1);
    expect(value).toBeCloseTo(word / 2 ** 32, 6);
  });

  test('normals have the moments of a normal with the deviation asked for', () => {
    const deviation = 0.02;
    const values = Random.of(4, 'normals').normals(DRAWS, deviation);
    const { mean, variance } = momentsOf(values);
    expect(Math.abs(mean)).toBeLessThan((4 * deviation) / Math.sqrt(DRAWS));
    // The variance of a sample variance of normals is 2 σ⁴ / n; Irwin-Hall's tails are lighter, so this is generous.
    expect(Math.abs(variance / deviation ** 2 - 1)).toBeLessThan(4 * Math.sqrt(2 / DRAWS));
    expect(values.every((value) => Math.abs(value) <= 6 * deviation * (1 + 1e-6))).toBe(true);
    const beyondTwo = values.filter((value) => Math.abs(value) > 2 * deviation).length / DRAWS;
    // 4.55 % for a normal; twelve uniforms come within a tenth of that.
    expect(beyondTwo).toBeGreaterThan(0.041);
    expect(beyondTwo).toBeLessThan(0.05);
  });

  test('whole numbers are below their end and equally frequent', () => {
    const random = Random.of(5, 'below');
    const counts = new Array<number>(26).fill(0);
    for (let i = 0; i < DRAWS; i++) counts[random.below(26)]!++;
    const expected = DRAWS / 26;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 25 degrees of freedom: 1 in 10,000 lies above 58.
    expect(chiSquare).toBeLessThan(58);
  });

  test('a shuffle keeps every item and puts each in each place equally often', () => {
    const random = Random.of(6, 'shuffle');
    const places = Array.from({ length: 5 }, () => new Array<number>(5).fill(0));
    const rounds = 20_000;
    for (let i = 0; i < rounds; i++) {
      const items = random.shuffle([0, 1, 2, 3, 4]);
      expect(items.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
      items.forEach((item, place) => places[item]![place]!++);
    }
    const error = Math.sqrt((0.2 * 0.8) / rounds);
    for (const count of places.flat()) expect(Math.abs(count / rounds - 0.2)).toBeLessThan(4.5 * error);
  });
});
