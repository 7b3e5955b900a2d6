/**
 * Everything that can go wrong for a visitor, in one sentence that says what happened and what to do.
 * The code is stable and crosses threads; the sentence is what the page and the batch door show.
 */
import { detailText, type Detail } from './details';
export const FAILURES = {
  'no-engine': 'Neither WebGPU nor WebAssembly could be started; open this page in a current Chrome, Edge, Firefox or Safari.',
  'no-webgpu': 'This browser offers no WebGPU adapter; choose the WASM engine (or Automatic) and press Train again.',
  'run-elsewhere': 'This run is not stored in this browser, so only its settings are shown; import its file to go on with it, or press Train to run the same again.',
  'device-lost': 'The GPU device was lost or refused one of our kernels, and no other engine could take its place; press Train to go on from the last checkpoint.',
  'non-finite-loss': 'The loss or its gradient became NaN or infinite, so training stopped at the last good checkpoint; press Reset, lower the learning rate and press Train.',
  'sequence-too-long': 'A text is longer than the model can read, so nothing was computed; choose a shorter text.',
  'unknown-token': 'A text holds a token that the model does not know, so nothing was computed; choose the task that the model was trained on.',
  'unusable-prompt': 'This prompt cannot be read by the task, so nothing was said; correct it or choose one of the examples.',
  'unlike-models': 'These models do not read the same tokens, so they cannot be held against each other; choose two of one task, and where it is yours, of the same data.',
  'model-worker-stopped': 'The worker in which models speak stopped unexpectedly, so nothing was said; press Generate to start it again.',
  'step-worker-stopped': 'The worker that makes a step in slow motion stopped unexpectedly, so nothing is shown and nothing was changed; press Show again.',
  'unwatched-step': 'This step cannot be shown in slow motion, so nothing was computed; choose another stage or another checkpoint.',
  'non-finite-reward': 'The reward of a completion became NaN or infinite, so training stopped at the last good checkpoint; train the reward model again with a lower learning rate.',
  'no-visitor': 'A stage asks a person which completion is better, and nobody is here to answer; train it in the page, or add --visitor gold to have the true reward answer in a person’s place.',
  'unusable-pair': 'A preference pair cannot be learned from, so nothing was trained; correct or remove it in the data and press Train again.',
  'unfit-data': 'These data cannot teach what a stage wants to learn, so nothing was trained; choose another data set under Task, or a recipe that fits these.',
  'missing-dataset': 'The data set that this run learns from is not in this browser, so nothing was trained; import it on the Data screen or choose another under Task, and press Train again.',
  'nothing-left': 'The filter keeps no pair at all, so there is nothing to learn from; choose a higher edge or a wider gap and press Train again.',
  'no-pairs': 'There is not one preference pair to learn from, so nothing was trained; choose a side of at least one pair, or loosen what leaves pairs out.',
  'no-task-data': 'The data of this task could not be loaded; reload the page while online, then press Train.',
  'no-base': 'No trained model of this task could be loaded; reload the page while online, or choose a recipe that pretrains one here.',
  'base-size': 'The trained model of this task has one size, and another was set, so nothing was trained; choose a recipe that pretrains a model here, or set width, layers and heads back to their defaults.',
  'missing-checkpoint': 'A stage needs a checkpoint that is not stored here; train the stage before it, or import the run that has it.',
  'nothing-to-export': 'This run has no policy and no reward model yet, so nothing was exported; train it to its first checkpoint and try again.',
  'checkpoint-mismatch': 'A checkpoint does not fit the model in its own configuration, so nothing was changed; export the run again where it was trained.',
  'damaged-checkpoint': 'A stored checkpoint is damaged, so it was not used and nothing was changed; choose another checkpoint of the run to branch from (its row under Runs lists them), or import its file again.',
  'not-a-run-file': 'This is not a .nudge run file, so nothing was imported; choose a file written by Export run.',
  'truncated-run-file': 'This run file is cut short or damaged, so nothing was imported; copy or download it again.',
  'wrong-hash': 'The content of this run file does not match its own checksums, so nothing was imported; get a fresh copy of it.',
  'newer-run-file': 'This run file was written by a newer version of Nudge, so nothing was imported; reload the page to update, then import it again.',
  'unreadable-run-file': 'The description inside this run file could not be understood, so nothing was imported; export the run again where it was made.',
  'unreadable-tokenizer': 'This tokenizer file cannot be used, so nothing was changed; choose a tokenizer.json of byte-level BPE, as GPT-2 has, or train a tokenizer here.',
  'unreadable-model': 'This is no model that can be read here, so nothing was imported; choose a folder or a zip with config.json, model.safetensors and tokenizer.json, as transformers saves it.',
  'unfit-model': 'This model computes something else than the engine here, so nothing was imported; choose a GPT-2 language model (GPT2LMHeadModel) with gelu_new and an output tied to its embedding.',
  'model-too-large': 'This model is larger than can be held here, so nothing more was done; choose a smaller one, a shorter context, or a machine with more memory.',
  'no-imported-model': 'This stage takes an imported model and its run has none; choose a recipe for your data and the model under “Start pretrain from”, or drop its folder or zip on the page first.',
  'no-imported-tokens': 'This run wants the tokens of an imported model and has none; choose such a model under “Start pretrain from”, or other tokens under Task.',
  'unreadable-data': 'This file could not be read as data, so nothing was imported; correct it and try again.',
  'no-usable-rows': 'No row of this file can be used, so nothing was imported; correct the file or choose other columns, and try again.',
  'data-too-large': 'There is more in this file than fits here, so nothing was imported; choose a smaller part of it, or delete runs and data sets you no longer need.',
  'dataset-gone': 'This data set is not stored here any more, so nothing was changed; import its file again.',
  'import-ended': 'This import was ended before its last row, so nothing was imported; import the file again.',
  'data-worker-stopped': 'The worker that reads data stopped unexpectedly, so nothing was changed; reload the page and try again.',
  'disk-full': 'The browser has no room left for this, so nothing was changed; delete runs or data sets you no longer need and try again.',
  'no-storage': 'This browser does not let the page store anything (private window?), so runs are kept in memory only; press Export run before you leave.',
  'unknown-recipe': 'There is no such recipe.',
  'unknown-knob': 'There is no such knob.',
  'invalid-config': 'A setting is outside its range; correct it and try again.',
  'code-missing': 'A part of this page could not be fetched (there is no network, or the page is of an older version than what is served now), so nothing was changed; reload the page while online.',
  'worker-crashed': 'The training worker stopped unexpectedly; press Train to go on from the last checkpoint.',
  'damaged-link': 'This link is cut short or damaged, so nothing was changed; copy it again where it was made.',
  'newer-link': 'This link was made by a newer version of Nudge and says what this one does not know, so nothing was changed; reload the page to update, then open it again.',
  'not-a-lesson': 'This is not a .nudge-lesson file, so nothing was opened; choose a file that “Download as a file” under Lessons has written.',
  'newer-lesson': 'This lesson was written for a newer version of Nudge, so nothing was opened; reload the page to update, then open it again.',
  'unreadable-lesson': 'This lesson file could not be understood, so nothing was opened; correct it in a text editor and open it again.',
  'lesson-too-large': 'This is more than a lesson may be, or one lesson too many, so nothing was opened; delete what you no longer need and try again.',
  'run-busy': 'This run is already being trained here or in another tab; press Reset there or close that tab first.',
} as const;

