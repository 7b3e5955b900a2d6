/** From a row of any of the known forms to a sample, or to the reason why it is none. Pure; the rules are TRL's, and for transcripts those of HH-RLHF. */
import type { Reason } from '../contract/dataset';
import { COLUMNS, KINDS, type Kind, type Mapping, type Message, type Sample, type Text } from '../contract/sample';
import { ANSWER } from './sample';

export type Row = Readonly<Record<string, unknown>>;

/** How preferences say their prompt: in a column, or as what both sides begin with. */
export interface Form {
  kind: Kind;
  prompt: 'column' | 'shared' | 'transcript' | 'none';
}

export type Read = { sample: Sample; reason?: undefined } | { sample?: undefined; reason: Reason };

const has = (row: Row, name: string, mapping: Mapping): boolean => row[mapping[name] ?? name] !== undefined && row[mapping[name] ?? name] !== null;

/** Whether a text is a transcript in which somebody is about to answer. */
const isTranscript = (text: unknown): boolean => typeof text === 'string' && text.startsWith('\n\n') && text.includes(ANSWER);

/** The form of most of some first rows; undefined where they fit none. */
export function formOf(rows: readonly Row[], mapping: Mapping = {}): Form | undefined {
  const votes = new Map<string, { form: Form; count: number }>();
  for (const row of rows) {
    const form = formOfRow(row, mapping);
    if (!form) continue;
    const key = `${form.kind} ${form.prompt}`;
    const entry = votes.get(key) ?? { form, count: 0 };
    entry.count += 1;
    votes.set(key, entry);
  }
  return [...votes.values()].toSorted((a, b) => b.count - a.count)[0]?.form; // first seen of equals: sorting is stable
}

function formOfRow(row: Row, mapping: Mapping): Form | undefined {
  const holds = (...names: string[]) => names.every((name) => has(row, name, mapping));
  if (holds('chosen', 'rejected')) return { kind: 'preference', prompt: holds('prompt') ? 'column' : isTranscript(row[mapping['chosen'] ?? 'chosen']) ? 'transcript' : 'shared' };
  if (holds('prompt', 'completion', 'label')) return { kind: 'unpaired', prompt: 'column' };
  if (holds('prompt', 'completion')) return { kind: 'completion', prompt: 'column' };
  if (holds('prompt')) return { kind: 'prompt', prompt: 'column' };
  if (holds('text') || holds('messages')) return { kind: 'text', prompt: 'none' };
  return undefined;
}

/** The form of rows that are to be read as this kind. */
export function formAs(kind: Kind, rows: readonly Row[], mapping: Mapping = {}): Form {
  if (kind === 'text') return { kind, prompt: 'none' };
  if (kind !== 'preference') return { kind, prompt: 'column' };
  const most = (fits: (row: Row) => boolean) => 2 * rows.filter(fits).length > rows.length;
  return { kind, prompt: most((row) => has(row, 'prompt', mapping)) ? 'column' : most((row) => isTranscript(row[mapping['chosen'] ?? 'chosen'])) ? 'transcript' : 'shared' };
}

/** What each kind would still need, for rows that fit none: the kinds with the fewest missing columns first. */
export const missingColumns = (row: Row, mapping: Mapping = {}): { kind: Kind; missing: string[] }[] =>
  KINDS.map((kind) => ({ kind, missing: COLUMNS[kind].filter((name) => !has(row, name, mapping) && !(kind === 'preference' && name === 'prompt') && !(kind === 'text' && has(row, 'messages', mapping))) })).toSorted((a, b) => a.missing.length - b.missing.length);

const isMessage = (value: unknown): value is Message =>
  typeof value === 'object' && value !== null && typeof (value as Partial<Message>).role === 'string' && typeof (value as Partial<Message>).content === 'string'; // looked at before it is believed

const textOf = (value: unknown): Text | undefined => (typeof value === 'string' || (Array.isArray(value) && value.every(isMessage)) ? value : undefined);

const isEmpty = (text: Text): boolean => text.length === 0 || (typeof text !== 'string' && text.every(({ content }) => content === ''));

function labelOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const word = String(value).trim().toLowerCase();
  return word === '1' || word === 'true' ? true : word === '0' || word === 'false' ? false : undefined;
}

