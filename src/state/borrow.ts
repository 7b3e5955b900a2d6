/**
 * Starting from an earlier checkpoint of any stored run: the checkpoint is copied into the new run as the finished result of a stage,
 * and stages that only led up to it are skipped. Data at the run's creation; the worker never knows. A run that starts from an imported model takes over its shape and its tokens, and of its places as many as it reads.
 */
import { ALGORITHMS } from '../contract/algorithms';
import { modelOf, parseRunConfig, stageOf, type ModelConfig, type RunConfig } from '../contract/config';
import { detail } from '../contract/details';
import { Failure } from '../contract/failures';
import { emptyColumns } from '../contract/metrics';
import type { CheckpointRef, RunRecord, StageRecord } from '../contract/run';
import type { TaskConfig } from '../contract/tasks';
import { imported } from '../recipes/imported';
import { withContext } from '../storage/checkpoint-fit';
import type { RunStore } from '../storage/run-store';

/** Stage id -> the checkpoint that stands for its result. */
export type Borrowed = Readonly<Record<string, CheckpointRef>>;

export interface CheckpointOffer {
  ref: CheckpointRef;
  /** Of its run. */
  name: string;
  /** It is a model that was imported, and nothing else. */
  isModel?: true;
  /** Of a run that reads with imported tokens: whoever starts from it must read and be shaped as it is. */
  from?: RunConfig;
}

/** Stages that other stages start from: borrowing any other would leave nothing to train. */
export const canBorrow = (config: RunConfig, stage: string): boolean => config.stages.some(({ start }) => Object.values(start).includes(stage));

const sameShape = (a: ModelConfig, b: ModelConfig): boolean => a.width === b.width && a.layers === b.layers && a.heads === b.heads;

/** The task of a run that reads with the tokens of an imported model; undefined where it does not. */
const importedTask = ({ task }: RunConfig): (TaskConfig<'yours'> & Required<Pick<TaskConfig<'yours'>, 'pieces'>>) | undefined =>
  task.id === 'yours' && task.tokenizer === 'imported' && task.pieces ? { ...task, pieces: task.pieces } : undefined;

/** A configuration that may start from an imported model, or from what was made of one: its shape, its tokens, and no longer a context than it has. Any other source changes nothing. */
export function fittedTo(config: RunConfig, source: RunConfig): RunConfig {
  const theirs = importedTask(source);
  if (!theirs || config.task.id !== 'yours') return config;
  return parseRunConfig({ ...config, model: source.model, task: { ...config.task, tokenizer: 'imported', pieces: theirs.pieces, context: Math.min(config.task.context, theirs.context) } });
}

/** Whether a stage can start from a run with imported tokens as both are. */
export function isFitted(config: RunConfig, stage: string, source: RunConfig): boolean {
  const [own, theirs] = [importedTask(config), importedTask(source)];
  if (!own || !theirs) return false;
  const isOne = own.pieces.merges === theirs.pieces.merges && own.pieces.start === theirs.pieces.start && own.pieces.others.join('\n') === theirs.pieces.others.join('\n');
  return isOne && own.context <= theirs.context && sameShape(modelOf(config, stage), source.model);
}

/** Stored checkpoints that fit each stage: same task, same kind of model, and the same shape but where an imported model brings its own. */
export async function checkpointOffers(store: RunStore, config: RunConfig): Promise<Record<string, CheckpointOffer[]>> {
  const offers: Record<string, CheckpointOffer[]> = Object.fromEntries(config.stages.map(({ id }) => [id, []]));
  for (const record of await store.runs()) {
    if (record.config.task.id !== config.task.id) continue;
    const isImported = importedTask(record.config) !== undefined;
    if (!isImported && importedTask(config)) continue; // it reads with other tokens
    for (const ref of await store.checkpoints(record.id)) {
      const { makes } = ALGORITHMS[stageOf(record.config, ref.stage).train.algorithm];
      for (const stage of config.stages) {
        if (ALGORITHMS[stage.train.algorithm].makes !== makes || (!isImported && !sameShape(modelOf(record.config, ref.stage), modelOf(config, stage.id)))) continue;
        offers[stage.id]!.push({ ref, name: record.name, ...(record.config.recipe === imported.id && { isModel: true }), ...(isImported && { from: record.config }) });
      }
    }
  }
  return offers;
}

