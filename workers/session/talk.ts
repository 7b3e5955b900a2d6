/**
 * Stored models that speak side by side: what `ModelApi` promises, with tokens by callback; the worker's entry puts a MessagePort in its place.
 * It writes nothing and shares nothing with training, whose engine is in another worker. When the engine is lost, WASM takes its place and the question is asked again.
 */
import type { Answer, AttentionQuestion, HeardToken, ModelApi, Opened, Question, Said, Side, SpeakerInfo, TalkOrder } from '../../src/contract/model-api';
import { SIDES } from '../../src/contract/model-api';
import { detail } from '../../src/contract/details';
import { Failure } from '../../src/contract/failures';
import { parameterCount, parameterShapes } from '../../src/contract/model-shape';
import { Random } from '../../src/contract/random';
import type { RunStore } from '../../src/storage/run-store';
import { EOS, type Task, type TaskDoors } from '../../src/tasks';
import { startEngine, type EngineStart } from '../engine/engine';
import { attentionOf } from '../model/attention';
import { writeOn } from '../model/generate';
import type { Views } from '../model/parameters';
import { weigh } from '../stage/weighing';
import { EngineLife, EngineLost } from './engine-life';
import { infoOf } from './engines';
import { nextTask } from './next-task';
import { Speakers, type Speaker, type Wanted } from './speakers';

export interface TalkDoors extends TaskDoors {
  openStore(): Promise<RunStore>;
}

/** Who speaks. */
interface Stand {
  left: Speaker;
  right: Speaker | null;
  reward: Speaker | null;
}

interface Running {
  choice: TalkOrder['engine'];
  engine: EngineStart;
  life: EngineLife;
}

export class Talk implements Omit<ModelApi, 'say' | 'useStores'> {
  #order: TalkOrder | undefined;
  #running: Running | undefined;
  #speakers: Promise<Speakers> | undefined;
  /** What is being said, or was said last; asking for something else ends it. */
  #saying = { isStopped: false };
  /** Settles when what was asked before is answered. */
  #last: Promise<unknown> = Promise.resolve();

  /** @param start what starts an engine; tests have engines that are lost when they say so */
  constructor(
    private readonly doors: TalkDoors,
    private readonly start: (choice: TalkOrder['engine']) => Promise<EngineStart> = startEngine,
  ) {}

  open(order: TalkOrder): Promise<Opened> {
    this.#saying.isStopped = true;
    return this.#inTurn(async () => {
      this.#order = undefined; // nothing is said by models that could not be opened
      const opened = await this.#on(order, async (stand, engine): Promise<Opened> => ({
        engine: infoOf(engine),
        examples: stand.left.task.showcase().map((prompt) => stand.left.task.tokenizer.decode(prompt)),
        takesNothing: readsNothing(stand.left.task),
        context: contextOf(stand),
        left: infoOn(stand.left),
        right: stand.right && infoOn(stand.right),
      }));
      this.#order = order;
      return opened;
    });
  }

  /** @param hear told of each token as soon as it is drawn */
  say(question: Question, hear: (token: HeardToken) => void): Promise<Answer> {
    this.#saying.isStopped = true;
    const saying = (this.#saying = { isStopped: false });
    return this.#inTurn(() => this.#on(this.#ordered(), async (stand): Promise<Answer> => {
      const { task } = stand.left;
      const prompt = promptOf(task, question.prompt);
      const room = contextOf(stand) - prompt.length;
      if (room < 1) throw new Failure('sequence-too-long', detail('prompt-fills', prompt.length, contextOf(stand)));
      const texts = await this.#write(stand, prompt, { ...question, length: Math.min(question.length, room) }, saying, hear);
      const said = (completion: readonly number[]): Promise<Said> => saidOf(stand, prompt, completion);
      return { left: await said(texts.left), right: stand.right && (await said(texts.right)) };
    }));
  }

  async stop(): Promise<void> {
    this.#saying.isStopped = true;
  }

  attention({ side, tokens, layer, head }: AttentionQuestion): Promise<Float32Array> {
    return this.#inTurn(() => this.#on(this.#ordered(), (stand) => attentionOf(viewsOf(stand[side] ?? stand.left), tokens, layer, head)));
  }

  /** Lets go of everything. */
  async close(): Promise<void> {
    this.#saying.isStopped = true;
    await this.#inTurn(async () => (await this.#speakers)?.dispose());
  }

  /** Both sides token by token, by turns, from the same draws. */
  async #write(stand: Stand, prompt: readonly number[], { seed, length, ...options }: Question, saying: { readonly isStopped: boolean }, hear: (token: HeardToken) => void): Promise<Record<Side, number[]>> {
    const { vocabulary } = stand.left.task.tokenizer;
    const texts: Record<Side, number[]> = { left: [], right: [] };
    const writers = new Map(SIDES.flatMap((side) => (stand[side] ? [[side, writeOn(viewsOf(stand[side]), prompt, Random.of(seed, 'talk'), options)]] : [])));
    try {
      while (writers.size > 0 && !saying.isStopped) {
        for (const [side, writer] of writers) {
          const { done, value } = await writer.next();
          if (!done) {
            hear({ side, at: texts[side].length, text: vocabulary[value]! }); // drawn from the vocabulary
            texts[side].push(value);
          }
          if (!done && value !== EOS && texts[side].length < length) continue;
          writers.delete(side);
          await writer.return(undefined);
        }
        await nextTask(); // Stop is heard
      }
    } finally {
      for (const writer of writers.values()) await writer.return(undefined);
    }
    return texts;
  }

  #ordered(): TalkOrder {
    if (!this.#order) throw new Failure('missing-checkpoint', detail('no-model-open'));
    return this.#order;
  }

  #inTurn<Made>(work: () => Promise<Made>): Promise<Made> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {}); // who asked is told
    return turn;
  }

  /** Does work with the models of an order on an engine; once more on WASM if the engine is lost. */
  async #on<Made>(order: TalkOrder, work: (stand: Stand, engine: EngineStart) => Promise<Made>): Promise<Made> {
    try {
      return await this.#tried(order, work);
    } catch (error) {
      if (!(error instanceof EngineLost)) throw error;
      await this.#run(order.engine, 'wasm');
      return this.#tried(order, work);
    }
  }

  async #tried<Made>(order: TalkOrder, work: (stand: Stand, engine: EngineStart) => Promise<Made>): Promise<Made> {
    const { engine, life } = this.#running?.choice === order.engine ? this.#running : await this.#run(order.engine, order.engine);
    this.#speakers ??= this.doors.openStore().then((store) => new Speakers(store, this.doors));
    const speakers = await this.#speakers;
    return life.ask(async () => work(await standOf(speakers, order), engine));
  }

  /** @param choice what was asked for @param taken what is started in its place */
  async #run(choice: TalkOrder['engine'], taken: TalkOrder['engine']): Promise<Running> {
    (await this.#speakers)?.dispose(); // what is on one engine is of no use to another
    this.#running?.engine.discard();
    this.#running = undefined;
    const engine = await this.start(taken);
    return (this.#running = { choice, engine, life: new EngineLife(engine, () => {}) });
  }
}

