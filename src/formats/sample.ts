/**
 * What a row of somebody's data is, in the types of TRL (docs: dataset formats): a preference, a marked completion, a demonstration, a prompt, or plain text.
 * Each text is either a string or a list of messages; it is kept as it came, so that what is read is written again unchanged.
 */

export interface Message {
  role: string;
  content: string;
}

export type Text = string | readonly Message[];

export const KINDS = ['preference', 'unpaired', 'completion', 'prompt', 'text'] as const;
export type Kind = (typeof KINDS)[number];

/** Columns of each kind, in the order they are written in. */
export const COLUMNS = {
  preference: ['prompt', 'chosen', 'rejected'],
  unpaired: ['prompt', 'completion', 'label'],
  completion: ['prompt', 'completion'],
  prompt: ['prompt'],
  text: ['text'],
} as const satisfies Record<Kind, readonly string[]>;

/** Columns that are nobody's of ours (margin, votes, annotator, …), kept as they are. */
export type Extra = Readonly<Record<string, unknown>>;

export type Sample =
  | { kind: 'preference'; prompt: Text; chosen: Text; rejected: Text; extra: Extra }
  | { kind: 'unpaired'; prompt: Text; completion: Text; label: boolean; extra: Extra }
  | { kind: 'completion'; prompt: Text; completion: Text; extra: Extra }
  | { kind: 'prompt'; prompt: Text; extra: Extra }
  | { kind: 'text'; text: Text; extra: Extra };

const SPEAKERS: Readonly<Record<string, string>> = { user: 'Human', assistant: 'Assistant', system: 'System' };
const speakerOf = (role: string): string => SPEAKERS[role] ?? `${role.charAt(0).toUpperCase()}${role.slice(1)}`;

/** Ends a prompt in a transcript: the answer follows. */
export const ANSWER = '\n\nAssistant:';

const transcript = (messages: readonly Message[]): string => messages.map(({ role, content }) => `\n\n${speakerOf(role)}: ${content}`).join('');

/**
 * The plain text a model reads. Messages become a transcript as in HH-RLHF (Bai et al. 2022): a prompt ends with the mark of the one who answers, and what follows
 * the mark is the completion, its leading space included; put together they are the whole transcript.
 */
export function plain(text: Text, part: 'prompt' | 'completion' | 'whole'): string {
  if (typeof text === 'string') return text;
  const written = transcript(text);
  if (part === 'prompt') return text.at(-1)?.role === 'assistant' ? written : `${written}${ANSWER}`;
  return part === 'completion' && written.startsWith(ANSWER) ? written.slice(ANSWER.length) : written;
}
