/**
 * Trains a stored run again from its seed on WASM, over a store in memory, and compares every metric of every step, and the weights at the end of each stage, bit for bit.
 * It ends at the first difference. The stored run is only read. What people said is taken from it, as are stages that cannot be made again: those after them are trained from their checkpoints.
 */
import type { TrainEvent } from '../../src/contract/api';
import { stageOf, type RunConfig } from '../../src/contract/config';
import { detail, type Detail } from '../../src/contract/details';
import { Failure, fromRecord, toRecord, type FailureCode, type FailureRecord } from '../../src/contract/failures';
import type { RunId } from '../../src/contract/ids';
import { emptyColumns } from '../../src/contract/metrics';
import type { RunRecord, StageRecord } from '../../src/contract/run';
import { firstDifference, type Difference, type StageVerdict, type Verification, type VerifyProgress } from '../../src/contract/verification';
import { hashOf } from '../../src/storage/archive';
import { linesBytes, rowsOf } from '../../src/storage/json-entries';
import { memoryStore } from '../../src/storage/memory-store';
import { inStageOrder, type RunStore, type StageHistory } from '../../src/storage/run-store';
import { firstWeightDifference } from './stored-weights';
import { Training, type Doors } from './train-api';

/** What can be missing here although nothing is wrong with the run. */
const MISSING: readonly FailureCode[] = ['code-missing', 'missing-dataset', 'dataset-gone', 'unfit-data', 'no-task-data', 'no-base', 'base-size', 'no-imported-model', 'missing-checkpoint', 'checkpoint-mismatch'];

interface Stored {
  stage: StageRecord;
  history: StageHistory;
}

/** Only reads `source`. Throws `missing-checkpoint` when the run is not there, and what an engine throws that does not start. */
export async function verifyRun(source: RunStore, run: RunId, doors: Omit<Doors, 'openStore'>, appVersion: string, onProgress: (progress: VerifyProgress) => void): Promise<Verification> {
  const record = await source.run(run);
  if (!record) throw new Failure('missing-checkpoint', detail('not-stored', run));
  const stages = await Promise.all(inStageOrder(await source.stages(run), record).map(async (stage): Promise<Stored> => ({ stage, history: await source.history(run, stage.stage) })));
  const begun = stages.filter(({ stage }) => stage.step > 0 || stage.borrowed);
  const verifier = new Verifier(source, record, stages, doors, onProgress);
  const found: Verification = { stages: [], notes: notesOn(record, stages, appVersion) };
  if (begun.length === 0) found.notes.push(detail('untrained'));
  for (const stored of begun) {
    const verdict = await verifier.verdictOn(stored);
    found.stages.push(verdict);
    if (verdict.outcome === 'different') break;
  }
  return found;
}

function notesOn({ appVersion: made }: RunRecord, stages: readonly Stored[], appVersion: string): Detail[] {
  const notes: Detail[] = [];
  if (made !== appVersion) notes.push(detail('other-version', made, appVersion));
  if (stages.some(({ history }) => history.preferences?.some(({ by }) => by === 'visitor'))) notes.push(detail('answers-taken'));
  return notes;
}

/** Why a stage cannot be expected to come out the same, if so. */
function whyUnproven({ stage, history }: Stored, all: readonly Stored[], config: RunConfig): Detail | undefined {
  const engines = [...(stage.engine ? [`on ${stage.engine.engine}, ${stage.engine.adapter}`] : []), ...history.events.filter(({ kind }) => kind === 'started' || kind === 'resumed').map(({ text }) => text)];
  if (engines.some((text) => text.startsWith('on webgpu'))) return detail('on-webgpu');
  if (engines.some((text) => text.startsWith('on wasm, relaxed'))) return detail('on-relaxed');
  if (engines.some((text) => text.startsWith('on cpu'))) return detail('on-plain');
  const began = history.events.find(({ kind }) => kind === 'started')?.time;
  const early = Object.values(stageOf(config, stage.stage).start).find((from) => {
    const source = all.find((other) => other.stage.stage === from);
    const ended = source?.history.events.find(({ kind }) => kind === 'finished')?.time;
    return source && !source.stage.borrowed && began !== undefined && (ended === undefined || ended > began);
  });
  return early === undefined ? undefined : detail('began-early', early);
}

class Verifier {
  readonly #store = memoryStore();
  readonly #training: Training;
  readonly #total: number;
  /** Steps of stages before the one under way. */
  #done = 0;
  #under: Stored | undefined;
  #difference: Difference | undefined;

