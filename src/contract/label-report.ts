/** What a labelling session says of who labelled: how much was decided, how fast, whether where a side stands matters, and how far it agrees with another rater. Pure. */
import { agreementOf, cohenKappa } from './agreement';
import type { Choice, PairQuestion, PreferenceRecord } from './preferences';
import { wilson, type Interval } from './statistics';

/** The last thing said of a question. */
export interface Answered {
  question: PairQuestion;
  choice: Choice;
  seconds: number;
}

/** What stands of all that was said, in the order of asking: the last word on each question, unless it was taken back. */
export function lastWords(said: readonly PreferenceRecord[]): Answered[] {
  const last = new Map<string, PreferenceRecord>();
  for (const record of said) last.set(`${record.step} ${record.question}`, record);
  return [...last.values()]
    .toSorted((one, other) => one.step - other.step || one.question - other.question)
    .flatMap(({ prompt, a, b, choice, seconds }) => (choice === 'undone' ? [] : [{ question: { prompt, a, b }, choice, seconds }]));
}

/** A pair, whichever side stands first. */
export const pairKey = ({ prompt, a, b }: PairQuestion): string => [prompt.tokens.join(), ...[a.tokens.join(), b.tokens.join()].toSorted()].join('|');

/** The other rater's choice in the order in which the pair stands here. */
export function turnedTo(question: PairQuestion, { question: theirs, choice }: Pick<Answered, 'question' | 'choice'>): Choice {
  const isTurned = question.a.tokens.join() !== theirs.a.tokens.join();
  return isTurned && choice === 'a' ? 'b' : isTurned && choice === 'b' ? 'a' : choice;
}

export interface Share extends Interval {
  share: number;
  /** Of so many. */
  n: number;
}

const shareOf = (count: number, n: number): Share | undefined => (n === 0 ? undefined : { share: count / n, n, ...wilson(count / n, n) });

export interface Agreement {
  /** Raw. */
  same: Share;
  /** Cohen's; undefined where all there is to say is one thing. */
  kappa: number | undefined;
}

/** Over what both said something to: skipped questions are left out, a tie is an answer. @param other what the other rater says of a pair in its order here; undefined for nothing */
export function agreementWith(answers: readonly Answered[], other: (question: PairQuestion) => Choice | undefined): Agreement | undefined {
  const both = answers.flatMap(({ question, choice }) => {
    const theirs = other(question);
    return choice === 'skip' || theirs === undefined || theirs === 'skip' ? [] : [[choice, theirs] as const];
  });
  const [mine, theirs] = [both.map(([own]) => own), both.map(([, their]) => their)];
  const raw = agreementOf(mine, theirs);
  const same = raw === undefined ? undefined : shareOf(Math.round(raw * both.length), both.length);
  return same && { same, kappa: cohenKappa(mine, theirs) };
}

export interface LabelReport {
  asked: number;
  decided: number;
  ties: number;
  skipped: number;
  /** Of the decided ones, in which the side shown first was chosen; undefined before there is any. */
  first: Share | undefined;
  /** Median seconds an answer took; undefined before there is any. */
  seconds: number | undefined;
}

export function reportOf(answers: readonly Answered[]): LabelReport {
  const count = (...choices: Choice[]) => answers.filter(({ choice }) => choices.includes(choice)).length;
  const decided = count('a', 'b');
  const times = answers.map(({ seconds }) => seconds).toSorted((a, b) => a - b);
  const middle = times.length / 2;
  const seconds = times.length === 0 ? undefined : (times[Math.floor(middle)]! + times[Math.ceil(middle) - 1]!) / 2; // at odd counts twice the same
  return { asked: answers.length, decided, ties: count('tie'), skipped: count('skip'), first: shareOf(count('a'), decided), seconds };
}

/** Words of Landis and Koch (1977) for a kappa. */
export function kappaWord(kappa: number) {
  if (kappa < 0) return 'worse than chance';
  const words = [[0.2, 'slight'], [0.4, 'fair'], [0.6, 'moderate'], [0.8, 'substantial']] as const;
  return words.find(([below]) => kappa <= below)?.[1] ?? 'almost perfect';
}
