/** Questions of one step that a stage waits for, as the page sees them: which comes next, what was said, what may be taken back. */
import type { Asked } from '../contract/api';
import type { Choice, PairQuestion, QuestionId } from '../contract/preferences';

export class Questions {
  readonly step: number;
  readonly #questions: readonly PairQuestion[];
  #choices = $state.raw<readonly (Choice | null)[]>([]);
  /** Numbers of the answered ones, the last answered last. */
  #answered = $state.raw<readonly number[]>([]);
  /** Number of the first without an answer; -1 once there is none. */
  readonly #next = $derived(this.#choices.indexOf(null));
  /** What waits; nothing once all are answered. */
  readonly current = $derived.by(() => this.#questions[this.#next]);
  readonly count = $derived(this.#answered.length);
  readonly canUndo = $derived(this.#answered.length > 0);

  constructor({ step, questions, choices }: Asked) {
    this.step = step;
    this.#questions = questions;
    this.#choices = choices;
    this.#answered = choices.flatMap((choice, i) => (choice === null ? [] : [i]));
  }

  get total(): number {
    return this.#questions.length;
  }

  /** Answers the one that waits. @returns which that was */
  answer(choice: Choice): QuestionId {
    const question = this.#next;
    this.#choices = this.#choices.with(question, choice);
    this.#answered = [...this.#answered, question];
    return { step: this.step, question };
  }

  /** Takes the last answer back. @returns of which question; nothing where none was answered */
  undo(): QuestionId | undefined {
    const question = this.#answered.at(-1);
    if (question === undefined) return undefined;
    this.#choices = this.#choices.with(question, null);
    this.#answered = this.#answered.slice(0, -1);
    return { step: this.step, question };
  }
}
