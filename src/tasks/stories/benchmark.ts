/**
 * The benchmark of `stories`: pairs of endings for held-out prompts that differ in one attribute and in no other, decided by the gold reward; endings with a sentence
 * out of order; and ties, which the gold reward cannot tell apart. In the manner of RewardBench (Lambert et al. 2024; Malik et al. 2025); sections are ours.
 */
import type { Random } from '../../contract/random';
import { EOS, type Benchmark, type PreferencePair, type Tie } from '../task';
import { ATTRIBUTES, type Attribute, type Attributes } from './attributes';

interface World {
  random: Random;
  /** A held-out prompt, and what draws one ending after the other. */
  drawPrompt(random: Random): { prompt: readonly number[]; drawAnswer(): number[] };
  attributesOf(prompt: readonly number[], completion: readonly number[]): Attributes;
  gold(prompt: readonly number[], completion: readonly number[]): number;
}

const SIZE = 50;
/** Endings to choose from, of each prompt; and prompts, of which more than enough have what is looked for. */
const DRAWN = 16;
const PROMPTS = 300;
/** As far apart as this nobody would call it a tie. */
const CLEARLY = 0.1;

const SAYS: Record<Attribute, string> = {
  mood: 'One ending is more cheerful, or gloomier; all else that counts is alike.',
  length: 'One ending has a sentence or more than the other; all else that counts is alike.',
  politeness: 'In one ending somebody is more polite; all else that counts is alike.',
  theme: 'One ending stays with the theme of its prompt; all else that counts is alike.',
  rhyme: 'The last two lines of one ending rhyme; all else that counts is alike.',
};

interface Answer {
  completion: readonly number[];
  attributes: Attributes;
  gold: number;
}

export function storiesBenchmark({ random, drawPrompt, attributesOf, gold }: World): Benchmark {
  const asked = Array.from({ length: PROMPTS }, () => {
    const { prompt, drawAnswer } = drawPrompt(random);
    const answers = Array.from({ length: DRAWN }, (): Answer => {
      const completion = drawAnswer();
      return { completion, attributes: attributesOf(prompt, completion), gold: gold(prompt, completion) };
    });
    return { prompt, answers };
  });
  /** One of each prompt at most. */
  const some = <T>(find: (answers: readonly Answer[], prompt: readonly number[]) => T | undefined): T[] => asked.flatMap(({ prompt, answers }) => find(answers, prompt) ?? []).slice(0, SIZE);

  const byAttribute = ATTRIBUTES.map((name) => ({
    id: name, title: `${name.charAt(0).toUpperCase()}${name.slice(1)} alone`, says: SAYS[name],
    pairs: some((answers, prompt) => decided(prompt, pairsOf(answers).find(([a, b]) => a.gold !== b.gold && ATTRIBUTES.every((other) => (a.attributes[other] === b.attributes[other]) === (other !== name))))),
  }));
  const broken = {
    id: 'out-of-order', title: 'Out of order', says: 'The rejected side is the chosen one with its words in another order.',
    pairs: some(([first], prompt) => {
      if (!first) return undefined;
      const worse = [...random.shuffle(first.completion.slice(0, -1)), EOS];
      return decided(prompt, [first, { ...first, completion: worse, gold: gold(prompt, worse) }]);
    }),
  };
  return { sections: [...byAttribute, broken].filter(({ pairs }) => pairs.length > 0), ties: some(tieAmong) };
}

const pairsOf = (answers: readonly Answer[]): [Answer, Answer][] => answers.flatMap((a, i) => answers.slice(i + 1).map((b): [Answer, Answer] => [a, b]));

function decided(prompt: readonly number[], pair: readonly [Answer, Answer] | undefined): PreferencePair | undefined {
  if (!pair || pair[0].gold === pair[1].gold) return undefined;
  const [better, worse] = pair[0].gold > pair[1].gold ? pair : [pair[1], pair[0]];
  return { prompt, chosen: better.completion, rejected: worse.completion };
}

function tieAmong(answers: readonly Answer[], prompt: readonly number[]): Tie | undefined {
  for (const [a, b] of pairsOf(answers)) {
    const worse = answers.find((other) => other.gold < a.gold - CLEARLY);
    if (a.gold === b.gold && a.completion.join() !== b.completion.join() && worse) {
      return { prompt, equal: [a.completion, b.completion], worse: [worse.completion], reference: { prompt, chosen: a.completion, rejected: worse.completion } };
    }
  }
  return undefined;
}
