/**
 * What an algorithm works with: its models, optimizers, random streams and counters, by name. Whatever is made here goes into the checkpoint
 * and comes back from it, so an algorithm resumes without knowing that it was ever stopped.
 */
import type { ModelConfig, RunConfig, StageConfig } from '../../src/contract/config';
import { detail } from '../../src/contract/details';
import { Failure } from '../../src/contract/failures';
import { parameterShapes, sizeOf, type ModelShape, type ParameterShapes } from '../../src/contract/model-shape';
import { Random } from '../../src/contract/random';
import type { CheckpointState } from '../../src/contract/run';
import { asLists, pairsIn } from '../../src/tasks/pair-lists';
import type { PreferencePair, Task } from '../../src/tasks/task';
import type { Optimizer } from '../model/optimizer';
import { initialWeights, Parameters, type Views, type Weights } from '../model/parameters';
import { optimizerOf, type StageOptimizerConfig } from './optimizer-of';
import type { Witness } from './witness';

/** Tensors of a checkpoint: `<model>/<parameter>`, `<optimizer>.m/<parameter>`, `<optimizer>.v/<parameter>`; of adapters `<optimizer>.lora/<adapter>`, their moments, and `<optimizer>.frozen/<parameter>`. */
export type NamedNumbers = ReadonlyMap<string, Float32Array>;

export interface Saved {
  step: number;
  state: CheckpointState;
  tensors: NamedNumbers;
}

/** A model that an earlier stage made. */
export interface Start {
  model: ModelConfig;
  weights: Weights;
  /** The other members of an ensemble. */
  others?: readonly Weights[];
}

/** Another task and a model of it, for texts of quite another kind. */
export interface Foreign {
  task: Task;
  start: Start;
}

export interface StageInput {
  config: RunConfig;
  stage: StageConfig;
  task: Task;
  /** What the stage starts from, by role. */
  starts: ReadonlyMap<string, Start>;
  /** Pairs that an earlier stage made, to learn from in place of the task's. */
  pairs?: readonly PreferencePair[];
  /** Where an algorithm's knobs ask for one. */
  foreign?: Foreign;
  /** Its own last checkpoint. */
  saved?: Saved;
}

interface ModelOptions {
  head?: 'none' | 'score';
  /** Role whose weights it starts from; random weights without one. A score head the role does not have starts at 0. */
  from?: string;
  /** Which of an ensemble's members it starts from; 0, the first, where left out. */
  member?: number;
  /** A score head the role does not have starts at random instead, from a stream of this name: normal, deviation 1/√(D + 1) (Ziegler et al. 2019). */
  randomHead?: string;
}

const EVALUATION_SEED = 1;

export const evaluationRandom = (name: string): Random => Random.of(EVALUATION_SEED, `evaluation/${name}`);

const shapeOf = (model: ModelConfig, { tokenizer, context }: Task): ModelShape => ({ ...model, vocabulary: tokenizer.vocabulary.length, context });

export class Stage {
  /** Optimizer steps done; the algorithm counts it up. */
  step: number;
  readonly shape: ModelShape;
  readonly task: Task;
  /** Who looks on at a step that is made to be looked at; in training nobody. */
  witness: Witness | undefined;
  readonly #input: StageInput;
  readonly #trained = new Map<string, Parameters>();
  readonly #frozen: Parameters[] = [];
  readonly #optimizers = new Map<string, Optimizer>();
  /** What trained models were given. */
  readonly #given = new Map<Parameters, Weights>();
  readonly #random = new Map<string, Random>();
  readonly #counters: Record<string, number>;
  readonly #lists: Record<string, readonly (readonly number[])[]>;
  readonly #numbers: Record<string, readonly (readonly number[])[]>;

