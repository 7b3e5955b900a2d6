/**
 * A folder that `transformers` saved, as files or in a zip: `config.json`, `model.safetensors` or its shards with their index, and `tokenizer.json`. Everything but the numbers is checked when it is
 * opened; the numbers are read tensor by tensor under our names. Ids of tokens are the folder's own. Nothing is stored here.
 */
import { detail, type Detail } from '../../contract/details';
import { Failure, type FailureCode } from '../../contract/failures';
import { parameterCount, parameterShapes, type ParameterShapes } from '../../contract/model-shape';
import { openArchive } from '../archive';
import { MOST_MODEL_CONFIG, MOST_TOKENIZER, MOST_UNPACKED_MODEL } from '../limits';
import { TRUNK } from './gpt2';
import { isLanguageModel, readConfig, type ReadConfig } from './read-config';
import { TensorFiles } from './tensor-files';

/** Path inside the folder or zip -> content. */
export type ModelFiles = ReadonlyMap<string, Blob>;

export interface OpenedModel extends ReadConfig {
  /** Of the folder it lies in; empty where that has none. */
  name: string;
  /** Text of `tokenizer.json`. */
  tokenizer: string;
  /** Types of its numbers, as safetensors calls them. */
  types: readonly string[];
  parameters: number;
  /** Of its weights' files. */
  bytes: number;
  /** Of our parameter. */
  read(parameter: string): Promise<Float32Array>;
}

const CONFIG = 'config.json';
const TOKENIZER = 'tokenizer.json';
const WEIGHTS = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';
const ADAPTERS = 'adapter_config.json';
/** Buffers of older versions, which say nothing that is not known; and the output, which is the embedding. */
const PASSED_OVER = /(^|\.)attn\.(bias|masked_bias)$|^lm_head\.weight$/;
/** What zip programs and systems leave beside the files. */
const STRAY = /(^|\/)(__MACOSX\/|\._|\.DS_Store$)/;

const refuse = (what: string | Detail) => new Failure('unreadable-model', what);

/** Codes of the readers that run files share, whose sentences speak of run files. */
const OF_RUN_FILES: readonly FailureCode[] = ['not-a-run-file', 'truncated-run-file', 'unreadable-run-file', 'wrong-hash'];

async function asModel<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Failure && OF_RUN_FILES.includes(error.code) ? refuse(error.told ?? (error.detail || detail('no-zip'))) : error;
  }
}

/** Files of a zip, whose names may be anything: they are compared, never written to. Throws `unreadable-model`. */
export const filesInZip = (zip: Blob): Promise<ModelFiles> => asModel(async () => {
  const { directory, read } = await openArchive(zip, { mostUnpacked: MOST_UNPACKED_MODEL, isName: () => true });
  const files = new Map<string, Blob>();
  const isWanted = (name: string) => !STRAY.test(name) && /(^|\/)(config\.json|tokenizer\.json|[^/]*\.safetensors|model\.safetensors\.index\.json|adapter_config\.json|pytorch_model[^/]*\.bin)$/.test(name);
  for (const name of directory.keys()) if (isWanted(name)) files.set(name, name.endsWith('.bin') ? new Blob() : new Blob([await read(name)])); // pickled weights are named, never opened
  return files;
});

/** Throws `unreadable-model`, `unfit-model`, `model-too-large`, each with what it is. */
export const openModel = (files: ModelFiles): Promise<OpenedModel> => asModel(async () => {
  const folder = await folderIn(files);
  const own = new Map([...files].flatMap(([path, file]): [string, Blob][] => (path.startsWith(folder) ? [[path.slice(folder.length), file]] : [])));
  const config = readConfig(await jsonIn(own, CONFIG));
  const weights = await weightFiles(own);
  const tensors = await TensorFiles.open(weights);
  const shapes = parameterShapes(config.shape, 'none');
  const nameOf = checkTensors(tensors, shapes);
  return {
    ...config,
    name: folder.split('/').at(-2) ?? '',
    tokenizer: await textIn(own, TOKENIZER, MOST_TOKENIZER),
    types: tensors.typesOf(Object.keys(shapes).map(nameOf)),
    parameters: parameterCount(shapes),
    bytes: [...weights.values()].reduce((sum, { size }) => sum + size, 0),
    read: (parameter) => asModel(() => tensors.read(nameOf(parameter))),
  };
});