  constructor(
    private readonly source: RunStore,
    private readonly record: RunRecord,
    private readonly all: readonly Stored[],
    doors: Omit<Doors, 'openStore'>,
    private readonly onProgress: (progress: VerifyProgress) => void,
  ) {
    const store: RunStore = { ...this.#store, commit: async (commit, keep) => {
      await this.#store.commit(commit, keep);
      if (commit.metrics.steps.length > 0) await this.#compare(commit.stage.step);
    } };
    this.#training = new Training({ ...doors, openStore: async () => store });
    this.#total = all.filter((stored) => this.#isMadeAgain(stored)).reduce((sum, { stage }) => sum + stage.step, 0);
  }

  #isMadeAgain(stored: Stored): boolean {
    return !stored.stage.borrowed && whyUnproven(stored, this.all, this.record.config) === undefined;
  }

  async verdictOn(stored: Stored): Promise<StageVerdict> {
    const { stage: { stage, borrowed, step } } = stored;
    const why = borrowed ? undefined : whyUnproven(stored, this.all, this.record.config);
    if (borrowed || why !== undefined) {
      await this.#take(stored.stage);
      return borrowed ? { stage, outcome: 'borrowed' } : { stage, outcome: 'unproven', why: why! }; // one of the two was asked for above
    }
    this.#under = stored;
    this.#difference = undefined;
    const missing = await this.#train(stored);
    this.#done += step;
    if (missing !== undefined && !this.#difference) {
      await this.#store.clearStage(this.record.id, stage);
      await this.#take(stored.stage);
      return { stage, outcome: 'unproven', ...missing };
    }
    await this.#compare(Infinity);
    const weights = this.#difference ? undefined : await this.#compareWeights(stored.stage);
    const difference: Difference | undefined = this.#difference ?? weights?.difference;
    if (difference) return { stage, outcome: 'different', difference };
    return { stage, outcome: 'same', steps: step, hash: await hashOf(linesBytes(rowsOf(stored.history.metrics))), hasWeights: weights !== undefined };
  }

  /** @returns why it cannot be trained here, if so */
  async #train({ stage: { stage, step, finished }, history }: Stored): Promise<{ why: Detail; failure?: FailureRecord } | undefined> {
    const { id: run, config } = this.record;
    const { preferences } = history;
    // A stage asks only what has no answer yet.
    if (preferences) await this.#store.commit({ stage: { run, stage, step: 0, total: stageOf(config, stage).train.steps, finished: false, engine: null, updated: 0, seconds: 0 }, metrics: emptyColumns(), samples: [], events: [], preferences });
    let failure: Error | undefined;
    let isAsked = false;
    const hear = (event: TrainEvent): void => {
      if (event.kind === 'failed') failure = fromRecord(event.failure);
      if (event.kind === 'progress') this.onProgress({ stage, done: this.#done + event.step, total: this.#total });
      if (event.kind === 'asked') {
        isAsked = true;
        void this.#training.stop();
      }
    };
    try {
      const { step: from } = await this.#training.start({ run, config, stage, engine: 'wasm', paused: !finished }, hear);
      // What was not finished is made again up to the step where it stood, which is no place where it would be saved by itself.
      if (!finished) {
        for (let at = from; at < step && !failure && !isAsked && !this.#difference; at++) await this.#training.step();
        if (!failure && !isAsked && !this.#difference) await this.#training.save();
        await this.#training.stop();
      }
      await this.#training.ended();
      if (failure) throw failure;
    } catch (error) {
      if (error instanceof Failure && MISSING.includes(error.code)) return { why: detail('not-here'), failure: toRecord(error) };
      if (error instanceof Failure && error.code !== 'no-engine') return { why: detail('broke-off'), failure: toRecord(error) };
      throw error;
    }
    return isAsked ? { why: detail('person-asked') } : undefined;
  }

  /** Stands for what cannot be made again. */
  async #take({ run, stage, step, ...rest }: StageRecord): Promise<void> {
    const [ref] = await this.source.checkpoints(run, stage);
    const checkpoint = ref && (await this.source.checkpoint(ref));
    await this.#store.commit({ stage: { run, stage, step, ...rest }, ...(checkpoint && { checkpoint }), metrics: emptyColumns(), samples: [], events: [] });
  }

  /** Remembers the first difference up to this step, and has training end there. */
  async #compare(last: number): Promise<void> {
    if (!this.#under || this.#difference) return;
    const { stage: { stage }, history } = this.#under;
    const { metrics } = await this.#store.history(this.record.id, stage);
    this.#difference = firstDifference(history.metrics, metrics, last);
    if (this.#difference) void this.#training.stop();
  }

  /** Undefined where the stored run has no weights of that step any more. */
  async #compareWeights({ run, stage, step }: StageRecord): Promise<{ difference: Difference | undefined } | undefined> {
    const [stored, again] = await Promise.all([this.source.checkpoint({ run, stage, step }), this.#store.checkpoint({ run, stage, step })]);
    return stored && again && { difference: firstWeightDifference(stored, again) };
  }
}