  constructor(input: StageInput) {
    this.#input = input;
    this.task = input.task;
    this.step = input.saved?.step ?? 0;
    this.#counters = { ...input.saved?.state.counters };
    this.#lists = { ...input.saved?.state.lists };
    this.#numbers = { ...input.saved?.state.numbers };
    this.shape = shapeOf(input.stage.model ?? input.config.model, input.task);
  }

  get isFresh(): boolean {
    return this.#input.saved === undefined;
  }

  /** What methods that learn from pairs learn from. */
  get pairs(): readonly PreferencePair[] {
    return this.#input.pairs ?? this.task.pairs('train');
  }

  /** What an earlier stage made of the data, where this one starts from such a stage. */
  get givenPairs(): readonly PreferencePair[] | undefined {
    return this.#input.pairs;
  }

  /** Whether a role that may be left out is there. */
  has(role: string): boolean {
    return this.#input.starts.has(role);
  }

  /** Models that a role brings: more than one where it is an ensemble, none where it was left out. */
  membersOf(role: string): number {
    const start = this.#input.starts.get(role);
    return start ? 1 + (start.others?.length ?? 0) : 0;
  }

  /** A model this stage trains and saves; of the shape of what it starts from. */
  trained(name: string, options: ModelOptions = {}): Parameters {
    const { shape, weights } = this.#startOf(options);
    const given = this.#under(`${name}/`) ?? weights;
    const parameters = new Parameters(shape, options.head ?? 'none', given);
    this.#trained.set(name, parameters);
    this.#given.set(parameters, given);
    return parameters;
  }

  /** A copy of what a role starts from (or of the random start) that never changes, so it is not saved but loaded again. */
  frozen(options: ModelOptions): Parameters {
    const { shape, weights } = this.#startOf(options);
    const parameters = new Parameters(shape, options.head ?? 'none', weights);
    this.#frozen.push(parameters);
    return parameters;
  }

  /** Another task and its model, which never changes; undefined where none was asked for. */
  foreign(): { task: Task; views: Views } | undefined {
    const { foreign } = this.#input;
    if (!foreign) return undefined;
    const { task, start } = foreign;
    const parameters = new Parameters(shapeOf(start.model, task), 'none', start.weights);
    this.#frozen.push(parameters);
    return { task, views: parameters.views };
  }

