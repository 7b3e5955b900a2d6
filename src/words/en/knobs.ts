/** Knobs: English stands in their schemas, so there is nothing to say here. */
interface KnobSaid {
  title: string;
  help: string;
  /** Of its default. */
  source: string;
}

export const knobs = {
  /** By the knob's name, wherever a part has no other words for it. */
  shared: {} as Readonly<Record<string, Partial<KnobSaid>>>,
  /** By part and name: `ppo.steps`. What is left out is as in `shared`. */
  own: {} as Readonly<Record<string, Partial<KnobSaid>>>,
  /** What options are called, by the knob's name or by part and name; in English they are called what they are. */
  options: {} as Readonly<Record<string, Readonly<Record<string, string>>>>,
};
