/** Run files and models that were dropped on the page, before any is imported. */
import type { Words } from '../language';

export const incoming: Words['incoming'] = {
  files: (count) => `Diese ${count} Dateien importieren?`,
  model: 'Dieses Modell importieren?',
  run: 'Diesen Lauf importieren?',
  reading: (name) => `${name} wird gelesen …`,
  modelIs: (layers, width, tokens, types, bytes) => `GPT-2-Modell, ${layers === 1 ? '1 Schicht' : `${layers} Schichten`}, Breite ${width}, ${tokens} Token, ${types.join(' und ')}, ${bytes}`,
  parameters: 'Parameter',
  shape: (parameters, heads, context) => `${parameters}, ${heads} Köpfe, Kontext ${context}`,
  becomes: 'Wird zu',
  becomesSays: 'einem Lauf: Trainieren lässt das Modell ein paar Texte schreiben, und in einem Rezept für deine Daten bietet „pretrain beginnt mit“ es an',
  file: 'Datei',
  recipe: 'Rezept',
  recipeIs: (title, seed) => `${title}, Seed ${seed}`,
  stages: 'Stufen',
  reached: { none: (stage) => `${stage} nicht begonnen`, borrowed: (stage) => `${stage} entliehen`, done: (stage) => `${stage} fertig`, at: (stage, step, total) => `${stage} ${step} von ${total}` },
  trainedOn: 'Trainiert auf',
  nothing: 'noch nichts trainiert',
  madeBy: 'Gemacht mit',
  version: (version, date) => `Nudge ${version}, ${date}`,
  fileIs: (name, bytes, checkpoints, hasData) => `${name}, ${bytes}, ${checkpoints === 1 ? '1 Checkpoint' : `${checkpoints} Checkpoints`}${hasData ? ', mit eigenen Datenzeilen' : ''}`,
  onlyReadable: 'Importiert werden nur die Dateien, die sich lesen lassen.',
  importing: 'Wird importiert …',
  import: 'Importieren',
  importRuns: (count) => `${count} Läufe importieren`,
};
