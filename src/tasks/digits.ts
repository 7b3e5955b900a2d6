/**
 * `digits`: put a few digits in order (or copy them). Right and wrong can be told by a rule, so training may use the true reward itself.
 *
 * Example answers have mistakes: a model that imitates them makes as many, and a reward that can be checked takes it past its teachers.
 * The gold reward is the share of digits in their place, 0 for an answer that does not end in the right place. Partial credit, because a reward
 * for nothing but exact answers says nothing about most answers of a beginner; its maximum is the exact answer and nothing else, so both ask for the same.
 * Preferences: P(a over b) = σ((gold(a) − gold(b)) / temperature), Bradley-Terry with reward = gold / temperature.
 * Everything is split by the handful of digits, whatever their order: a tenth of all handfuls is in no training text, prompt or pair.
 */
import { exp } from '../contract/exact';
import { detail } from '../contract/details';
import { Failure } from '../contract/failures';
import { hashText, Random } from '../contract/random';
import type { TaskConfig } from '../contract/tasks';
import { EOS, PAD, type Example, type PairSplit, type PreferencePair, type Split, type Task, type TaskDefinition } from './task';
import { writtenAlphabet } from './tokenizer/written';

const VOCABULARY = ['▁', '⏎', '→', ...'0123456789'] as const;
/** Ends a prompt: the answer follows. */
const ARROW = 2;
const FIRST_DIGIT = 3;
/** Eight digits, the arrow, eight digits, the end, and two to spare for a completion that goes on too long. One for all settings, so that models fit each of them. */
const CONTEXT = 20;
const HELD_OUT_SHARE = 0.1;
const TEXTS: Record<Split, number> = { train: 20_000, 'held-out': 2000 };
const HELD_OUT_PAIRS = 4096;
const SHOWN = 8;
/** Data belongs to the task, not to a run: every seed sees the same. */
const DATA_SEED = 20261125;

const inOrder = (digits: readonly number[]): number[] => digits.toSorted((a, b) => a - b);

/** A handful is held out with all its orders. */
const isHeldOut = (digits: readonly number[]): boolean => hashText(`${DATA_SEED}/${inOrder(digits).join()}`) / 2 ** 32 < HELD_OUT_SHARE;

class Digits implements Task {
  readonly tokenizer = { vocabulary: VOCABULARY, decode, written: () => writtenAlphabet(VOCABULARY) };
  readonly context = CONTEXT;
  readonly isVerifiable = true;
  readonly #config: TaskConfig<'digits'>;
  readonly #demonstrations: Record<Split, Example[]>;
  /** Made when first asked for: learning from a checked reward needs none. */
  #pairs: Record<PairSplit, { pairs: PreferencePair[]; ceiling: number }> | undefined;

  constructor(config: TaskConfig<'digits'>) {
    this.#config = config;
    const demonstrationsOf = (split: Split): Example[] => {
      const random = Random.of(DATA_SEED, `digits/demonstrations/${split}`);
      return Array.from({ length: TEXTS[split] }, () => {
        const prompt = this.prompt(split, random);
        const right = this.#answerTo(prompt);
        return { prompt, completion: [...(random.next() < config.mistakes ? withMistake(right, random) : right), EOS] };
      });
    };
    this.#demonstrations = { train: demonstrationsOf('train'), 'held-out': demonstrationsOf('held-out') };
  }

  corpus(split: Split) {
    return this.#demonstrations[split].map(({ prompt, completion }) => [...prompt, ...completion]);
  }

  demonstrationCount(split: Split) {
    return TEXTS[split];
  }

  demonstration(split: Split, index: number) {
    return this.#demonstrations[split][index]!; // an index below the count
  }

  /** Digits, which an arrow may follow. */
  read(text: string) {
    const digits = text.replace(/\s/g, '').replace(/→$/, '');
    if (!/^[0-9]+$/.test(digits)) throw new Failure('unusable-prompt', detail('prompt-digits'));
    return [...[...digits].map((digit) => FIRST_DIGIT + Number(digit)), ARROW];
  }

