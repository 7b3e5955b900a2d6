/**
 * A Lab link holds what differs from the recipe: `#/lab?recipe=…&seed=…&backend=…&set=part.knob=value`, or, where that would be long, the same packed:
 * `#/lab?c=…&backend=…`. That of an open run begins with `run=…`, which means something only where the run is stored; the rest tells everybody else what was set.
 * Links are of version 1 where they do not say another (`v=…`); what later versions changed is told in `CHANGES`, so that an old link still trains the same run.
 */
import { settingsBetween, type RunConfig } from '../contract/config';
import type { EngineChoice } from '../contract/engine';
import { detail } from '../contract/details';
import { Failure } from '../contract/failures';
import { configOf, RECIPES, recipeOf, type Recipe } from '../recipes';
import { asRunId, type RunId } from '../contract/ids';
import type { CheckpointRef } from '../contract/run';
import { pack, unpack } from '../storage/packed';
import { handoutFrom, saidOfHandout, type Handout } from './handout';

export const DEFAULT_SEED = 1;
export const ENGINE_CHOICES = ['auto', 'webgpu', 'wasm', 'wasm-fast'] as const satisfies readonly EngineChoice[];

export const defaultRecipe = () => RECIPES[0]!.id; // the list of recipes is never empty

export const engineOf = (params: URLSearchParams): EngineChoice => ENGINE_CHOICES.find((choice) => choice === params.get('backend')) ?? 'auto';

/** What a link says of a configuration. Only what it says: a recipe, a seed or settings may be missing. */
export interface Said {
  recipe: string | null;
  seed: string | null;
  settings: readonly string[];
}

/** A version of links is counted up when a knob is renamed, or when a recipe's or an algorithm's default changes. */
export const LINK_VERSION = 1;

/** Version -> what a link of it says in the words of the next: renamed knobs, and the old default where a recipe has a new one now. */
export const CHANGES: Readonly<Record<number, (said: Said) => Said>> = {};

/** Characters from which on a link packs what it says. Shorter ones stay legible. */
const LONG = 300;

/** Whether the link says which experiment to show. */
export const describesDraft = (params: URLSearchParams): boolean => ['recipe', 'seed', 'set', 'c'].some((name) => params.has(name));

const versionOf = (params: URLSearchParams): number => {
  const given = params.get('v') ?? '1';
  if (!/^[1-9]\d{0,5}$/.test(given)) throw new Failure('damaged-link', detail('link-version', given.slice(0, 20)));
  return Number(given);
};

/** Whether it was made by a version that may mean more by it than this one knows. */
export const isNewer = (params: URLSearchParams): boolean => versionOf(params) > LINK_VERSION;

/** What is packed, and whatever else the address says besides. */
function unpacked(params: URLSearchParams): URLSearchParams {
  const packed = params.get('c');
  if (packed === null) return params;
  try {
    return new URLSearchParams(`${unpack(packed)}&${params}`);
  } catch (error) {
    throw new Failure('damaged-link', error instanceof Error ? error.message : String(error));
  }
}

/** What a teacher hands out with it. Throws `damaged-link`. */
export const handoutOf = (params: URLSearchParams): ReturnType<typeof handoutFrom> => handoutFrom(unpacked(params));

/** In the words of this version. @param changes the versions' own, or a test's */
export function saidBy(params: URLSearchParams, changes = CHANGES, newest = LINK_VERSION): Said {
  const all = unpacked(params);
  let said: Said = { recipe: all.get('recipe'), seed: all.get('seed'), settings: all.getAll('set') };
  for (let version = versionOf(params); version < newest; version++) said = changes[version]?.(said) ?? said;
  return said;
}

/** The configuration a link describes. Throws `Failure` for an unknown recipe or knob, and says so where a newer version may know it. */
export function configFrom(params: URLSearchParams): RunConfig {
  const { recipe, seed, settings } = saidBy(params);
  const given = seed ?? String(DEFAULT_SEED);
  try {
    const found = recipeOf(recipe ?? defaultRecipe());
    const number = given.trim() === '' ? NaN : Number(given);
    return settings.length > 0 ? configOf(found, number, settings) : untouched(found, number);
  } catch (error) {
    if (isNewer(params)) throw new Failure('newer-link', error instanceof Error ? error.message : String(error));
    throw error;
  }
}

/** Settings in which a configuration differs from its recipe; none where the recipe is not one of ours (an imported file). */
export function settingsOf(config: RunConfig): string[] {
  const recipe = RECIPES.find(({ id }) => id === config.recipe);
  return recipe ? settingsBetween(untouched(recipe, config.seed), config) : [];
}

/** The last that was read: every address that is shown asks for the same. */
let last: { recipe: Recipe; seed: number; config: RunConfig } | undefined;
function untouched(recipe: Recipe, seed: number): RunConfig {
  if (last?.recipe !== recipe || last.seed !== seed) last = { recipe, seed, config: configOf(recipe, seed) };
  return last.config;
}

export function linkTo(shown: { config: RunConfig; run: RunId | null }, engine: EngineChoice, handout: Handout | null = null): string {
  const said: string[] = [];
  if (RECIPES.some(({ id }) => id === shown.config.recipe)) said.push(`recipe=${shown.config.recipe}`);
  if (shown.config.seed !== DEFAULT_SEED) said.push(`seed=${shown.config.seed}`);
  for (const setting of settingsOf(shown.config)) said.push(`set=${setting}`);
  if (handout) said.push(...saidOfHandout(handout));
  // Settings are legible in the address: of the characters they contain, only `&` and `#` could break it, and no knob has those.
  const legible = said.join('&');
  const params = [
    ...(shown.run ? [`run=${shown.run}`] : []),
    ...(legible.length > LONG ? [`c=${pack(legible)}`] : said),
    ...(LINK_VERSION > 1 ? [`v=${LINK_VERSION}`] : []),
    ...(engine !== 'auto' ? [`backend=${engine}`] : []),
  ];
  return `#/lab${params.length > 0 ? '?' : ''}${params.join('&')}`;
}

/** The same on the screen where a teacher hands it out. */
export const handOutAddress = (link: string): string => link.replace('#/lab', '#/hand-out');

/** The same with all controls in sight and free, for whoever is about to change what is handed out. */
export const unveiledLink = (link: string): string => `${link}&all=1`;
export const isUnveiling = (params: URLSearchParams): boolean => params.has('all');

/** Opens the Lab with a draft that starts from a checkpoint, which means something only where that is stored. */
export const branchLink = ({ run, stage, step }: CheckpointRef): string => `#/lab?from=${run}/${stage}/${step}`;

/** The checkpoint that such a link names. Throws `damaged-link`. */
export function branchIn(from: string): CheckpointRef {
  const [, run, stage, step] = /^([^/]+)\/([^/]+)\/(\d{1,15})$/.exec(from) ?? [];
  if (run === undefined || stage === undefined) throw new Failure('damaged-link', detail('link-from', from.slice(0, 100)));
  return { run: asRunId(run), stage, step: Number(step) };
}

/** What a new run is called until somebody renames it. */
export const nameOf = (config: RunConfig): string => [`${config.recipe} seed ${config.seed}`, ...settingsOf(config)].join(' ');