  /** Trains the whole model, or adapters of it where the knobs say so. @param parameters of a model of this stage */
  optimizer(name: string, parameters: Parameters, config: StageOptimizerConfig): Optimizer {
    const optimizer = optimizerOf(parameters, config, {
      weights: this.#given.get(parameters) ?? new Map(),
      kept: (part) => this.#under(`${name}.${part}/`),
      updates: this.#counters[`${name}.updates`] ?? 0,
      random: () => this.freshRandom(`adapters of ${name}`),
    });
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

  /** The same stream from its beginning in every stage of the run that asks for it. Not saved. */
  runRandom(name: string): Random {
    return Random.of(this.#input.config.seed, `of the run/${name}`);
  }

  /** The same for every run and stage: what is measured on the same prompts with the same draws can be compared pair by pair (methods paper, 3.10). */
  evaluationRandom(name: string): Random {
    return evaluationRandom(name);
  }

  counter(name: string, initial = 0): number {
    return (this.#counters[name] ??= initial);
  }

  setCounter(name: string, value: number): void {
    this.#counters[name] = value;
  }

  /** Texts as tokens that must outlive the step they were made in. */
  list(name: string): readonly (readonly number[])[] {
    return this.#lists[name] ?? [];
  }

  setList(name: string, rows: readonly (readonly number[])[]): void {
    this.#lists[name] = rows;
  }

  /** Finite numbers that must outlive the step they were made in. */
  numbers(name: string): readonly (readonly number[])[] {
    return this.#numbers[name] ?? [];
  }

  setNumbers(name: string, rows: readonly (readonly number[])[]): void {
    this.#numbers[name] = rows;
  }

  /** Pairs as what this stage has made of the data so far, or remembers of it. */
  keepPairs(pairs: readonly PreferencePair[]): void {
    const { lists = {}, numbers = {} } = asLists(pairs);
    Object.assign(this.#lists, lists);
    delete this.#numbers['probabilities'];
    Object.assign(this.#numbers, numbers);
  }

  /** What was kept last; none before. */
  get keptPairs(): PreferencePair[] {
    return pairsIn({ lists: this.#lists, numbers: this.#numbers });
  }

  /** Counts an optimizer step and the tokens it looked at. */
  advance({ tokenCount }: { tokenCount: number }): void {
    this.step += 1;
    this.setCounter('tokens', this.counter('tokens') + tokenCount);
  }

  /** Numbers of everything registered, as of now, and the shape of each. Call between steps. */
  async save(): Promise<Saved & { shapes: ReadonlyMap<string, readonly number[]> }> {
    const tensors = new Map<string, Float32Array>();
    const shapes = new Map<string, readonly number[]>();
    const put = (prefix: string, weights: Weights, shapeOf: ParameterShapes) => {
      for (const [name, numbers] of weights) {
        tensors.set(prefix + name, numbers);
        shapes.set(prefix + name, shapeOf[name]!); // weights are read by their shapes
      }
    };
    for (const [name, parameters] of this.#trained) put(`${name}/`, await parameters.read(), parameters.views.layout.shapes);
    for (const [name, optimizer] of this.#optimizers) {
      for (const { part, weights, shapes: own } of await optimizer.read()) put(`${name}.${part}/`, weights, own);
      this.#counters[`${name}.updates`] = optimizer.updates;
    }
    const random = Object.fromEntries([...this.#random].map(([name, stream]) => [name, stream.state]));
    const lists = Object.keys(this.#lists).length === 0 ? {} : { lists: { ...this.#lists } };
    const numbers = Object.keys(this.#numbers).length === 0 ? {} : { numbers: { ...this.#numbers } };
    return { step: this.step, state: { random, counters: { ...this.#counters }, ...lists, ...numbers }, tensors, shapes };
  }

  dispose(): void {
    for (const life of [...this.#trained.values(), ...this.#frozen, ...this.#optimizers.values()]) life.dispose();
  }

  #startOf({ from, head = 'none', member = 0, randomHead }: ModelOptions): { shape: ModelShape; weights: Weights } {
    const start = from === undefined ? undefined : this.#input.starts.get(from);
    if (from !== undefined && !start) throw new Failure('missing-checkpoint', detail('starts-from', this.#input.stage.id, from));
    const shape = start ? shapeOf(start.model, this.task) : this.shape;
    const shapes = parameterShapes(shape, head);
    // Named apart from saved streams: the same initial weights can be made again at any time.
    if (!start) return { shape, weights: initialWeights(shapes, shape, this.freshRandom('initial weights')) };
    const given = member === 0 ? start.weights : start.others?.[member - 1];
    if (!given) throw new Error(`Stage: want a member of ${from} below ${this.membersOf(from!)}, got ${member}`); // a start has a role
    // Only a score head may be missing. No other weights are drawn here: for two million that took a second.
    const headOf = (name: string, size: number) => (randomHead !== undefined && name === 'score.weight' ? this.freshRandom(randomHead).normals(size, 1 / Math.sqrt(shape.width + 1)) : new Float32Array(size));
    const weights = new Map(Object.entries(shapes).map(([name, dimensions]) => [name, given.get(name) ?? (name.startsWith('score.') ? headOf(name, sizeOf(dimensions)) : new Float32Array())]));
    return { shape, weights };
  }

  /** Checkpoint tensors whose names begin so, without that beginning; undefined when the stage starts fresh. */
  #under(prefix: string): Weights | undefined {
    const { saved } = this.#input;
    if (!saved) return undefined;
    const found = [...saved.tensors].filter(([name]) => name.startsWith(prefix));
    return new Map(found.map(([name, numbers]) => [name.slice(prefix.length), numbers]));
  }
}
