/** What stands behind a failure with a model of others (“es”) or its tokenizer (“er”). */
import type { MODEL_DETAILS } from '../../contract/details/models';
import type { Words } from '../language';
import { page } from './page';

const count = page.whole;

export const modelDetails: Pick<Words['details'], keyof typeof MODEL_DETAILS> = {
  // A model of others.
  'no-model-type': 'config.json sagt nicht, was für ein Modell es ist',
  'no-model-type-field': 'config.json sagt nicht, was für ein Modell es ist (model_type)',
  architecture: (type) => `seine Architektur ist ${type}`,
  'is-a': (type) => `es ist ein ${type}`,
  'field-is': (field, got) => `${field} ist ${got}`,
  'field-is-not': (field, got, wanted) => `${field} ist ${got}, nicht ${wanted}`,
  'inner-width': (got) => `n_inner ist ${got}, nicht das Vierfache von n_embd`,
  quantised: 'seine Gewichte sind quantisiert',
  'heads-of-width': (heads, width) => `n_head ist ${heads} und teilt n_embd ${width} nicht`,
  'too-small': (width, context) => `n_embd ${width} und n_positions ${context}: mindestens 8 und 16`,
  'at-most': (name, got, most) => `${name} ${count(got)}; höchstens ${count(most)}`,
  'no-zip': 'es ist kein Zip',
  'adapter-alone': 'es ist ein Adapter (LoRA): Verschmilz ihn erst mit seinem Modell (merge_and_unload)',
  'several-models': (models, names) => `darin sind ${models} Modelle, ${names}: Wähle eines`,
  pickled: (file) => `seine Gewichte sind ${file}, und gelesen wird nur safetensors: Speichere es noch einmal mit save_pretrained`,
  'no-weight-map': (file) => `${file} hat keine weight_map`,
  'missing-shard': (name, index) => `${name} fehlt, das ${index} nennt`,
  'missing-tokenizer': (name) => `${name} fehlt: Speichere den Tokenizer neben dem Modell, als schnellen (fast)`,
  'nothing-named-here': (name) => `hier heißt nichts ${name}`,
  'in-two-files': (tensor, file) => `${tensor} steht in zwei Dateien, die zweite ist ${file}`,
  'other-type': (name, type, read) => `${name} enthält ${type}; gelesen werden ${read}`,
  'not-to-its-end': (name) => `${name} ließ sich nicht bis zum Ende lesen`,
  'no-finite-number': (name) => `${name} enthält eine Zahl, die unendlich oder keine ist`,

  // Its tokenizer.
  'no-start': (token) => `Token ${token} kann keinen Text beginnen`,
  'no-such-token': 'ein Token, das in Texten gefunden werden soll, gibt es nicht',
  'no-merges': 'seine Verschmelzungen sind keine Paare oder zu viele',
  'no-model': 'er hat kein Modell',
  'no-id': (token) => `${token} hat keine Nummer`,
  'same-id': (id) => `zwei Token haben die Nummer ${id}`,
  'unlike-model': (tokens, wanted) => `tokenizer.json hat ${count(tokens)} Token, das Modell ${count(wanted)}: Sie gehören nicht zusammen`,
  lacks: (token) => `seinem Vokabular fehlt ${token}`,
  'no-end': 'nichts sagt, welches Token einen Text beendet (eos_token_id), oder es ist ein Wortstück',
  'used-twice': (token) => `er findet ${token} in einem Text und braucht es auch für etwas anderes`,
  'named-alike': (token) => `er hat ein Token namens ${token}, das weder Auffüllung noch Ende ist`,
  'not-understood': (field, got) => `sein ${field} ist ${got}, und das wird hier nicht verstanden`,
  'added-unnamed': 'ein hinzugefügtes Token hat keine Nummer oder keinen Namen',
  'only-at-borders': (token) => `er findet ${token} in einem Text nur bei Leerzeichen oder Wortgrenzen, und das wird hier nicht verstanden`,
  'post-processor': 'sein post_processor wird hier nicht verstanden',
  'completes-by': (type) => `er ergänzt Texte mit ${type}, und das wird hier nicht verstanden`,
  'other-model': (type) => `sein Modell ist ${type}, und verstanden wird nur BPE über Bytes`,
  'no-bytes': 'er zerlegt Text nicht in Bytes (kein Pre-Tokenizer ByteLevel)',
  'cuts-by': (type) => `er zerlegt Text mit ${type}, und das wird hier nicht verstanden`,
  'cuts-otherwise': 'er zerlegt Text anders als GPT-2',
  normalizer: 'er ändert Text, bevor er ihn liest (ein Normalizer)',
  'no-vocabulary': 'er hat kein Vokabular oder keine Verschmelzungen',
  'many-merges': (merges, most) => `er hat ${count(merges)} Verschmelzungen, mehr als die ${count(most)}, für die Platz ist`,
  'merge-no-pair': (merge) => `Verschmelzung ${merge} ist kein Paar von Token`,
  'merge-of-unknown': (merge, token) => `Verschmelzung ${merge} fügt ${token} an, das keine davor gemacht hat`,
  'merge-again': (merge, token) => `Verschmelzung ${merge} macht ${token} ein zweites Mal`,
  'merge-no-byte': (merge) => `Verschmelzung ${merge} enthält Zeichen, die für kein Byte stehen`,
};
