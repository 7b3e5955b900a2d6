/** Which stored models can be talked to, which one to hold another against, and how an address names them. Pure. */
import { ALGORITHMS } from '../contract/algorithms';
import type { RunConfig } from '../contract/config';
import { asRunId } from '../contract/ids';
import type { CheckpointRef, RunRecord } from '../contract/run';
import type { TaskConfig } from '../contract/tasks';
import type { RunSummary } from '../storage/run-store';

/** A run with something to talk to, or with a judge. Checkpoints of later stages come first, of one stage the newest. */
export interface Speakable {
  record: RunRecord;
  policies: readonly CheckpointRef[];
  rewards: readonly CheckpointRef[];
}

const makes = (config: RunConfig, stage: string, kind: 'policy' | 'reward'): boolean => config.stages.some(({ id, train }) => id === stage && ALGORITHMS[train.algorithm].makes === kind);

/** Of step 0 nothing is kept. */
export const hasPolicy = ({ config }: RunRecord, checkpoints: readonly CheckpointRef[]): boolean => checkpoints.some(({ stage, step }) => step > 0 && makes(config, stage, 'policy'));

/** Newest run first; those without a model are left out. */
export function speakablesOf(overview: readonly RunSummary[]): Speakable[] {
  return overview
    .map(({ record, checkpoints }): Speakable => {
      const of = (kind: 'policy' | 'reward') =>
        record.config.stages.toReversed().flatMap(({ id }) =>
          makes(record.config, id, kind) ? checkpoints.filter(({ stage, step }) => stage === id && step > 0).map(({ run, stage, step }) => ({ run, stage, step })).sort((a, b) => b.step - a.step) : []);
      return { record, policies: of('policy'), rewards: of('reward') };
    })
    .filter(({ policies, rewards }) => policies.length + rewards.length > 0)
    .sort((a, b) => b.record.created - a.record.created);
}

/** Models of both read the same tokens: those of a task are its own, those of somebody's data were learned from it. */
export const readsAlike = (a: TaskConfig, b: TaskConfig): boolean => a.id === b.id && (a.id !== 'yours' || JSON.stringify(a) === JSON.stringify(b));

export const isSame = (a: CheckpointRef | null, b: CheckpointRef | null): boolean => a !== null && b !== null && a.run === b.run && a.stage === b.stage && a.step === b.step;

/** What a policy began from, which is what it is held to. */
export function referenceOf(left: CheckpointRef, all: readonly Speakable[]): CheckpointRef | null {
  const found = all.find(({ record }) => record.id === left.run);
  const from = found?.record.config.stages.find(({ id }) => id === left.stage)?.start['policy'];
  return found?.policies.find(({ stage }) => stage === from) ?? null;
}

/** The one that a policy was trained by, else the last of its run, else the newest of another run of the same tokens. */
export function judgeOf(left: CheckpointRef, all: readonly Speakable[]): CheckpointRef | null {
  const own = all.find(({ record }) => record.id === left.run);
  if (!own) return null;
  const from = own.record.config.stages.find(({ id }) => id === left.stage)?.start['reward'];
  const others = all.filter(({ record }) => readsAlike(record.config.task, own.record.config.task));
  return own.rewards.find(({ stage }) => stage === from) ?? own.rewards[0] ?? others.flatMap(({ rewards }) => rewards)[0] ?? null;
}

/** `run/stage/step`; none of them holds a slash. */
export const written = ({ run, stage, step }: CheckpointRef): string => `${run}/${stage}/${step}`;

export function readRef(text: string | null): CheckpointRef | null {
  const [, run = '', stage = '', step = ''] = /^([^/]+)\/([^/]+)\/(\d+)$/.exec(text ?? '') ?? [];
  return run === '' ? null : { run: asRunId(run), stage, step: Number(step) };
}
