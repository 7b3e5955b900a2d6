/** In what configurations differ, knob by knob. Pure. */
import { partsOf, type RunConfig } from '../contract/config';

export interface ConfigDifference {
  /** `part.knob`, or what is no knob: recipe, seed, task, stages. */
  setting: string;
  /** One a configuration, in their order; undefined where it has no such knob. */
  values: (string | undefined)[];
}

function settingsIn(config: RunConfig): Map<string, string> {
  const plain: [string, string][] = [['recipe', config.recipe], ['seed', String(config.seed)], ['task', config.task.id], ['stages', config.stages.map(({ id }) => id).join(' → ')]];
  const knobs = [...partsOf(config)].flatMap(([part, { knobs: own, values }]) => own.map(({ name }): [string, string] => [`${part}.${name}`, String(values[name])]));
  const ofStages = config.stages.flatMap(({ id, start, model, train }): [string, string][] => [
    [`${id}.algorithm`, train.algorithm],
    ...Object.entries(start).map(([role, from]): [string, string] => [`${id} starts from (${role})`, from]),
    ...Object.entries(model ?? {}).map(([name, value]): [string, string] => [`${id}’s own model.${name}`, String(value)]),
  ]);
  return new Map([...plain, ...knobs, ...ofStages]);
}

/** Only what is not the same in all that have it, in the order of the first of them: of a stage that a single one has, the list of stages says enough. */
export function configDifferences(configs: readonly RunConfig[]): ConfigDifference[] {
  const all = configs.map(settingsIn);
  const settings = new Set(all.flatMap((each) => [...each.keys()]));
  return [...settings]
    .map((setting) => ({ setting, values: all.map((each) => each.get(setting)) }))
    .filter(({ values }) => new Set(values.filter((value) => value !== undefined)).size > 1);
}
