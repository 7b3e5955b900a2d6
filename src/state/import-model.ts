/**
 * A folder or zip that `transformers` saved becomes a run with one stage, whose checkpoint is the model under our names and in our numbering of tokens. No browser needed: the batch door uses it too.
 * Everything is read and checked before anything is stored, and it is stored at once.
 */
import { LOOKED } from '../contract/algorithms/base';
import { parseRunConfig, type RunConfig } from '../contract/config';
import { detail } from '../contract/details';
import { Failure } from '../contract/failures';
import { newRunId } from '../contract/ids';
import { emptyColumns } from '../contract/metrics';
import { parameterShapes, type ModelShape } from '../contract/model-shape';
import type { RunRecord } from '../contract/run';
import { configOf } from '../recipes';
import { imported, IMPORTED_STAGE } from '../recipes/imported';
import { filesInZip, openModel, type ModelFiles, type OpenedModel } from '../storage/hugging-face/read-folder';
import { LONGEST_RUN_NAME, MOST_PARAMETERS } from '../storage/limits';
import type { RunBundle, RunStore } from '../storage/run-store';
import { encodeSafetensors, type NamedTensor } from '../storage/safetensors';
import { importTokenizer, type ImportedTokens } from '../tasks/tokenizer/imported';

/** What a model is, before anybody imports it. */
export interface ModelPreview {
  kind: 'model';
  name: string;
  shape: ModelShape;
  parameters: number;
  /** As safetensors calls them. */
  types: readonly string[];
  /** Of its weights' files. */
  bytes: number;
}

export interface ReadableModel {
  preview: ModelPreview;
  /** Reads the numbers. Throws `unreadable-model`. */
  read(): Promise<{ config: RunConfig; tensors: Uint8Array<ArrayBuffer>; ids: readonly number[] }>;
}

const STEP = 1;

/** Everything but the numbers is checked. @param given a zip, or files by their paths @param called where the files lie in no folder. Throws `unreadable-model`, `unfit-model`, `model-too-large`, `unreadable-tokenizer`. */
export async function readModel(given: Blob | ModelFiles, called: string): Promise<ReadableModel> {
  const model = await openModel(given instanceof Blob ? await filesInZip(given) : given);
  const tokens = importTokenizer(model.tokenizer, { vocabulary: model.shape.vocabulary, start: model.start, end: model.end, padding: model.padding });
  const { shape, parameters, types, bytes } = model;
  if (parameters > MOST_PARAMETERS) throw new Failure('model-too-large', detail('million-parameters', parameters, MOST_PARAMETERS));
  const name = (model.name || called).slice(0, LONGEST_RUN_NAME);
  return {
    preview: { kind: 'model', name, shape, parameters, types, bytes },
    read: async () => ({ config: configFor(shape, tokens), tensors: await checkpointOf(model, tokens), ids: tokens.ids }),
  };
}

function configFor({ width, layers, heads, context }: ModelShape, { pieces }: ImportedTokens): RunConfig {
  const config = configOf(imported, 1);
  return parseRunConfig({ ...config, model: { width, layers, heads }, task: { ...config.task, context, pieces } });
}

/** Rows of the embedding go where our ids have their tokens; everything else has our names and shapes already. */
async function checkpointOf({ shape, read }: OpenedModel, { ids }: ImportedTokens): Promise<Uint8Array<ArrayBuffer>> {
  const tensors: Record<string, NamedTensor> = {};
  for (const [name, sides] of Object.entries(parameterShapes({ ...shape, vocabulary: ids.length }, 'none'))) {
    const numbers = await read(name);
    tensors[`policy/${name}`] = { shape: sides, data: name === 'wte.weight' ? rowsOf(numbers, ids, shape.width) : numbers };
  }
  return encodeSafetensors(tensors);
}

function rowsOf(numbers: Float32Array, ids: readonly number[], width: number): Float32Array {
  const rows = new Float32Array(ids.length * width);
  ids.forEach((id, row) => rows.set(numbers.subarray(id * width, (id + 1) * width), row * width));
  return rows;
}

/** Stored whole or not at all. Throws what reading and storing throw. */
export async function importModel(store: RunStore, { preview, read }: ReadableModel, appVersion: string): Promise<RunRecord> {
  const { config, tensors } = await read();
  const record: RunRecord = { id: newRunId(), name: preview.name, config, created: Date.now(), appVersion, parents: [] };
  const stage: RunBundle['stages'][number] = {
    stage: { run: record.id, stage: IMPORTED_STAGE, step: STEP, total: STEP, finished: false, engine: null, updated: record.created, seconds: 0 },
    history: { metrics: emptyColumns(), samples: [], events: [] },
    // Nobody has looked at it yet: Train does.
    checkpoints: [{ run: record.id, stage: IMPORTED_STAGE, step: STEP, created: record.created, state: { random: {}, counters: { [LOOKED]: 0 } }, tensors }],
  };
  await store.putBundle({ record, stages: [stage] });
  return record;
}
