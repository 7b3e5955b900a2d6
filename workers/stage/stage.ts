/**
 * What an algorithm works with: its models, optimizers, random streams and counters, by name. Whatever is made here goes into the checkpoint
 * and comes back from it, so an algorithm resumes without knowing that it was ever stopped.
 */
import type { RunConfig, StageConfig } from '../../src/contract/config';
import { Failure } from '../../src/contract/failures';
import { parameterShapes, type ModelShape } from '../../src/contract/model-shape';
import { Random } from '../../src/contract/random';
import type { CheckpointState } from '../../src/contract/run';
import type { Task } from '../../src/tasks/task';
import { AdamW, type OptimizerConfig } from '../model/optimizer';
import { initialWeights, Parameters, type Weights } from '../model/parameters';

/** Tensors of a checkpoint: `<model>/<parameter>`, `<optimizer>.m/<parameter>`, `<optimizer>.v/<parameter>`. */
export type NamedNumbers = ReadonlyMap<string, Float32Array>;

export interface Saved {
  step: number;
  state: CheckpointState;
  tensors: NamedNumbers;
}

export interface StageInput {
  config: RunConfig;
  stage: StageConfig;
  task: Task;
  /** Weights the stage starts from, by role. */
  starts: ReadonlyMap<string, Weights>;
  /** Its own last checkpoint. */
  saved?: Saved;
}

interface ModelOptions {
  head?: 'none' | 'score';
  /** Role whose weights it starts from; random weights without one. A score head the role does not have starts at 0. */
  from?: string;
}

const EVALUATION_SEED = 1;

export class Stage {
  /** Optimizer steps done; the algorithm counts it up. */
  step: number;
  readonly shape: ModelShape;
  readonly task: Task;
  readonly #input: StageInput;
  readonly #trained = new Map<string, Parameters>();
  readonly #frozen: Parameters[] = [];
  readonly #optimizers = new Map<string, AdamW>();
  readonly #random = new Map<string, Random>();
  readonly #counters: Record<string, number>;

  constructor(input: StageInput) {
    this.#input = input;
    this.task = input.task;
    this.step = input.saved?.step ?? 0;
    this.#counters = { ...input.saved?.state.counters };
    this.shape = { ...input.config.model, vocabulary: input.task.tokenizer.vocabulary.length, context: input.task.context };
  }

  get isFresh(): boolean {
    return this.#input.saved === undefined;
  }

  /** A model this stage trains and saves. */
  trained(name: string, options: ModelOptions = {}): Parameters {
    const shapes = parameterShapes(this.shape, options.head ?? 'none');
    const parameters = new Parameters(shapes, this.#under(`${name}/`) ?? this.#startOf(options));
    this.#trained.set(name, parameters);
    return parameters;
  }

  /** A copy of what a role starts from (or of the random start) that never changes, so it is not saved but loaded again. */
  frozen(options: ModelOptions): Parameters {
    const parameters = new Parameters(parameterShapes(this.shape, options.head ?? 'none'), this.#startOf(options));
    this.#frozen.push(parameters);
    return parameters;
  }

  optimizer(name: string, parameters: Parameters, config: OptimizerConfig): AdamW {
    const m = this.#under(`${name}.m/`);
    const v = this.#under(`${name}.v/`);
    const optimizer = new AdamW(parameters, config, this.#counters[`${name}.updates`] ?? 0, m && v ? { m, v } : undefined);
    this.#optimizers.set(name, optimizer);
    return optimizer;
  }

  /** A saved stream of this run's seed; streams of different stages and names never share numbers. */
  random(name: string): Random {
    const saved = this.#input.saved?.state.random[name];
    const random = saved ? Random.from(saved) : this.freshRandom(name);
    this.#random.set(name, random);
    return random;
  }

  /** The same stream from its beginning each time. Not saved. */
  freshRandom(name: string): Random {
    return Random.of(this.#input.config.seed, `${this.#input.stage.id}/${name}`);
  }

  /** The same for every run and stage: what is measured on the same prompts with the same draws can be compared pair by pair (methods paper, 3.10). */
  evaluationRandom(name: string): Random {
    return Random.of(EVALUATION_SEED, `evaluation/${name}`);
  }

  counter(name: string, initial = 0): number {
    return (this.#counters[name] ??= initial);
  }

  setCounter(name: string, value: number): void {
    this.#counters[name] = value;
  }

  /** Numbers of everything registered, as of now. Call between steps. */
  async save(): Promise<Saved> {
    const tensors = new Map<string, Float32Array>();
    const put = (prefix: string, weights: Weights) => weights.forEach((numbers, name) => tensors.set(prefix + name, numbers));
    for (const [name, parameters] of this.#trained) put(`${name}/`, await parameters.read());
    for (const [name, optimizer] of this.#optimizers) {
      const { m, v } = await optimizer.read();
      put(`${name}.m/`, m);
      put(`${name}.v/`, v);
      this.#counters[`${name}.updates`] = optimizer.updates;
    }
    const random = Object.fromEntries([...this.#random].map(([name, stream]) => [name, stream.state]));
    return { step: this.step, state: { random, counters: { ...this.#counters } }, tensors };
  }

  dispose(): void {
    for (const life of [...this.#trained.values(), ...this.#frozen, ...this.#optimizers.values()]) life.dispose();
  }

  #startOf({ from, head = 'none' }: ModelOptions): Weights {
    const shapes = parameterShapes(this.shape, head);
    // Named apart from saved streams: the same initial weights can be made again at any time.
    const fresh = initialWeights(shapes, this.shape, this.freshRandom('initial weights'));
    if (from === undefined) return fresh;
    const start = this.#input.starts.get(from);
    if (!start) throw new Failure('missing-checkpoint', `${this.#input.stage.id} starts from ${from}`);
    return new Map([...fresh].map(([name, numbers]) => [name, start.get(name) ?? (name.startsWith('score.') ? numbers : new Float32Array())]));
  }

  /** Checkpoint tensors whose names begin so, without that beginning; undefined when the stage starts fresh. */
  #under(prefix: string): Weights | undefined {
    const { saved } = this.#input;
    if (!saved) return undefined;
    const found = [...saved.tensors].filter(([name]) => name.startsWith(prefix));
    return new Map(found.map(([name, numbers]) => [name.slice(prefix.length), numbers]));
  }
}