/** Throws `unlike-models`, and what loading throws. */
async function standOf(speakers: Speakers, { left, right, reward }: TalkOrder): Promise<Stand> {
  const wanted: Wanted[] = [{ ref: left, kind: 'policy' }, ...(right ? [{ ref: right, kind: 'policy' as const }] : []), ...(reward ? [{ ref: reward, kind: 'reward' as const }] : [])];
  const [first, ...others] = await speakers.want(wanted);
  const { vocabulary } = first!.task.tokenizer; // one was wanted
  const stranger = others.findIndex(({ task }) => task.tokenizer.vocabulary.length !== vocabulary.length || task.tokenizer.vocabulary.some((text, id) => text !== vocabulary[id]));
  if (stranger >= 0) throw new Failure('unlike-models', wanted[stranger + 1]!.ref.stage); // behind the first
  return { left: first!, right: right ? others[0]! : null, reward: reward ? others.at(-1)! : null }; // in the order wanted
}

const viewsOf = ({ models }: Speaker): Views => models[0]!.views; // a speaker has one model at least

const contextOf = ({ left, right, reward }: Stand): number => Math.min(...[left, right, reward].flatMap((speaker) => (speaker ? [speaker.shape.context] : [])));

const infoOn = ({ shape }: Speaker): SpeakerInfo => ({ layers: shape.layers, heads: shape.heads, parameters: parameterCount(parameterShapes(shape, 'none')) });

/** An example is read as the prompt it is: of rows that were cut, typing would give other tokens. */
const promptOf = (task: Task, text: string): readonly number[] => task.showcase().find((prompt) => task.tokenizer.decode(prompt) === text) ?? task.read(text);

function readsNothing(task: Task): boolean {
  try {
    return task.read('').length > 0;
  } catch (error) {
    if (error instanceof Failure && error.code === 'unusable-prompt') return false;
    throw error;
  }
}

async function saidOf({ left, right, reward }: Stand, prompt: readonly number[], completion: readonly number[]): Promise<Said> {
  const { task } = left;
  const { vocabulary } = task.tokenizer;
  return {
    prompt: prompt.map((token) => vocabulary[token]!), // of the task
    completion: await weigh({ left: viewsOf(left), right: right && viewsOf(right), judges: reward ? reward.models.map(({ views }) => views) : [] }, { prompt, completion }, vocabulary),
    tokens: [...prompt, ...completion],
    text: task.tokenizer.decode([...prompt, ...completion]),
    ended: completion.at(-1) === EOS,
    gold: task.gold?.(prompt, completion) ?? null,
  };
}
