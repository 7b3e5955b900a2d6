/** Whether a checkpoint's tensors are exactly those of the models it says it holds. Reads names and shapes only. */
import { ALPHA, adapterShapeIn, adapterShapes, targetShapes, type AdapterShape } from '../contract/adapter-shape';
import type { Product } from '../contract/algorithms';
import { bestOf, memberNames } from '../contract/algorithms/reward-model';
import { detail, type Detail } from '../contract/details';
import { Failure } from '../contract/failures';
import { parameterShapes, type ModelShape, type ParameterShapes } from '../contract/model-shape';
import { decodeSafetensors, encodeSafetensors, readSafetensorsHeader } from './safetensors';

/** Every model that a reward-model stage may hold: members of an ensemble, and the best weights of each. */
const SCORERS = memberNames().flatMap((member) => [member, bestOf(member)]);

/** Models by name; optimizers are named after the model they move. */
const HEADS: Readonly<Record<string, 'none' | 'score'>> = { policy: 'none', reference: 'none', critic: 'score', ...Object.fromEntries(SCORERS.map((name) => [name, 'score' as const])) };
/** Parts of what an optimizer of a whole model remembers, and of one that trains adapters. */
const MOMENTS = ['.m', '.v'];
const ADAPTERS = ['.lora', '.lora.m', '.lora.v', '.frozen'];

/** Parameter -> shape. */
type Shapes = Map<string, readonly number[]>;

/** Longest sequence, read from the position embedding of a model; undefined where there is none. Throws `unreadable-run-file`. */
export const contextIn = (tensors: Uint8Array, model: Product): number | undefined => readSafetensorsHeader(tensors).tensors.get(`${model}/wpe.weight`)?.shape[0];

const POSITIONS = /\/wpe\.weight$/;

/** The same models for texts of at most so many tokens: a model learned each place by itself, so the first ones serve alone. As it is where it has no more places. Throws `unreadable-run-file`. */
export function withContext(tensors: Uint8Array<ArrayBuffer>, context: number): Uint8Array<ArrayBuffer> {
  const places = Object.entries(readSafetensorsHeader(tensors).shapes).filter(([name]) => POSITIONS.test(name));
  if (places.every(([, [rows = 0]]) => rows <= context)) return tensors;
  const cut = Object.entries(decodeSafetensors(tensors)).map(([name, tensor]) => {
    const [rows = 0, width = 0] = tensor.shape;
    return [name, POSITIONS.test(name) && rows > context ? { shape: [context, width], data: tensor.data.subarray(0, context * width) } : tensor] as const;
  });
  return encodeSafetensors(Object.fromEntries(cut));
}

/**
 * @param shapeOf a model's shape by its name
 * @param makes the model that later stages start from, which must be there; a stage that makes pairs has no model
 * @param where for the words of a refusal
 * Throws `checkpoint-mismatch`, and `unreadable-run-file` when the tensors are no safetensors file.
 */
export function checkFit(tensors: Uint8Array, shapeOf: (model: string) => ModelShape, makes: Product, where: string): void {
  const refuse = (what: Detail) => new Failure('checkpoint-mismatch', detail('at', where, what));
  const groups = byPrefix(tensors);
  if (makes !== 'pairs' && !groups.has(makes)) throw refuse(detail('no-model-named', makes));
  for (const [group, found] of groups) {
    const model = group.replace(/\..*/, '');
    const part = group.slice(model.length);
    const head = Object.hasOwn(HEADS, model) ? HEADS[model] : undefined;
    const companions = [[''], MOMENTS, ADAPTERS].find((parts) => parts.includes(part));
    if (!head || !companions) throw refuse(detail('nothing-named', group || [...found.keys()].join(', ')));
    for (const companion of ['', ...companions]) if (!groups.has(model + companion)) throw refuse(detail('without', group, `${model}${companion}`));
    const adapter = companions === ADAPTERS ? adapterShapeIn(Object.fromEntries(groups.get(`${model}.lora`)!)) : undefined; // one of the companions
    if (companions === ADAPTERS && !adapter) throw refuse(detail('no-adapters', `${model}.lora`));
    const wanted = adapter ? partShapes(shapeOf(model), adapter, part) : parameterShapes(shapeOf(model), head);
    for (const [parameter, sides] of Object.entries(wanted)) {
      const got = found.get(parameter);
      if (!got) throw refuse(detail('missing', `${group}/${parameter}`));
      if (got.join() !== sides.join()) throw refuse(detail('other-shape', `${group}/${parameter}`, got.join(', '), sides.join(', ')));
    }
    for (const parameter of found.keys()) if (!Object.hasOwn(wanted, parameter)) throw refuse(detail('nothing-named', `${group}/${parameter}`));
  }
}

/** What stands in a part of adapters. */
function partShapes(shape: ModelShape, adapter: AdapterShape, part: string): ParameterShapes {
  if (part === '.frozen') return targetShapes(shape, adapter.targets);
  return { ...adapterShapes(shape, adapter), ...(part === '.lora' && { [ALPHA]: [1] }) };
}

/** `policy.m/wte.weight` -> `policy.m` -> `wte.weight` -> shape */
function byPrefix(tensors: Uint8Array): Map<string, Shapes> {
  const groups = new Map<string, Shapes>();
  for (const [name, { shape }] of readSafetensorsHeader(tensors).tensors) {
    const end = name.indexOf('/');
    const prefix = name.slice(0, Math.max(0, end));
    const group: Shapes = groups.get(prefix) ?? new Map();
    groups.set(prefix, group.set(name.slice(end + 1), shape));
  }
  return groups;
}
