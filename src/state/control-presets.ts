/** Choices of controls that a teacher may begin from. */
import { partsOf, type RunConfig } from '../contract/config';
import { LAB_CONTROLS, type Controls, type LabControl } from '../contract/controls';
import { RECIPES } from '../recipes';

export const PRESETS = ['everything', 'threeKnobs', 'onlyTrain'] as const;
export type Preset = (typeof PRESETS)[number];

/** Knobs of a preset that is about few of them. */
const FEW = 3;

/** Those that the last stage is about: what the recipe sets first, then the essential ones. */
export function fewKnobs(config: RunConfig): { part: string; names: string[] } {
  const part = config.stages.at(-1)!.id; // a configuration has at least one stage
  const knobs = partsOf(config).get(part)?.knobs ?? [];
  const set = RECIPES.find(({ id }) => id === config.recipe)?.stages.find(({ id }) => id === part)?.set ?? {};
  const wanted = [...knobs.filter(({ name }) => name in set), ...knobs.filter(({ name, essential }) => essential && !(name in set))];
  const names = wanted.slice(0, FEW).map(({ name }) => name);
  return { part, names: knobs.map(({ name }) => name).filter((name) => names.includes(name)) };
}

export function presetControls(preset: Preset, config: RunConfig): Controls {
  if (preset === 'everything') return {};
  const hidden = (names: readonly string[]): [string, 'hidden'][] => names.map((name) => [name, 'hidden']);
  const parts = hidden([...partsOf(config).keys()].map((part) => `${part}.*`));
  if (preset === 'onlyTrain') return Object.fromEntries([...hidden(LAB_CONTROLS.filter((name) => name !== 'charts')), ...parts]);
  const { part, names } = fewKnobs(config);
  const aside: LabControl[] = ['engine', 'link', 'advice', 'advanced', 'step', 'save', 'import', 'credit'];
  return { ...Object.fromEntries([...hidden(aside), ...parts]), recipe: 'locked', seed: 'locked', ...Object.fromEntries(names.map((name) => [`${part}.${name}`, 'shown'] as const)) };
}
