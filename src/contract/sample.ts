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

/** Column of ours -> its name in the file. */
export type Mapping = Readonly<Partial<Record<string, string>>>;