/** The folder that the model lies in, with its slash: the highest with a configuration, and of several the one with a language model. */
async function folderIn(files: ModelFiles): Promise<string> {
  const found = [...files.keys()].filter((path) => (path === CONFIG || path.endsWith(`/${CONFIG}`)) && !STRAY.test(path)).map((path) => path.slice(0, -CONFIG.length));
  const depthOf = (folder: string) => folder.split('/').length;
  const least = Math.min(...found.map(depthOf));
  const highest = found.filter((folder) => depthOf(folder) === least);
  const [only] = highest;
  const adapters = [...files.keys()].filter((path) => path.endsWith(ADAPTERS)).map((path) => path.slice(0, -ADAPTERS.length));
  // Of adapters with their base inside, as we write them, the base alone is not what was meant.
  if (adapters.some((folder) => only === undefined || highest.every((model) => model !== folder && model.startsWith(folder)))) throw refuse(detail('adapter-alone'));
  if (only === undefined) throw refuse(detail('missing', CONFIG));
  if (highest.length === 1) return only;
  const models: string[] = [];
  for (const folder of highest) if (isLanguageModel(await jsonIn(files, folder + CONFIG))) models.push(folder);
  const [model] = models;
  if (model === undefined || models.length > 1) throw refuse(detail('several-models', highest.length, highest.join(', ')));
  return model;
}

/** By the index where there is one. */
async function weightFiles(files: ModelFiles): Promise<ModelFiles> {
  const whole = files.get(WEIGHTS);
  if (whole) return new Map([[WEIGHTS, whole]]);
  if (!files.has(INDEX)) {
    const pickled = [...files.keys()].find((name) => /^pytorch_model.*\.bin$/.test(name));
    throw refuse(pickled === undefined ? detail('missing', WEIGHTS) : detail('pickled', pickled));
  }
  const index = await jsonIn(files, INDEX);
  const map: unknown = typeof index === 'object' && index !== null && 'weight_map' in index ? index.weight_map : undefined;
  if (typeof map !== 'object' || map === null) throw refuse(detail('no-weight-map', INDEX));
  const shards = new Map<string, Blob>();
  for (const name of new Set(Object.values(map))) {
    const shard = typeof name === 'string' ? files.get(name) : undefined;
    if (!shard) throw refuse(detail('missing-shard', String(name), INDEX));
    shards.set(String(name), shard);
  }
  return shards;
}

/** @returns the folder's name of a parameter of ours. Throws `unreadable-model`, `unfit-model`. */
function checkTensors(tensors: TensorFiles, shapes: ParameterShapes): (parameter: string) => string {
  const { names } = tensors;
  const prefix = names.some((name) => name.startsWith(TRUNK)) ? TRUNK : '';
  const nameOf = (parameter: string) => prefix + parameter;
  for (const [parameter, shape] of Object.entries(shapes)) tensors.check(nameOf(parameter), shape);
  const known = new Set(Object.keys(shapes).map(nameOf));
  const strange = names.find((name) => !known.has(name) && !PASSED_OVER.test(name));
  if (strange !== undefined) throw new Failure('unfit-model', detail('nothing-named-here', strange));
  return nameOf;
}

async function textIn(files: ModelFiles, name: string, most: number): Promise<string> {
  const file = files.get(name);
  if (!file) throw refuse(detail(name === TOKENIZER ? 'missing-tokenizer' : 'missing', name));
  if (file.size > most) throw refuse(detail('larger-than', name, most / 2 ** 20));
  return file.text();
}

async function jsonIn(files: ModelFiles, name: string): Promise<unknown> {
  const text = await textIn(files, name, MOST_MODEL_CONFIG * (name.endsWith(INDEX) ? 16 : 1));
  try {
    return JSON.parse(text);
  } catch {
    throw refuse(detail('not-json', name));
  }
}
