/** What is said everywhere: dates and counts, notices of the whole page, what it offers. */
import { grouped } from '../grouped';
import type { Words } from '../language';

export const page: Words['page'] = {
  date: (at) => at.toLocaleString('de-DE', { dateStyle: 'medium', timeStyle: 'short' }),
  // Decimals have a point on this page, in fields and on axes; thousands have a thin space, as elsewhere here, since a point would be taken for one of those.
  whole: (count) => grouped(count, '\u202f'),
  title: 'Nudge – ein Sprachmodell in diesem Tab ausrichten',
  titleOf: (phase, run) => `${phase} · ${run} – Nudge`,
  dataset: (name, rows) => `${name}, ${rows} Zeilen`,
  reading: 'Wird gelesen …',
  cancel: 'Abbrechen',
  close: 'Schließen',
  dismiss: 'Ausblenden',
  reload: 'Seite neu laden',
  table: 'Tabelle',
  tableOf: (name) => `Tabelle zu ${name}`,
  ofName: (name) => `zu ${name}`,
  unexpected: (detail) => `Etwas Unerwartetes ist schiefgegangen (${detail}); drücke Trainieren, um vom letzten Checkpoint aus weiterzumachen.`,
  update: {
    replaced: 'Ein anderer Tab benutzt eine neuere Version von Nudge; dieser zeigt noch die ältere.',
    here: 'Es gibt eine neuere Version von Nudge.',
    later: 'Du kannst sie benutzen, sobald nichts mehr trainiert wird.',
    now: 'Die Seite wird damit neu geladen; deine Läufe bleiben, wie sie sind.',
    use: 'Jetzt benutzen',
    refused: 'In einem anderen Tab ist ein Lauf offen, der sonst mitten im Training abbräche: Bring ihn zu Ende oder schließ den Tab, dann benutze die neue Version.',
  },
  stored: {
    one: (name) => `${name} importiert.`,
    runs: (count) => `${count} Läufe importiert.`,
    files: (count, all) => `${count} von ${all} Dateien importiert.`,
    refused: (count, why) => `${count} Dateien wurden nicht importiert. ${why}`,
  },
};
