/** What a teacher makes before it is handed out: the Lab as a link sets it, which controls it shows, and words. Its own address holds all of it, so a reload loses nothing. */
import { partsOf, type RunConfig } from '../contract/config';
import { knobState, partState, type Controls, type ControlState } from '../contract/controls';
import type { EngineChoice } from '../contract/engine';
import type { Lesson, Text } from '../lessons/lesson';
import { LONGEST_PACKED } from '../storage/limits';
import { PRESETS, presetControls, type Preset } from './control-presets';
import { cleanedHandout, EMPTY_HANDOUT, isSameHandout, type Handout } from './handout';
import { configFrom, engineOf, handOutAddress, handoutOf, linkTo, settingsOf } from './link';

export class HandoutDraft {
  readonly config: RunConfig;
  readonly engine: EngineChoice;
  controls = $state.raw<Controls>({});
  title = $state('');
  asks = $state('');
  forClass = $state('');
  readonly handout: Handout = $derived({ controls: this.controls, title: this.title, asks: this.asks, forClass: this.forClass });
  readonly link = $derived.by(() => linkTo({ config: this.config, run: null }, this.engine, this.handout));
  readonly address = $derived(handOutAddress(this.link));
  readonly isTooLong = $derived((/[?&]c=([^&]*)/.exec(this.link)?.[1]?.length ?? 0) > LONGEST_PACKED);
  /** The one that is chosen as it is. */
  readonly preset = $derived.by(() => PRESETS.find((preset) => isSameHandout(this.#ofPreset(preset), { ...EMPTY_HANDOUT, controls: this.controls })));

  /** Throws what a link may: `damaged-link`, `unknown-recipe`, `unknown-knob`, `invalid-config`, `newer-link`. */
  constructor(params: URLSearchParams) {
    this.config = configFrom(params);
    this.engine = engineOf(params);
    const { handout = EMPTY_HANDOUT } = handoutOf(params) ?? {};
    Object.assign(this, handout);
  }

  #ofPreset(preset: Preset): Handout {
    return { ...EMPTY_HANDOUT, controls: presetControls(preset, this.config) };
  }

  use(preset: Preset): void {
    this.controls = presetControls(preset, this.config);
  }

  /** Null leaves a control as it is where nothing is said of it. */
  set(name: string, state: ControlState | null): void {
    const { [name]: _, ...others } = this.controls;
    this.controls = state === null || (state === 'shown' && (!name.includes('.') || name.endsWith('.*'))) ? others : { ...others, [name]: state };
  }

  /** How many controls of a part are hidden and locked. */
  countOf(part: string): { hidden: number; locked: number } {
    const states = (partsOf(this.config).get(part)?.knobs ?? []).map(({ name }) => knobState(this.controls, part, name, false));
    const all = states.length > 0 ? states : [partState(this.controls, part)];
    return { hidden: all.filter((state) => state === 'hidden').length, locked: all.filter((state) => state === 'locked').length };
  }

  /** The same as a lesson, for a file to begin from. */
  lesson(says: { untitled: string; trainAll: string }): Lesson {
    const { title, asks, forClass, controls } = cleanedHandout(this.handout);
    const same = (text: string): Text => ({ en: text, de: text });
    const { config } = this;
    const last = config.stages.at(-1)!; // a configuration has at least one stage
    const passages = [forClass, ...asks.split(/\n\s*\n/)].map((text) => text.trim()).filter((text) => text !== '');
    return {
      id: idOf(title) || 'lesson',
      title: same(title || says.untitled),
      learns: same(''),
      minutes: 0,
      recipe: config.recipe,
      seed: config.seed,
      settings: settingsOf(config),
      claims: [],
      formulas: [],
      pages: [{ id: 'task', title: same(title || says.untitled), blocks: [...passages.map((text) => ({ kind: 'text' as const, text: same(text) })), { kind: 'train', until: { stage: last.id }, says: same(says.trainAll) }] }],
      questions: [],
      ...(Object.keys(controls).length > 0 ? { controls } : {}),
    };
  }
}

/** Of a title, a name that an address can hold. */
const idOf = (title: string): string => title.normalize('NFKD').toLowerCase().replace(/[\u0300-\u036f]/g, '').replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 40).replace(/-$/, '');
