/** Lessons of the visitor's own: files that are read, kept and handed on. */
import type { LeftOutKind } from '../../lessons/lesson';

const kinds = { block: 'block', target: 'target', knob: 'knob', metric: 'metric', stage: 'stage', claim: 'claim', formula: 'formula', symbol: 'symbol', setting: 'setting', control: 'control', unreadable: 'not as it should be:' };

export const lessonFiles = {
  yours: 'Yours',
  none: 'None yet. A lesson is a file that any text editor opens: download one of those above, change it, and drop it on this page.',
  download: 'Download as a file',
  /** Read out after Download and Delete. */
  ofLesson: (title: string) => `“${title}”`,
  delete: 'Delete',
  deleted: (title: string) => `Deleted “${title}”.`,
  undo: 'Undo',
  choose: 'Open a lesson file',
  opened: (title: string) => `“${title}” stands under Lessons now.`,
  replaced: (title: string) => `“${title}” was opened again, in place of the one that had its name.`,
  open: 'Begin',
  notKept: 'The browser has no room to keep it, so it is gone when this page is closed: keep its file.',
  leftOut: 'Left out, since it is not known here or could not be read:',
  leftOutOne: (kind: LeftOutKind, name: string, where: string) => `${where}: ${kinds[kind]} ${name}`,
  leftOutSome: (count: number) => `${count === 1 ? 'One thing in it was' : `${count} things in it were`} left out; its card says what.`,
  kinds,
  place: (line: number, column: number) => `it is no JSON at line ${line}, column ${column}`,
  ended: 'it is no JSON: it ends too early',
  tooDeep: 'it is nested too deeply',
  tooMany: (most: number) => `${most} are kept at most`,
  version: (major: number, minor: number) => `version ${major}.${minor}`,
};
