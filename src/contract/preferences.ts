/** Asking a person which of two completions is better: the question, what may be said, and what is kept of it. */

/** The completion shown first or second, both alike, or no answer. */
export const CHOICES = ['a', 'b', 'tie', 'skip'] as const;
export type Choice = (typeof CHOICES)[number];

/** One side of a question. */
export interface Side {
  /** The whole answer with its prompt, as a person reads it. */
  text: string;
  /** It has an end of its own, and was not cut. */
  ended: boolean;
  /** Completion alone. */
  tokens: readonly number[];
}

export interface PairQuestion {
  prompt: { text: string; tokens: readonly number[] };
  /** In the order shown, which is drawn at random. */
  a: Side;
  b: Side;
}

/** Which question: the step at which the stage asks, and its number among the questions of that step, from 0. */
export interface QuestionId {
  step: number;
  question: number;
}

/** Who answered: a person, or something that answers in their place by the true reward. */
export type Answerer = 'visitor' | 'gold';

/** One thing that was said. Nothing said is ever rewritten: a later record about the same question takes the place of an earlier one, and `undone` takes it back. */
export interface PreferenceRecord extends QuestionId, PairQuestion {
  /** Milliseconds since 1970. */
  time: number;
  choice: Choice | 'undone';
  by: Answerer;
  /** Between the moment the question could be answered and the answer; of the first question since it was asked, of later ones since the answer before. */
  seconds: number;
}