/** Stages that need not be trained because everything that starts from them is borrowed. */
export function skippedStages(config: RunConfig, borrowed: Borrowed): Set<string> {
  const needed = new Set(config.stages.map(({ id }) => id).filter((id) => !canBorrow(config, id)));
  for (const stage of config.stages.toReversed()) {
    if (!needed.has(stage.id) || borrowed[stage.id]) continue;
    for (const from of Object.values(stage.start)) needed.add(from);
  }
  return new Set(config.stages.map(({ id }) => id).filter((id) => !needed.has(id)));
}

/**
 * What a new run of the same configuration borrows to go another way from a checkpoint: the checkpoint as the result of its own stage, or, where nothing starts from that stage,
 * as what the stage began with, and the newest of whatever else it began with. Null where no stage of the configuration could start from it.
 * @param kept checkpoints of the same run, newest first
 */
export function branchFrom(config: RunConfig, ref: CheckpointRef, kept: readonly CheckpointRef[]): Borrowed | null {
  if (canBorrow(config, ref.stage)) return { [ref.stage]: ref };
  const { start, train } = stageOf(config, ref.stage);
  const takesItsPlace = (from: string) => ALGORITHMS[stageOf(config, from).train.algorithm].makes === ALGORITHMS[train.algorithm].makes && sameShape(modelOf(config, from), modelOf(config, ref.stage));
  const place = Object.values(start).find(takesItsPlace);
  if (place === undefined) return null;
  const others = Object.values(start).filter((from) => from !== place).flatMap((from) => kept.find(({ stage }) => stage === from) ?? []);
  return { [place]: ref, ...Object.fromEntries(others.map(({ run, stage, step }) => [stage, { run, stage, step }])) };
}

/** Writes the borrowed and skipped stages of a run that is about to begin. Throws before writing when a checkpoint is gone. */
export async function putBorrowed(store: RunStore, record: RunRecord, borrowed: Borrowed): Promise<void> {
  const skipped = skippedStages(record.config, borrowed);
  const sources = await Promise.all(
    Object.entries(borrowed).filter(([id]) => !skipped.has(id)).map(async ([id, ref]) => {
      const checkpoint = await store.checkpoint(ref);
      if (!checkpoint) throw new Failure('missing-checkpoint', detail('stage-step', ref.stage, ref.step));
      const { report } = (await store.stages(ref.run)).find(({ stage }) => stage === ref.stage) ?? {};
      // A reward model's report is about the weights at the end of its stage; those of an earlier checkpoint are another model.
      return { id, ref, checkpoint, ...(report?.step === ref.step && { report }) };
    }),
  );
  const stageRecord = (stage: string, step: number, ref: CheckpointRef): StageRecord => ({
    run: record.id, stage, step, total: step, finished: true, engine: null, updated: Date.now(), seconds: 0, borrowed: ref,
  });
  const nothing = { metrics: emptyColumns(), samples: [], events: [] };
  for (const { id, ref, checkpoint, ...found } of sources) {
    const task = importedTask(record.config);
    const tensors = task ? withContext(checkpoint.tensors, task.context) : checkpoint.tensors;
    await store.commit({ stage: { ...stageRecord(id, ref.step, ref), ...found }, checkpoint: { ...checkpoint, run: record.id, stage: id, tensors }, ...nothing });
    // Skipped stages have no checkpoint of their own: nothing starts from them.
    for (const stage of skipped) await store.commit({ stage: stageRecord(stage, 0, ref), ...nothing });
  }
}
