/** The text that a model reads of a sample, whichever way it was written. */
import type { Message, Text } from '../contract/sample';

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
