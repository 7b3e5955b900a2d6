/**
 * What each JSON entry of a run file must look like. Unknown fields are left out, so that a file of a newer minor version can be read.
 * What is read must be exactly what the contract calls it: the functions that use these schemas return the contract's types.
 */
import * as v from 'valibot';
import { DetailSchema } from '../contract/details';
import { asRunId } from '../contract/ids';
import { CHOICES } from '../contract/preferences';
import { RETENTIONS } from '../contract/run';
import { Count, Quantity } from './json-entries';
import { LONGEST_RUN_NAME, MOST_CHECKPOINTS, MOST_STAGES, MOST_TAGS } from './limits';
import { Report } from './reward-report-schema';
import { tagOf } from './tags';

const Id = v.pipe(v.string(), v.regex(/^[\w-]{1,100}$/), v.transform(asRunId));
const StageId = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]*$/));
const Time = Quantity;

/** As `tagOf` makes them. */
const Tags = v.pipe(
  v.array(v.pipe(v.string(), v.check((tag) => tag !== '' && tagOf(tag) === tag, 'this is no tag'))),
  v.maxLength(MOST_TAGS),
  v.check((tags) => isSet(tags), 'a tag is listed twice'),
);

const Ref = v.object({ run: Id, stage: StageId, step: Count });
const Engine = v.nullable(v.object({ engine: v.picklist(['webgpu', 'wasm', 'cpu']), adapter: v.string(), note: v.string(), told: v.exactOptional(DetailSchema) }));

/** What every version of the format has, whatever else may change. */
export const Format = v.object({ format: v.exactOptional(v.unknown()) });
export const Version = v.object({ version: v.object({ major: v.pipe(Count, v.minValue(1)), minor: Count }) });

/** Entry -> SHA-256 in hexadecimal. */
export const Hashes = v.object({ hashes: v.record(v.string(), v.string()) });

export const Manifest = v.pipe(
  v.object({
    run: v.object({ id: Id, name: v.pipe(v.string(), v.maxLength(LONGEST_RUN_NAME)), appVersion: v.string(), tags: v.exactOptional(Tags), keep: v.exactOptional(v.picklist(RETENTIONS)) }),
    created: Time,
    parents: v.array(Ref),
    /** Checked and completed by the contract's own parser. */
    config: v.unknown(),
    seed: v.number(),
    task: v.string(),
    /** Stages that have begun, in order, each with the steps of its checkpoints. */
    stages: v.pipe(v.array(v.object({ id: StageId, engine: Engine, checkpoints: v.pipe(v.array(Count), v.maxLength(MOST_CHECKPOINTS)) })), v.maxLength(MOST_STAGES)),
  }),
  v.check(({ stages }) => isSet(stages.map(({ id }) => id)), 'a stage is listed twice'),
  v.check(({ stages }) => stages.every(({ checkpoints }) => isSet(checkpoints)), 'a checkpoint is listed twice'),
);

export const Stage = v.object({
  stage: StageId,
  step: Count,
  total: Count,
  finished: v.boolean(),
  engine: Engine,
  updated: Time,
  seconds: Quantity,
  borrowed: v.exactOptional(Ref),
  report: v.exactOptional(Report),
});

const Completion = v.object({
  tokens: v.array(
    v.object({
      text: v.string(),
      logProb: Quantity,
      referenceLogProb: Quantity,
      kl: v.exactOptional(Quantity),
      odds: v.array(v.object({ text: v.string(), policy: Quantity, reference: Quantity })),
      reward: v.exactOptional(Quantity),
      value: v.exactOptional(Quantity),
      advantage: v.exactOptional(Quantity),
    }),
  ),
  text: v.string(),
  ended: v.boolean(),
  gold: v.exactOptional(Quantity),
  proxy: v.exactOptional(Quantity),
});

const Side = v.array(
  v.object({
    text: v.string(),
    logProb: v.exactOptional(Quantity),
    referenceLogProb: v.exactOptional(Quantity),
    kl: v.exactOptional(Quantity),
    score: v.exactOptional(Quantity),
    reward: v.exactOptional(Quantity),
  }),
);

export const Samples = v.object({
  step: Count,
  prompts: v.array(v.object({ prompt: v.string(), before: Completion, now: Completion })),
  pairs: v.exactOptional(v.array(v.object({ prompt: v.string(), chosen: Side, rejected: Side }))),
});

export const Event = v.object({
  time: Time,
  stage: StageId,
  step: Count,
  kind: v.picklist(['started', 'resumed', 'paused', 'finished', 'failed', 'saved']),
  text: v.string(),
});

const Tokens = v.array(Count);
const Answer = v.object({ text: v.string(), ended: v.boolean(), tokens: Tokens });

export const Preference = v.object({
  time: Time,
  step: Count,
  question: Count,
  prompt: v.object({ text: v.string(), tokens: Tokens }),
  a: Answer,
  b: Answer,
  choice: v.picklist([...CHOICES, 'undone']),
  by: v.picklist(['visitor', 'gold']),
  seconds: Quantity,
});

export const State = v.object({
  created: Time,
  random: v.record(v.string(), v.object({ seed: Count, stream: Count, drawn: Count })),
  counters: v.record(v.string(), Quantity),
  lists: v.exactOptional(v.record(v.string(), v.array(v.array(Count)))),
  numbers: v.exactOptional(v.record(v.string(), v.array(v.array(v.pipe(v.number(), v.finite()))))),
});

export const Tokenizer = v.object({ vocabulary: v.array(v.string()) });

function isSet(values: readonly (string | number)[]): boolean {
  return new Set(values).size === values.length;
}