export type FailureCode = keyof typeof FAILURES;

export class Failure extends Error {
  override readonly name = 'Failure';
  /** In English. */
  readonly detail: string;
  /** The same for a page in another language, where it is a sentence of ours. */
  readonly told: Detail | undefined;

  /** @param detail the fact behind the sentence: a name, a number, the text of the original error, or a sentence of ours */
  constructor(
    readonly code: FailureCode,
    detail: string | Detail = '',
  ) {
    const text = detailText(detail);
    super(text ? `${FAILURES[code]} (${text})` : FAILURES[code]);
    this.detail = text;
    this.told = typeof detail === 'string' ? undefined : detail;
  }
}

/** Errors lose their class when cloned between threads, so they cross as this record. */
export interface FailureRecord {
  code: FailureCode | 'unexpected';
  detail: string;
  told?: Detail;
  stack: string | undefined;
}

export function toRecord(error: unknown): FailureRecord {
  if (error instanceof Failure) return { code: error.code, detail: error.detail, ...(error.told && { told: error.told }), stack: error.stack };
  if (error instanceof Error) return { code: 'unexpected', detail: error.message, stack: error.stack };
  return { code: 'unexpected', detail: String(error), stack: undefined };
}

export function fromRecord({ code, detail, told, stack }: FailureRecord): Error {
  const error = code === 'unexpected' ? new Error(detail) : new Failure(code, told ?? detail);
  if (stack !== undefined) error.stack = stack;
  return error;
}

/** The sentence to show for any error. */
export function sentenceOf(record: FailureRecord): string {
  if (record.code === 'unexpected') return `Something unexpected went wrong (${record.detail}); press Train to go on from the last checkpoint.`;
  return record.detail ? `${FAILURES[record.code]} (${record.detail})` : FAILURES[record.code];
}
