/**
 * The frozen model a policy is held to: log-probabilities of whole completions, from memory where a row was met before.
 * It stays what the stage began from, or follows the policy now and then (TR-DPO, Gorbatovski et al. 2024, arXiv:2404.09656).
 */
import type { Example } from '../../src/tasks/task';
import type { Parameters, Views } from '../model/parameters';
import { sequenceLogProbs } from './evaluate';
import type { Stage } from './stage';

export interface SyncKnobs {
  /** Steps between syncs; 0 for never. */
  referenceSync: number;
  /** α: reference ← α·policy + (1−α)·reference. */
  referenceMixup: number;
}

/** Completions are those of a fixed data set: the same arrays each time they are met. */
type Remembered = WeakMap<readonly number[], WeakMap<readonly number[], number>>;

export class Reference {
  readonly #model: Parameters;
  #known: Remembered = new WeakMap();

  /** @param start used where the reference never moves, so that it need not be saved */
  constructor(
    private readonly stage: Stage,
    private readonly policy: Parameters,
    start: Parameters,
    private readonly knobs: SyncKnobs = { referenceSync: 0, referenceMixup: 0 },
  ) {
    this.#model = knobs.referenceSync > 0 ? stage.trained('reference', { from: 'policy' }) : start;
  }

  get views(): Views {
    return this.#model.views;
  }

  /** Σ log ref(y|x) over completion tokens, nats. -> [B] */
  async logProbs(rows: readonly Example[]): Promise<Float32Array> {
    const missing = rows.filter(({ prompt, completion }) => this.#known.get(prompt)?.get(completion) === undefined);
    const sums = await sequenceLogProbs(this.#model.views, missing);
    missing.forEach(({ prompt, completion }, i) => {
      const ofPrompt = this.#known.get(prompt) ?? new WeakMap<readonly number[], number>();
      this.#known.set(prompt, ofPrompt.set(completion, sums[i]!));
    });
    return Float32Array.from(rows, ({ prompt, completion }) => this.#known.get(prompt)!.get(completion)!); // known, or measured just now
  }

  /** Call after each step. */
  async sync(): Promise<void> {
    const { referenceSync, referenceMixup } = this.knobs;
    if (referenceSync === 0 || this.stage.step % referenceSync !== 0) return;
    const [reference, policy] = await Promise.all([this.#model.read(), this.policy.read()]);
    this.#model.assign(new Map([...reference].map(([name, numbers]) => [name, numbers.map((old, i) => referenceMixup * policy.get(name)![i]! + (1 - referenceMixup) * old)]))); // one layout
    this.#known = new WeakMap();
  }
}
