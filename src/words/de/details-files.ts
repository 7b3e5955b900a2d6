/** What stands behind a failure with a file, or with what the browser keeps. Grammar: a file is “sie”, an entry of a zip “er”. */
import type { FILE_DETAILS } from '../../contract/details/files';
import type { Words } from '../language';
import { page } from './page';
import { rows as rowWords } from './rows';

const count = page.whole;
const room = (bytes: number): string => (bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.max(1, Math.round(bytes / 1e6))} MB`);
const why = (reason: string): string => (Object.entries(rowWords.reasons).find(([id]) => id === reason)?.[1] ?? String(reason)).replace(/\.$/, '');

export const fileDetails: Pick<Words['details'], keyof typeof FILE_DETAILS> = {
  // What the browser keeps.
  'no-indexeddb': 'hier gibt es kein IndexedDB',
  'older-tab': 'ein anderer Tab hält eine ältere Version offen; schließ ihn und lade neu',
  'newer-runs': 'die Läufe hier hat eine neuere Version geschrieben; lade die Seite neu',
  'connection-closed': 'die Verbindung zu den gespeicherten Läufen wurde geschlossen; lade die Seite neu',

  // Data of others.
  'large-file': (size, most) => `die Datei hat ${room(size)}, und ${room(most)} sind das Höchste`,
  'larger-than-room': (size, free) => `die Datei hat ${room(size)}, und der Browser hat Platz für ${room(free)}`,
  'unpacks-to': (size, unpacked) => `${room(size)} entpacken sich zu mehr als ${room(unpacked)}`,
  'room-for': (free) => `der Browser hat Platz für ${room(free)}`,
  'many-rows': (most) => `sie hat mehr als ${count(most)} Zeilen`,
  'no-column': (names) => `sie hat keine Spalte für ${names}`,
  line: (line, says) => `Zeile ${line}: ${says}`,
  'empty-file': 'die Datei ist leer',
  'rows-left-out': (left, rows, reason) => `${left} von ${rows} Zeilen: ${why(reason)}`,
  'rows-too-long': (long, rows) => `${long} von ${rows} Zeilen sind zu lang`,
  'no-columns': 'sie ist kein Objekt mit Spalten',
  'many-cells': (cells, names) => `sie hat ${cells} Zellen und die erste Zeile ${names}`,
  'long-list': (most) => `eine Liste von Zeilen darf ${count(most)} Zeichen haben; schreib jede in eine eigene Zeile (JSON Lines)`,
  'no-list': 'sie ist keine Liste von Zeilen',
  'damaged-gzip': (why) => `die gzip-Datei ist beschädigt oder abgeschnitten: ${why}`,
  'not-utf8': (byte) => `um Byte ${count(byte)} ist sie kein Text in UTF-8; speichere sie als UTF-8`,
  'other-encoding': (encoding) => `sie ist Text in ${encoding}; speichere sie als UTF-8`,
  'long-row': (row, most) => `Zeile ${row} ist länger als ${count(most)} Zeichen; vielleicht ist ein Anführungszeichen nicht geschlossen`,
  'long-line': (line, most) => `Zeile ${line} ist länger als ${count(most)} Zeichen`,
  'unreadable-parquet': (why) => `diese Parquet-Datei lässt sich nicht lesen: ${why}`,

  // Run files, and the zips that they and models come in.
  'no-beginning': 'er beginnt nicht, wo er sollte',
  'runs-into-next': 'er reicht in den nächsten Eintrag',
  'shorter-than-said': 'er ist kürzer, als er sagt',
  'unpacks-longer': (name) => `${name} entpackt sich zu mehr, als es sagt`,
  changed: (name) => `${name} wurde geändert`,
  added: (name) => `${name} kam dazu`,
  missing: (name) => `${name} fehlt`,
  'larger-than': (name, mebibytes) => `${name} ist größer als ${mebibytes} MiB`,
  contradiction: 'das Manifest widerspricht seiner eigenen Konfiguration',
  'no-such-stage': (stage) => `ihre Konfiguration hat keine Stufe ${stage}`,
  'other-stage': (file, stage) => `in ${file} geht es um ${stage}`,
  'none-inside': (name) => `darin ist kein ${name}`,
  'other-kind': (name) => `ihr ${name} ist von anderer Art`,
  'format-version': (version, known) => `Format ${version}, diese Seite liest ${known}`,
  'not-text': (name) => `${name} ist kein Text`,
  'not-json': (name) => `${name} ist kein JSON`,
  'file-step': (name, step, what) => `${name}, Schritt ${step}: ${what}`,
  'out-of-step': 'er folgt nicht auf den davor',
  'not-a-number': (name) => `${name} ist keine Zahl`,
  'data-not-here': 'Der Datensatz dieses Laufs ist nicht in diesem Browser, also enthält die Datei ihn nicht.',
  'data-stay-behind': (name, megabytes) => `Der Datensatz ${name} (${megabytes} MB) ist zu groß für eine Laufdatei; um anderswo weiterzumachen, nimm seine Zeilen von der Seite Daten mit.`,
  'large-data': (name, megabytes) => `${name} ist größer als ${megabytes} MB`,
  'other-rows': (name) => `${name} enthält andere Zeilen, als der Lauf zum Lernen hat`,
  'cut-short': (name) => `${name} ist abgeschnitten`,
  'no-row': (line, name) => `Zeile ${line} von ${name} ist keine Datenzeile`,
  'large-zip': (mebibytes, most) => `${mebibytes} MiB, mehr als ${most} MiB`,
  'many-entries': (most) => `mehr als ${most} Einträge`,
  'no-whole-directory': 'ihr Verzeichnis ist nicht vollständig',
  'two-entries': (name) => `zwei Einträge heißen ${name}`,
  'claims-more': (name, mebibytes) => `${name}: will sich zu mehr als ${mebibytes} MiB entpacken`,
  'claims-too-much': (name) => `${name} will mehr enthalten, als in seine Bytes passt`,
  'one-of-several': 'sie ist nur ein Teil von mehreren',
  'misplaced-directory': 'ihr Verzeichnis ist nicht, wo es sein sollte',
  'no-directory': 'sie hat kein Verzeichnis',
  encrypted: (name) => `${name} ist verschlüsselt`,
  'other-compression': (name) => `${name} ist anders gepackt als Laufdateien`,
  'outside-file': (name) => `${name} liegt nicht in der Datei`,
  'name-no-text': 'der Name eines Eintrags ist kein Text',
  'name-unknown': (name) => `ein Eintrag hat einen Namen, den keine Laufdatei hat: ${name}`,

  // Tensors.
  safetensors: (what) => `safetensors: ${what}`,
  'shorter-than-header': 'kürzer als der Kopf',
  'metadata-no-text': 'die Metadaten sind nicht nur Text',
  'not-described': (name, types) => `${name} ist nicht als ${types} mit Form und Platz beschrieben`,
  'known-numbers': 'Zahlen einer bekannten Art',
  misplaced: (name) => `${name} liegt nicht, wo es sollte`,
  'too-few-bytes': 'abgeschnitten',
  'too-many-bytes': 'es gibt Bytes, die zu nichts gehören',
  'header-no-json': 'der Kopf ist kein JSON',
  'header-no-table': 'der Kopf ist keine Tabelle',
  'no-model-named': (name) => `kein Modell namens ${name}`,
  'nothing-named': (name) => `nichts heißt ${name}`,
  without: (one, other) => `${one} ohne ${other}`,
  'no-adapters': (name) => `${name} enthält keine Adapter`,
  'other-shape': (name, got, wanted) => `${name} ist [${got}], nicht [${wanted}]`,
  'wrong-count': (name, wanted, got) => `${name}: ${wanted} Zahlen gehören dazu, da sind ${got || 'keine'}`,
  'wrong-shape': (name, wanted, got) => `${name}: ${wanted} gehört dazu, da ${got ? `sind ${got} Zahlen` : 'ist nichts'}`,
};
