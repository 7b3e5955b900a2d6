/** Several runs side by side, and what they say together. */
import type { Words } from '../language';

export const experiments: Words['experiments'] = {
  experiment: 'Versuch',
  seeds: 'Seeds',
  sideBySide: 'Nebeneinander',
  pauseAll: 'Alle pausieren',
  trainAll: 'Alle trainieren',
  allTrained: 'Alle trainiert',
  each: (cores) => `Jeder Seed ist ein eigener Lauf, trainiert in einem eigenen Worker; dieser Rechner hat ${cores} ${cores === 1 ? 'Kern' : 'Kerne'}. Läufe, die schon gespeichert sind, werden benutzt, wie sie sind.`,
  left: (time) => `Was noch nicht trainiert ist, dauert hier etwa ${time}.`,
  runs: 'Läufe des Versuchs',
  seed: (seed) => `Seed ${seed}`,
  progressOf: (seed) => `Fortschritt von Seed ${seed}`,
  notBegun: 'nicht begonnen',
  at: (phase, stage, step, total) => `${phase}, ${stage} ${step} von ${total}`,
  open: 'Öffnen',
  ofSeed: (seed) => `: Seed ${seed} im Labor`,
  empty: 'Noch ist nichts gemessen. Alle trainieren füllt die Tabelle, während die Läufe vorangehen.',
  asGood: 'nicht besser als am Anfang',
  intervals: 'Mittel über die Seeds und sein 95-%-Intervall.',
  single: 'Je ein Wert, ohne Intervall.',
  draw: 'Zeichnen',
  tableOf: (title) => `Tabelle: ${title}`,
  range: (low, high) => `${low} bis ${high}`,
};
