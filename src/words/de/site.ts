/** The frame of every screen. */
import type { Words } from '../language';

export const site: Words['site'] = {
  brand: 'Nudge, zum Labor',
  screens: 'Seiten',
  lab: 'Labor',
  label: 'Urteilen',
  runs: 'Läufe',
  model: 'Modell',
  class: 'Klasse',
  data: 'Daten',
  experiments: 'Versuche',
  lessons: 'Lektionen',
  theme: 'Farben',
  themes: { system: 'wie das System', light: 'hell', dark: 'dunkel', contrast: 'hoher Kontrast' },
  language: 'Sprache',
};
