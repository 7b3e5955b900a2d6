/** Lessons of the visitor's own: files that are read, kept and handed on. */
import type { Words } from '../language';

export const lessonFiles: Words['lessonFiles'] = {
  yours: 'Deine',
  none: 'Noch keine. Eine Lektion ist eine Datei, die jeder Texteditor öffnet: Lade eine von oben herunter, ändere sie und zieh sie auf diese Seite.',
  download: 'Als Datei herunterladen',
  ofLesson: (title) => `„${title}“`,
  delete: 'Löschen',
  deleted: (title) => `„${title}“ gelöscht.`,
  undo: 'Rückgängig',
  choose: 'Lektionsdatei öffnen',
  opened: (title) => `„${title}“ steht jetzt unter Lektionen.`,
  replaced: (title) => `„${title}“ wurde neu geöffnet, anstelle der Lektion, die ihren Namen hatte.`,
  open: 'Anfangen',
  notKept: 'Der Browser hat keinen Platz, sie aufzuheben; sie ist also weg, wenn du diese Seite schließt: Behalte ihre Datei.',
  leftOut: 'Ausgelassen, weil es hier unbekannt oder nicht lesbar ist:',
  leftOutOne: (kind, name, where) => `${where}: ${lessonFiles.kinds[kind]} ${name}`,
  leftOutSome: (count) => `${count === 1 ? 'Eines darin wurde' : `${count} Dinge darin wurden`} ausgelassen; was, steht auf ihrer Karte.`,
  kinds: { block: 'Block', target: 'Ziel', knob: 'Regler', metric: 'Messgröße', stage: 'Stufe', claim: 'Behauptung', formula: 'Formel', symbol: 'Zeichen', setting: 'Einstellung', control: 'Bedienelement', unreadable: 'nicht, wie es sein soll:' },
  place: (line, column) => `kein JSON in Zeile ${line}, Spalte ${column}`,
  ended: 'kein JSON: sie hört zu früh auf',
  tooDeep: 'sie ist zu tief verschachtelt',
  tooMany: (most) => `aufgehoben werden höchstens ${most}`,
  version: (major, minor) => `Version ${major}.${minor}`,
};
