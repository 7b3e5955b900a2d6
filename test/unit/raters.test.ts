/** Simulated raters: what each would say, what their votes become, and what the task `stories` makes of noise, bias and disagreement. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/contract/random';
import type { TaskConfig } from '../../src/contract/tasks';
import { agreementOn, chanceOfFirst, drawMoves, labelOf, LABELS, someRaters } from '../../src/tasks/raters';
import { Stories } from '../../src/tasks/stories/stories-world';

const coin = () => Random.of(1, 'coin');

describe('a rater', () => {
  it('is Bradley-Terry: a coin where nothing differs, certain in the end, and symmetric', () => {
    expect(chanceOfFirst({ difference: 0, bias: 0, temperature: 1 })).toBe(0.5);
    expect(chanceOfFirst({ difference: Math.log(3), bias: 0, temperature: 1 })).toBeCloseTo(0.75, 12);
    expect(chanceOfFirst({ difference: 1, bias: 0, temperature: 1e-3 })).toBe(1);
    expect(chanceOfFirst({ difference: -1, bias: 0, temperature: 1e-6 })).toBe(0);
    expect(chanceOfFirst({ difference: 1, bias: 0, temperature: 1e9 })).toBeCloseTo(0.5, 6);
    for (const difference of [0.1, 2, 30]) expect(chanceOfFirst({ difference, bias: 0, temperature: 0.7 }) + chanceOfFirst({ difference: -difference, bias: 0, temperature: 0.7 })).toBeCloseTo(1, 12);
  });

  it('with a bias is as one to whom that side is worth so much more', () => {
    expect(chanceOfFirst({ difference: 0.2, bias: 0.3, temperature: 0.1 })).toBe(chanceOfFirst({ difference: 0.5, bias: 0, temperature: 0.1 }));
    expect(chanceOfFirst({ difference: 0.3, bias: -0.3, temperature: 0.1 })).toBe(0.5);
  });

  it('has moved each weight by a draw of the deviation asked for, none where it is 0', () => {
    expect(drawMoves(3, 2, 0, coin()).flat().map(Math.abs)).toEqual([0, 0, 0, 0, 0, 0]);
    const moves = drawMoves(2000, 3, 0.5, coin()).flat();
    expect(Math.abs(moves.reduce((sum, x) => sum + x, 0) / moves.length)).toBeLessThan(0.02);
    expect(Math.sqrt(moves.reduce((sum, x) => sum + x * x, 0) / moves.length)).toBeCloseTo(0.5, 1);
  });

  it('is asked once about a pair, each as often as any other', () => {
    const random = coin();
    const asked = Array.from({ length: 3000 }, () => someRaters(6, 2, random));
    expect(asked.every(([one, other]) => one !== other)).toBe(true);
    for (let rater = 0; rater < 6; rater++) expect(Math.abs(asked.flat().filter((each) => each === rater).length - 1000)).toBeLessThan(100);
    expect(() => someRaters(3, 4, random)).toThrow('at most 3');
  });
});

describe('votes', () => {
  const label = (votes: readonly boolean[], labels: (typeof LABELS)[number]) => labelOf(votes, labels, coin());

  it('become what most said, what the first said, or a share', () => {
    const votes = [false, true, true, true];
    expect(label(votes, 'votes')).toEqual({ isFirst: true });
    expect(label(votes, 'one')).toEqual({ isFirst: false });
    expect(label(votes, 'shares')).toEqual({ isFirst: true, probability: 0.75 });
    expect(label([false, false, false, true], 'shares')).toEqual({ isFirst: false, probability: 0.75 });
    for (const labels of LABELS) expect(label([true], labels).isFirst).toBe(true);
    expect(() => label([], 'votes')).toThrow('at least one vote');
  });

  it('that are as many on both sides are decided by a coin, and say so as a share', () => {
    const random = coin();
    const firsts = Array.from({ length: 2000 }, () => labelOf([true, false], 'votes', random)).filter(({ isFirst }) => isFirst).length;
    expect(Math.abs(firsts - 1000)).toBeLessThan(100);
    expect(label([true, false], 'shares').probability).toBe(0.5);
  });

  it('agree as Fleiss has it, of more than one rater', () => {
    expect(agreementOn([[true, true, true], [false, false, false]])).toEqual({ raw: 1, kappa: 1 });
    expect(agreementOn([[true], [false]])).toBeUndefined();
    expect(agreementOn([])).toBeUndefined();
  });
});

describe('stories', () => {
  const CONFIG: TaskConfig<'stories'> = {
    id: 'stories', language: 'English', community: 'weights', temperature: 0.05, mood: 1, length: -0.5, politeness: 0.5, theme: 0.5, rhyme: 0.5, pairs: 1000, pairsIn: 'same',
    raters: 1, labels: 'votes', raterNoise: 1, disagreement: 0, bias: 0, biasToward: 'longer', panel: 1,
  };
  const open = (settings: Partial<TaskConfig<'stories'>> = {}) => new Stories({ ...CONFIG, ...settings });
  const sentences = (text: string) => text.split('.').length;
  const measure = (settings: Partial<TaskConfig<'stories'>>) => {
    const task = open(settings);
    const pairs = task.pairs('train');
    const decided = pairs.filter(({ prompt, chosen, rejected }) => task.gold(prompt, chosen) !== task.gold(prompt, rejected));
    const uneven = pairs.map(({ chosen, rejected }) => sentences(task.tokenizer.decode(chosen)) - sentences(task.tokenizer.decode(rejected))).filter((more) => more !== 0);
    return {
      right: decided.filter(({ prompt, chosen, rejected }) => task.gold(prompt, chosen) > task.gold(prompt, rejected)).length / decided.length,
      longer: uneven.filter((more) => more > 0).length / uneven.length,
      kappa: task.agreement()?.kappa,
      pairs,
    };
  };
  const plain = measure({});

  it('asks one rater of the community where nothing is set, who is right as often as its noise allows', () => {
    expect(plain.kappa).toBeUndefined();
    expect(plain.pairs.every((pair) => pair.probability === undefined)).toBe(true);
    expect(Math.abs(plain.right - open().ceiling('seen'))).toBeLessThan(0.04);
  });

  it('of another panel says other things of the same pairs', () => {
    const others = open({ panel: 2 }).pairs('train');
    const sides = (pairs: typeof others) => pairs.map(({ prompt, chosen, rejected }) => [prompt.join(), ...[chosen.join(), rejected.join()].sort()].join('>'));
    expect(sides(others)).toEqual(sides(plain.pairs));
    const changed = others.filter(({ chosen }, i) => chosen.join() !== plain.pairs[i]!.chosen.join()).length / others.length; // as many
    expect(changed).toBeGreaterThan(0.1);
    expect(changed).toBeLessThan(0.4);
  }, 60_000);

  it('noise takes labels toward coins, and asking more raters gives some of it back', () => {
    const [noisy, coins, many] = [measure({ raterNoise: 4 }), measure({ raterNoise: 100 }), measure({ raterNoise: 4, raters: 9 })];
    expect(noisy.right).toBeLessThan(plain.right - 0.1);
    expect(Math.abs(coins.right - 0.5)).toBeLessThan(0.06);
    expect(many.right).toBeGreaterThan(noisy.right + 0.08);
  }, 60_000);

  it('a bias toward the longer takes labels there, against a taste for the shorter; one toward the first shown only adds noise', () => {
    const [longer, first] = [measure({ bias: 0.5 }), measure({ bias: 0.5, biasToward: 'first' })];
    expect(plain.longer).toBeLessThan(0.5);
    expect(longer.longer).toBeGreaterThan(0.8);
    expect(first.longer).toBeLessThan(longer.longer - 0.25);
    expect(first.right).toBeLessThan(plain.right - 0.1);
  }, 60_000);

  it('raters of different tastes agree less, and shares say how much', () => {
    const [alike, apart] = [measure({ raters: 5, labels: 'shares' }), measure({ raters: 5, labels: 'shares', disagreement: 1.5 })];
    expect(alike.kappa).toBeGreaterThan(0.4);
    expect(apart.kappa).toBeLessThan(alike.kappa! - 0.15); // five raters have one
    const meanShare = ({ pairs }: typeof alike) => pairs.reduce((sum, { probability }) => sum + probability!, 0) / pairs.length; // shares say it
    expect(meanShare(apart)).toBeLessThan(meanShare(alike));
    expect(new Set(alike.pairs.map(({ probability }) => probability))).toEqual(new Set([0.6, 0.8, 1]));
  }, 60_000);

  it('held-out pairs stay what the community says, whoever labels', () => {
    expect(open({ raterNoise: 100, bias: 2, disagreement: 5, raters: 3, labels: 'shares' }).pairs('seen')).toEqual(open().pairs('seen'));
  }, 60_000);

  it('has of everyone as many raters from each community', () => {
    const task = open({ community: 'everyone', temperature: 0.005, raters: 12, labels: 'shares' });
    const shares = new Set(task.pairs('train').map(({ probability }) => Math.round(12 * probability!)));
    expect([...shares].filter((share) => share === 8 || share === 12).length).toBe(2); // two communities of three, or all
  }, 60_000);
});
