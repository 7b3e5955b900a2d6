/**
 * Which controls of the Lab are shown, locked or hidden: what a teacher chooses for a link, and a lesson says in its file.
 * It guides attention and guards nothing: whoever wants to may show them all. Train and Pause are always there.
 */

export const CONTROL_STATES = ['shown', 'locked', 'hidden'] as const;
export type ControlState = (typeof CONTROL_STATES)[number];

/** Of the Lab itself; those of a stage, the task or the model are called by their part. */
export const LAB_CONTROLS = ['recipe', 'seed', 'engine', 'link', 'advice', 'advanced', 'step', 'reset', 'save', 'export', 'import', 'charts', 'credit'] as const;
export type LabControl = (typeof LAB_CONTROLS)[number];

/** They set nothing, so there is nothing about them to lock. */
const ONLY_SEEN: ReadonlySet<string> = new Set<LabControl>(['link', 'advice', 'charts', 'credit']);
export const canLock = (name: string): boolean => !ONLY_SEEN.has(name);

/** State by name: a control of the Lab, `part.*` for all of a part, `part.knob`. What is not named is shown, a knob as its part and as Advanced, if it stands there. */
export type Controls = Readonly<Record<string, ControlState>>;

export const NO_CONTROLS: Controls = {};

/** Names as they may stand in a link or a file, whether there is such a control or not. */
export const CONTROL_NAME = /^(?:[a-z][a-z-]{0,40}|[a-z][a-z0-9-]{0,40}\.(?:\*|[a-zA-Z][a-zA-Z0-9]{0,40}))$/;

const said = (controls: Controls, name: string): ControlState | undefined => (Object.hasOwn(controls, name) ? controls[name] : undefined);

export const labState = (controls: Controls, name: LabControl): ControlState => said(controls, name) ?? 'shown';
export const partState = (controls: Controls, part: string): ControlState => said(controls, `${part}.*`) ?? 'shown';

const stricter = (a: ControlState, b: ControlState): ControlState => (CONTROL_STATES.indexOf(a) > CONTROL_STATES.indexOf(b) ? a : b);

/** What is said of a knob itself goes before what is said of its part. @param isAdvanced it would stand under Advanced */
export const knobState = (controls: Controls, part: string, knob: string, isAdvanced: boolean): ControlState =>
  said(controls, `${part}.${knob}`) ?? stricter(partState(controls, part), isAdvanced ? labState(controls, 'advanced') : 'shown');

/** Whether anything of a part is to be seen: of a hidden one, knobs that are said to be. */
export const isPartShown = (controls: Controls, part: string, knobs: readonly string[]): boolean =>
  partState(controls, part) !== 'hidden' || knobs.some((knob) => (said(controls, `${part}.${knob}`) ?? 'hidden') !== 'hidden');

export const isEverythingShown = (controls: Controls): boolean => Object.values(controls).every((state) => state === 'shown');
