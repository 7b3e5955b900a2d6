/** A lesson on paper. */
import type { Words } from '../language';

export const worksheet: Words['worksheet'] = {
  link: 'Arbeitsblatt',
  linkOf: (title) => `Arbeitsblatt zu ${title}`,
  kind: 'Nudge · Arbeitsblatt',
  bar: 'Was gedruckt wird',
  toLesson: 'Zur Lektion',
  print: 'Drucken',
  answers: 'Mit Antworten für die Lehrkraft, auf einer eigenen Seite',
  name: 'Name',
  date: 'Datum',
  opens: 'Öffne',
  seed: (seed) => `Seed ${seed}`,
  number: (low, high) => `Deine Schätzung, von ${low} bis ${high}:`,
  claim: 'Was gemessen wird',
  predicted: 'Vorausgesagt',
  measured: 'Gemessen',
  field: 'Andere berichten',
  source: (source) => `(${source})`,
  notes: 'Was ich gesehen habe:',
  teacher: 'Antworten, für die Lehrkraft',
  expected: 'Was die Lektion erwartet',
  means: 'Und was es bedeutet',
  valueOf: (name) => `dem Wert von „${name}“`,
};
