/**
 * Every key that does something of ours, in one list: the help is drawn from it, and `test/unit/keys.test.ts` holds it to what components listen for.
 * Keys are named as `KeyboardEvent.key` names them; small letters stand for both. The keys of what is projected are carried out from here too.
 */
import type { Words } from '../words/language';

export interface KeyLine {
  keys: readonly string[];
  does: keyof Words['keys']['does'];
}

export interface KeyGroup {
  id: keyof Words['keys']['groups'];
  /** Where it is of use: names of screens, or every one. */
  screens: readonly (keyof Words['site'])[] | 'all';
  /** Files under src/ that listen for these keys; without their ending. What the browser itself does has none. */
  heardIn: readonly string[];
  lines: readonly KeyLine[];
}

/** What is projected: the first key of a line stands on its button. A presenter's clicker sends Page up and Page down. */
export const PRESENT_KEYS = [
  { keys: ['ArrowRight', 'PageDown'], does: 'next' },
  { keys: ['ArrowLeft', 'PageUp'], does: 'previous' },
  { keys: ['ArrowDown'], does: 'nextStage' },
  { keys: ['ArrowUp'], does: 'previousStage' },
  { keys: [' '], does: 'trainOrPause' },
  { keys: ['s'], does: 'step' },
  { keys: ['a'], does: 'answers' },
  { keys: ['c'], does: 'chart' },
  { keys: ['f'], does: 'fullScreen' },
  { keys: ['Escape'], does: 'leave' },
] as const satisfies readonly KeyLine[];

export type PresentOrder = (typeof PRESENT_KEYS)[number]['does'];

export const HELP_KEY = '?';
export const PRESENT_KEY = 'p';

export const KEY_GROUPS: readonly KeyGroup[] = [
  {
    id: 'page',
    screens: 'all',
    heardIn: ['components/KeysDialog'],
    lines: [
      { keys: [HELP_KEY], does: 'help' },
      { keys: ['Tab'], does: 'walk' },
      { keys: ['Enter', ' '], does: 'press' },
      { keys: ['Escape'], does: 'close' },
    ],
  },
  { id: 'lab', screens: ['lab', 'lessons'], heardIn: ['views/LabView'], lines: [{ keys: [PRESENT_KEY], does: 'present' }] },
  { id: 'presented', screens: ['lab', 'lessons'], heardIn: ['views/PresentView'], lines: PRESENT_KEYS },
  { id: 'stages', screens: ['lab', 'lessons'], heardIn: ['views/LabCharts'], lines: [{ keys: ['ArrowLeft', 'ArrowRight'], does: 'otherStage' }, { keys: ['Home', 'End'], does: 'ends' }] },
  {
    id: 'question',
    screens: ['label', 'lab', 'lessons'],
    heardIn: ['components/PairCard'],
    lines: [
      { keys: ['1', 'a'], does: 'first' },
      { keys: ['2', 'b'], does: 'second' },
      { keys: ['0', 't'], does: 'tie' },
      { keys: ['s'], does: 'skip' },
      { keys: ['u'], does: 'undo' },
    ],
  },
  {
    id: 'tokens',
    screens: ['lab', 'lessons', 'label', 'model'],
    heardIn: ['components/Tokens', 'components/TokenCells'],
    lines: [{ keys: ['ArrowLeft', 'ArrowRight'], does: 'otherToken' }, { keys: ['Home', 'End'], does: 'ends' }],
  },
  { id: 'charts', screens: ['lab', 'lessons', 'runs', 'experiments'], heardIn: ['charts/ChartCaption'], lines: [{ keys: ['Escape'], does: 'hideSentence' }] },
  { id: 'knobs', screens: ['lab', 'lessons', 'label'], heardIn: ['components/Knob'], lines: [{ keys: ['ArrowUp', 'ArrowDown'], does: 'roundNumber' }, { keys: ['Escape'], does: 'takeBack' }] },
  { id: 'slowMotion', screens: ['lab', 'lessons'], heardIn: ['views/StepView'], lines: [{ keys: ['ArrowLeft', 'ArrowRight'], does: 'otherPart' }] },
  { id: 'tour', screens: ['lab'], heardIn: ['views/TourView'], lines: [{ keys: ['Escape'], does: 'leaveTour' }] },
  {
    id: 'menus',
    screens: ['runs', 'experiments'],
    heardIn: ['components/MenuButton'],
    lines: [{ keys: ['ArrowUp', 'ArrowDown'], does: 'otherEntry' }, { keys: ['Home', 'End'], does: 'ends' }, { keys: ['letter'], does: 'byLetter' }, { keys: ['Tab'], does: 'leaveMenu' }],
  },
  {
    id: 'names',
    screens: ['runs', 'data'],
    heardIn: ['components/NameField', 'views/RunTags'],
    lines: [{ keys: ['Enter'], does: 'take' }, { keys: [','], does: 'nextTag' }, { keys: ['Escape'], does: 'takeBack' }],
  },
];

export const groupsOn = (screen: keyof Words['site']): KeyGroup[] => KEY_GROUPS.filter(({ screens }) => screens === 'all' || screens.includes(screen));

/** @param key of a keyboard event */
export const presentOrder = (key: string): PresentOrder | undefined => PRESENT_KEYS.find(({ keys }) => keys.some((each) => each === (key.length === 1 ? key.toLowerCase() : key)))?.does;

/** As `aria-keyshortcuts` wants it. */
export const shortcutOf = (order: PresentOrder): string => PRESENT_KEYS.flatMap(({ keys, does }) => (does === order ? keys.map((key) => (key === ' ' ? 'Space' : key)) : [])).join(' ');

/** Whether a key was meant for what has the focus, or for the browser, so that no letter may be taken from it. */
export function isTaken({ target, ctrlKey, metaKey, altKey, defaultPrevented }: KeyboardEvent): boolean {
  return ctrlKey || metaKey || altKey || defaultPrevented || (target instanceof Element && target.closest('input, select, textarea, [contenteditable], [role=menu], dialog') !== null);
}