  prompt(split: Split, random: Random) {
    for (;;) {
      const digits = Array.from({ length: this.#config.digits }, () => FIRST_DIGIT + random.below(10));
      if (isHeldOut(digits) === (split === 'held-out')) return [...digits, ARROW];
    }
  }

  showcase() {
    const random = Random.of(DATA_SEED, 'digits/showcase');
    return Array.from({ length: SHOWN }, () => this.prompt('held-out', random));
  }

  pairs(split: PairSplit) {
    return this.#allPairs[split].pairs;
  }

  ceiling(split: PairSplit) {
    return this.#allPairs[split].ceiling;
  }

  gold(prompt: readonly number[], completion: readonly number[]) {
    const right = this.#answerTo(prompt);
    if (completion.length !== right.length + 1 || completion.at(-1) !== EOS) return 0;
    return right.filter((digit, i) => completion[i] === digit).length / right.length;
  }

  preference(prompt: readonly number[], one: readonly number[], other: readonly number[]) {
    return 1 / (1 + exp((this.gold(prompt, other) - this.gold(prompt, one)) / this.#config.labelTemperature));
  }

  isReal(prompt: readonly number[], completion: readonly number[]) {
    return this.gold(prompt, completion) === 1;
  }

  #answerTo(prompt: readonly number[]): number[] {
    const digits = prompt.slice(0, -1);
    return this.#config.answer === 'sort' ? inOrder(digits) : digits;
  }

  get #allPairs() {
    if (this.#pairs) return this.#pairs;
    const unseen = this.#drawPairs('unseen', 'held-out', HELD_OUT_PAIRS);
    const seen = this.#drawPairs('seen', 'train', HELD_OUT_PAIRS);
    // A pair that is held out may not be met in training.
    const train = this.#drawPairs('train', 'train', this.#config.pairs, seen.keys);
    return (this.#pairs = { train, seen, unseen });
  }

  /** Two answers with none to two mistakes each, one better than the other; which is chosen is drawn. */
  #drawPairs(name: PairSplit, from: Split, count: number, avoid: ReadonlySet<string> = new Set()) {
    const random = Random.of(DATA_SEED, `digits/pairs/${name}`);
    const pairs: PreferencePair[] = [];
    const keys = new Set<string>();
    let certainty = 0;
    while (pairs.length < count) {
      const prompt = this.prompt(from, random);
      const right = this.#answerTo(prompt);
      const [a, b] = [someAnswer(right, random), someAnswer(right, random)];
      const key = [prompt.join(), ...[a.join(), b.join()].sort()].join('>');
      if (this.gold(prompt, a) === this.gold(prompt, b) || avoid.has(key)) continue;
      const chance = this.preference(prompt, a, b);
      const [chosen, rejected] = random.next() < chance ? [a, b] : [b, a];
      pairs.push({ prompt, chosen, rejected });
      keys.add(key);
      certainty += Math.max(chance, 1 - chance);
    }
    return { pairs, keys, ceiling: certainty / count };
  }
}

const someAnswer = (right: readonly number[], random: Random): number[] => {
  let answer = [...right];
  for (let left = random.below(3); left > 0; left--) answer = withMistake(answer, random);
  return [...answer, EOS];
};

/** One digit become another, or two neighbours changed places where they differ. As long as before, and never the same. */
function withMistake(answer: readonly number[], random: Random): number[] {
  const wrong = [...answer];
  const place = random.below(wrong.length);
  const here = wrong[place]!; // places below the length
  const next = wrong[place + 1];
  if (next !== undefined && next !== here && random.below(2) === 0) wrong.splice(place, 2, next, here);
  else wrong[place] = FIRST_DIGIT + ((here - FIRST_DIGIT + 1 + random.below(9)) % 10);
  return wrong;
}

/** `53142 → 12345` */
function decode(tokens: readonly number[]): string {
  const text = tokens.filter((token) => token !== PAD && token !== EOS).map((token) => VOCABULARY[token]).join('');
  return text.replaceAll('→', ' → ').trim();
}

const CERTAIN = { low: 0, leaving: 'An entropy cannot fall below 0.' };

export const digits = {
  id: 'digits',
  title: 'Digits',
  teaches: 'Where right and wrong can be checked, a reward needs no people and no reward model: a policy can become better than the examples it learned from.',
  source: 'Made here from a fixed seed: random digits, and answers with mistakes.',
  licence: 'No data from elsewhere.',
  goldUnit: 'fraction right',
  goldMeans: 'Here: the share of digits in their place, 0 for an answer that does not end in the right place.',
  // There is one right answer to each prompt, so a policy that is sure of it has learned it.
  healthy: { entropy: CERTAIN, 'policy/entropy_avg': CERTAIN },
  textTokens: 12,
  vocabulary: VOCABULARY,
  open: (_: string, config: TaskConfig<'digits'>) => new Digits(config),
} satisfies TaskDefinition<'digits'>;
