/**
 * The benchmark of `names`: five sections of up to 50 pairs and up to 50 ties, of names that stand in no training data, decided by their true births.
 * In the manner of RewardBench (Lambert et al. 2024) and its second version (Malik et al. 2025); sections and thresholds are ours.
 */
import { Random } from '../contract/random';
import type { Benchmark, BenchmarkSection, PreferencePair, Tie } from './task';

/** A name with what the benchmark needs to know of it. */
export interface BenchmarkName {
  text: string;
  sex: 'F' | 'M';
  births: number;
}

/** How names become texts. */
export interface Spelling {
  /** @param sex null where it is not told @param letters that the prompt has */
  pair(sex: 'F' | 'M' | null, prompt: string, chosen: string, rejected: string): PreferencePair;
  completion(name: string, prompt: string): number[];
  /** Whether anybody of that sex was ever given this name. */
  isName(sex: 'F' | 'M', text: string): boolean;
  /** Letters of the longest text that a model can read. */
  longest: number;
}

const SIZE = 50;
/** Births of the better side, and how many times those of the other. */
const EASY = { least: 100, times: 100 };
const CLEAR = { least: 20, times: 5 };
/** Births as near as this are a tie. */
const TIE = 1.25;

interface Decided {
  better: BenchmarkName;
  worse: BenchmarkName;
}

/** @param names held out @param lengthSign −1 where longer names are rarer, else 1: what a judge by length alone would go by */
export function namesBenchmark(names: readonly BenchmarkName[], lengthSign: number, spelling: Spelling, seed: number): Benchmark {
  const random = Random.of(seed, 'names/benchmark');
  const rivals = rivalsOf(names);
  const decided = (rule: { least: number; times: number }, holds: (pair: Decided) => boolean = () => true): Decided[] =>
    rivals.flatMap(([a, b]) => {
      const [better, worse] = a.births > b.births ? [a, b] : [b, a];
      return better.births >= rule.least && better.births >= rule.times * Math.max(1, worse.births) && holds({ better, worse }) ? [{ better, worse }] : [];
    });
  /** Each name wins once at most, so that a few great names do not decide a section. */
  const some = (pairs: readonly Decided[]): Decided[] => {
    const met = new Set<string>();
    return random.shuffle([...pairs]).filter(({ better: { sex, text } }) => !met.has(sex + text) && met.add(sex + text)).slice(0, SIZE);
  };
  const shared = ({ better, worse }: Decided) => Math.min(3, sharedStart(better.text, worse.text));
  const asked = (pair: Decided): PreferencePair => spelling.pair(pair.better.sex, pair.better.text.slice(0, shared(pair)), pair.better.text, pair.worse.text);
  const section = (id: string, title: string, says: string, pairs: readonly PreferencePair[]): BenchmarkSection => ({ id, title, says, pairs });

  const sections = [
    section('easy', 'Easy', 'One name was given a hundred times as often as the other.', some(decided(EASY)).map(asked)),
    section('hard-lexical', 'Hard: nearly the same letters', 'The names differ by a single letter, yet one was given five times as often.', some(decided(CLEAR, ({ better, worse }) => isOneLetterApart(better.text, worse.text))).map(asked)),
    section('length-adversarial', 'Length misleads', 'The better name has the length that is usually the worse one, by two letters or more.', some(decided(CLEAR, ({ better, worse }) => lengthSign * (better.text.length - worse.text.length) <= -2)).map(asked)),
    section('repetition-adversarial', 'Repetition', 'The rejected side is the chosen name with its end said twice, which is nobody’s name.', repeated(names, spelling, random)),
    section('unusual-prompts', 'Unusual prompts', 'The prompt does not tell the sex, which no pair in training ever left out; one name was given five times as often to girls and boys together.', unsexed(names, spelling, random)),
  ];
  return { sections: sections.filter(({ pairs }) => pairs.length > 0), ties: tiesOf(names, spelling, random) };
}

/** Pairs of names of one sex with the same first letter. */
function rivalsOf(names: readonly BenchmarkName[]): [BenchmarkName, BenchmarkName][] {
  const groups = new Map<string, BenchmarkName[]>();
  for (const name of names) {
    const key = name.sex + name.text[0];
    const group = groups.get(key);
    if (group) group.push(name);
    else groups.set(key, [name]);
  }
  return [...groups.values()].flatMap((group) => group.flatMap((a, i) => group.slice(i + 1).map((b): [BenchmarkName, BenchmarkName] => [a, b])));
}

/** Letters that both begin with; the prompt leaves each at least one to complete. */
function sharedStart(a: string, b: string): number {
  let length = 0;
  while (length < Math.min(a.length, b.length) - 1 && a[length] === b[length]) length += 1;
  return length;
}

/** One letter changed, or one more. */
export function isOneLetterApart(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  let same = 0;
  while (same < short.length && short[same] === long[same]) same += 1;
  const rest = short.length === long.length ? short.slice(same + 1) : short.slice(same);
  return long.length - short.length <= 1 && a !== b && rest === long.slice(same + 1);
}

const twice = (text: string): string => text + text.slice(-2);

function repeated(names: readonly BenchmarkName[], { pair, isName, longest }: Spelling, random: Random): PreferencePair[] {
  const known = names.filter(({ births, sex, text }) => births >= CLEAR.least && twice(text).length <= longest && !isName(sex, twice(text)));
  return random.shuffle([...known]).slice(0, SIZE).map(({ sex, text }) => pair(sex, text.slice(0, 1), text, twice(text)));
}

/** By births of both sexes together. */
function unsexed(names: readonly BenchmarkName[], { pair }: Spelling, random: Random): PreferencePair[] {
  const births = new Map<string, number>();
  for (const name of names) births.set(name.text, (births.get(name.text) ?? 0) + name.births);
  const texts = random.shuffle([...births.keys()]);
  const pairs: PreferencePair[] = [];
  for (const better of texts) {
    if (pairs.length === SIZE) break;
    const count = births.get(better)!; // a key of this map
    if (count < CLEAR.least) continue;
    const worse = texts.find((text) => text !== better && text[0] === better[0] && count >= CLEAR.times * Math.max(1, births.get(text)!)); // as above
    if (worse !== undefined) pairs.push(pair(null, better.slice(0, 1), better, worse));
  }
  return pairs;
}

/** Two names about as common, against one much rarer than either; the plain pair is the first of them against that one. */
function tiesOf(names: readonly BenchmarkName[], { pair, completion }: Spelling, random: Random): Tie[] {
  const shuffled = random.shuffle([...names]);
  const ties: Tie[] = [];
  const met = new Set<BenchmarkName>();
  for (const first of shuffled) {
    if (ties.length === SIZE) break;
    if (first.births < CLEAR.least || met.has(first)) continue;
    const isRival = (name: BenchmarkName) => name !== first && name.sex === first.sex && name.text[0] === first.text[0];
    const second = shuffled.find((name) => isRival(name) && !met.has(name) && name.births <= TIE * first.births && first.births <= TIE * name.births);
    const worse = shuffled.find((name) => isRival(name) && Math.min(first.births, second?.births ?? 0) >= CLEAR.times * Math.max(1, name.births));
    if (!second || !worse) continue;
    met.add(first).add(second);
    const prompt = first.text.slice(0, 1);
    const reference = pair(first.sex, prompt, first.text, worse.text);
    ties.push({ prompt: reference.prompt, equal: [first, second].map(({ text }) => completion(text, prompt)), worse: [reference.rejected], reference });
  }
  return ties;
}
