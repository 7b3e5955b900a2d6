/**
 * A Lab link holds what differs from the recipe: `#/lab?recipe=…&seed=…&backend=…&set=part.knob=value`. That of an open run begins with `run=…`,
 * which means something only where the run is stored; the rest tells everybody else what was set.
 */
import { settingsBetween, type RunConfig } from '../contract/config';
import type { EngineChoice } from '../contract/engine';
import { configOf, RECIPES, recipeOf } from '../recipes';
import type { RunId } from '../contract/ids';

export const DEFAULT_SEED = 1;
export const ENGINE_CHOICES = ['auto', 'webgpu', 'wasm', 'wasm-fast'] as const satisfies readonly EngineChoice[];

export const defaultRecipe = () => RECIPES[0]!.id; // the list of recipes is never empty

export const engineOf = (params: URLSearchParams): EngineChoice => ENGINE_CHOICES.find((choice) => choice === params.get('backend')) ?? 'auto';

/** Whether the link says which experiment to show. */
export const describesDraft = (params: URLSearchParams): boolean => ['recipe', 'seed', 'set'].some((name) => params.has(name));

/** The configuration a link describes. Throws `Failure` for an unknown recipe or knob. */
export function configFrom(params: URLSearchParams): RunConfig {
  const given = params.get('seed') ?? String(DEFAULT_SEED);
  const seed = given.trim() === '' ? NaN : Number(given);
  return configOf(recipeOf(params.get('recipe') ?? defaultRecipe()), seed, params.getAll('set'));
}

/** Settings in which a configuration differs from its recipe; none where the recipe is not one of ours (an imported file). */
export function settingsOf(config: RunConfig): string[] {
  const recipe = RECIPES.find(({ id }) => id === config.recipe);
  return recipe ? settingsBetween(configOf(recipe, config.seed), config) : [];
}

export function linkTo(shown: { config: RunConfig; run: RunId | null }, engine: EngineChoice): string {
  const params: [string, string][] = [];
  if (shown.run) params.push(['run', shown.run]);
  if (RECIPES.some(({ id }) => id === shown.config.recipe)) params.push(['recipe', shown.config.recipe]);
  if (shown.config.seed !== DEFAULT_SEED) params.push(['seed', String(shown.config.seed)]);
  for (const setting of settingsOf(shown.config)) params.push(['set', setting]);
  if (engine !== 'auto') params.push(['backend', engine]);
  // Settings are legible in the address: of the characters they contain, only `&` and `#` could break it, and no knob has those.
  return `#/lab${params.length > 0 ? '?' : ''}${params.map(([name, value]) => `${name}=${value}`).join('&')}`;
}

/** What a new run is called until somebody renames it. */
export const nameOf = (config: RunConfig): string => [`${config.recipe} seed ${config.seed}`, ...settingsOf(config)].join(' ');
