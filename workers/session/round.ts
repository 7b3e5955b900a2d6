/** Questions that a stage put to a person in the middle of a step, and what has been said to them so far. */
import type { Answerer, Choice, PairQuestion, PreferenceRecord } from '../../src/contract/preferences';

export class Round {
  readonly #choices: (Choice | undefined)[];
  #since: number;

  /**
   * @param said all that was ever said in this stage. A stage that starts again from a checkpoint asks the same again, so an answer holds where the question is still the same.
   * @param clock milliseconds since 1970
   */
  constructor(
    readonly step: number,
    readonly questions: readonly PairQuestion[],
    said: readonly PreferenceRecord[],
    private readonly clock: () => number,
  ) {
    this.#choices = questions.map((question, i) => {
      const last = said.findLast((record) => record.step === step && record.question === i && isSame(record, question));
      return last?.choice === 'undone' ? undefined : last?.choice;
    });
    this.#since = clock();
  }

  /** One a question, null while it has no answer. */
  get choices(): (Choice | null)[] {
    return this.#choices.map((choice) => choice ?? null);
  }

  /** All answers, once there is one to every question. */
  get answers(): readonly Choice[] | undefined {
    const given = this.#choices.filter((choice) => choice !== undefined);
    return given.length === this.#choices.length ? given : undefined;
  }

  /** @returns what is to be kept of it; nothing for a question that was not asked */
  answer(question: number, choice: Choice | 'undone', by: Answerer): PreferenceRecord | undefined {
    const asked = this.questions[question];
    if (!asked) return undefined;
    this.#choices[question] = choice === 'undone' ? undefined : choice;
    const time = this.clock();
    const seconds = (time - this.#since) / 1000;
    this.#since = time;
    return { time, step: this.step, question, ...asked, choice, by, seconds };
  }
}

const isSame = (one: PairQuestion, other: PairQuestion): boolean => tokensOf(one) === tokensOf(other);
const tokensOf = ({ prompt, a, b }: PairQuestion): string => [prompt, a, b].map(({ tokens }) => tokens.join()).join('|');
