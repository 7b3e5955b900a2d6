/** Whether a checkpoint's tensors are exactly those of the models it says it holds. Reads names and shapes only. */
import type { Product } from '../contract/algorithms';
import { bestOf, memberNames } from '../contract/algorithms/reward-model';
import { Failure } from '../contract/failures';
import { parameterShapes, type ModelShape } from '../contract/model-shape';
import { decodeSafetensors, encodeSafetensors, readSafetensorsHeader } from './safetensors';

/** Every model that a reward-model stage may hold: members of an ensemble, and the best weights of each. */
const SCORERS = memberNames().flatMap((member) => [member, bestOf(member)]);

/** Models by name; optimizers are named after the model they move. */
const HEADS: Readonly<Record<string, 'none' | 'score'>> = { policy: 'none', reference: 'none', critic: 'score', ...Object.fromEntries(SCORERS.map((name) => [name, 'score' as const])) };
const MOMENTS = ['.m', '.v'];

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
  const refuse = (what: string) => new Failure('checkpoint-mismatch', `${where}: ${what}`);
  const groups = byPrefix(tensors);
  if (makes !== 'pairs' && !groups.has(makes)) throw refuse(`no model named ${makes}`);
  for (const [group, found] of groups) {
    const [model = '', moment] = group.split(/(?=\.)/);
    const head = Object.hasOwn(HEADS, model) ? HEADS[model] : undefined;
    if (!head || (moment !== undefined && !MOMENTS.includes(moment))) throw refuse(`nothing is named ${group || [...found.keys()].join(', ')}`);
    const companions = moment === undefined ? [] : [model, ...MOMENTS.map((other) => model + other)];
    for (const companion of companions) if (!groups.has(companion)) throw refuse(`${group} without ${companion}`);
    const wanted = parameterShapes(shapeOf(model), head);
    for (const [parameter, sides] of Object.entries(wanted)) {
      const got = found.get(parameter);
      if (!got) throw refuse(`${group}/${parameter} is missing`);
      if (got.join() !== sides.join()) throw refuse(`${group}/${parameter} is [${got.join(', ')}], not [${sides.join(', ')}]`);
    }
    for (const parameter of found.keys()) if (!Object.hasOwn(wanted, parameter)) throw refuse(`nothing is named ${group}/${parameter}`);
  }
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