/** @param form of the file this row is from */
export function readSample(row: Row, { kind, prompt: place }: Form, mapping: Mapping = {}): Read {
  const wanted = new Set<string>([...COLUMNS[kind], ...(kind === 'text' ? ['messages'] : [])]);
  const names = new Set([...wanted].map((name) => mapping[name] ?? name));
  // A column that has a name of ours but is mapped to nothing would be taken for ours when read again.
  const extra = Object.fromEntries(Object.entries(row).filter(([name]) => !names.has(name)).map(([name, value]) => [wanted.has(name) ? `${name}_in_file` : name, value]));
  const at = (name: string) => row[mapping[name] ?? name];
  const bad = (name: string): { reason: Reason } => ({ reason: at(name) === undefined || at(name) === null ? 'missing-column' : 'not-text' });
  if (kind === 'text') {
    const text = textOf(at('text') ?? at('messages'));
    return text === undefined ? bad('text') : isEmpty(text) ? { reason: 'empty' } : { sample: { kind, text, extra } };
  }
  if (kind === 'preference') {
    const [chosen, rejected] = [textOf(at('chosen')), textOf(at('rejected'))];
    if (chosen === undefined) return bad('chosen');
    if (rejected === undefined) return bad('rejected');
    if (JSON.stringify(chosen) === JSON.stringify(rejected)) return { reason: 'identical-sides' };
    if (place === 'column') {
      const prompt = textOf(at('prompt'));
      if (prompt === undefined) return bad('prompt');
      return isEmpty(chosen) || isEmpty(rejected) ? { reason: 'empty' } : { sample: { kind, prompt, chosen, rejected, extra } };
    }
    const parted = place === 'transcript' ? partedTranscripts(chosen, rejected) : partedByPrefix(chosen, rejected);
    if (!parted) return { reason: 'no-shared-prompt' };
    return isEmpty(parted.chosen) || isEmpty(parted.rejected) ? { reason: 'empty' } : { sample: { kind, ...parted, extra } };
  }
  const prompt = textOf(at('prompt'));
  if (prompt === undefined) return bad('prompt');
  if (kind === 'prompt') return isEmpty(prompt) ? { reason: 'empty' } : { sample: { kind, prompt, extra } };
  const completion = textOf(at('completion'));
  if (completion === undefined) return bad('completion');
  if (isEmpty(completion)) return { reason: 'empty' };
  if (kind === 'completion') return { sample: { kind, prompt, completion, extra } };
  const label = labelOf(at('label'));
  return label === undefined ? { reason: at('label') === undefined || at('label') === null ? 'missing-column' : 'not-a-label' } : { sample: { kind, prompt, completion, label, extra } };
}

interface Parted {
  prompt: Text;
  chosen: Text;
  rejected: Text;
}

/** HH-RLHF: the prompt is everything up to and with the last mark of the one who answers; both sides must have it. */
function partedTranscripts(chosen: Text, rejected: Text): Parted | undefined {
  if (typeof chosen !== 'string' || typeof rejected !== 'string') return undefined;
  const prompt = chosen.slice(0, chosen.lastIndexOf(ANSWER) + ANSWER.length);
  return rejected.startsWith(prompt) && chosen.includes(ANSWER) ? { prompt, chosen: chosen.slice(prompt.length), rejected: rejected.slice(prompt.length) } : undefined;
}

/** TRL's `extract_prompt`: what both begin with, less a space at its end, which belongs to the completions; of lists, the messages they share. */
function partedByPrefix(chosen: Text, rejected: Text): Parted | undefined {
  if (typeof chosen !== typeof rejected) return undefined;
  if (typeof chosen !== 'string' || typeof rejected !== 'string') {
    const [a, b] = [chosen as readonly Message[], rejected as readonly Message[]]; // both lists
    const same = sharedLength(a, b, (x, y) => x.role === y.role && x.content === y.content);
    return { prompt: a.slice(0, same), chosen: a.slice(same), rejected: b.slice(same) };
  }
  const shared = sharedLength([...chosen], [...rejected], (x, y) => x === y);
  const head = [...chosen].slice(0, shared).join('');
  const prompt = head.endsWith(' ') ? head.slice(0, -1) : head;
  return { prompt, chosen: chosen.slice(prompt.length), rejected: rejected.slice(prompt.length) };
}

function sharedLength<Item>(a: readonly Item[], b: readonly Item[], isSame: (x: Item, y: Item) => boolean): number {
  let length = 0;
  while (length < a.length && length < b.length && isSame(a[length]!, b[length]!)) length += 1; // below both lengths
  return length;
}
