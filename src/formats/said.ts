/** What people said of pairs, as preferences in TRL's columns, with what is known of the saying in columns beside them. */
import type { PreferenceRecord } from '../contract/preferences';
import type { Sample } from '../contract/sample';

/** Texts of a question are whole answers: a completion is what follows the prompt, where the text begins with it. */
const completionOf = (whole: string, prompt: string): string => (whole.startsWith(prompt) ? whole.slice(prompt.length) : whole);

/** The same for both orders of showing. */
const pairOf = ({ prompt, a, b }: PreferenceRecord): string => JSON.stringify([prompt.text, [a.text, b.text].toSorted()]);

/**
 * One row an answer that stands, in the order answered; ties, skips and what was taken back give none.
 * `votes`: how many answers about the same two texts agree with this one, itself among them; `margin`: the share that agrees less the share that chose the other (ties count among all);
 * `annotator`: who; `seconds`: how long they took; `order`: which side was shown first.
 */
export function saidSamples(records: readonly PreferenceRecord[]): Sample[] {
  // A later record about a question takes the place of an earlier one.
  const standing = new Map<string, PreferenceRecord>();
  for (const record of records) standing.set(`${record.step} ${record.question}`, record);
  const said = [...standing.values()].filter(({ choice }) => choice !== 'skip' && choice !== 'undone');
  const winnerOf = ({ choice, a, b }: PreferenceRecord): string | undefined => (choice === 'a' ? a.text : choice === 'b' ? b.text : undefined);
  const winners = new Map<string, (string | undefined)[]>();
  for (const record of said) winners.set(pairOf(record), [...(winners.get(pairOf(record)) ?? []), winnerOf(record)]);
  return said.flatMap((record): Sample[] => {
    const { prompt, a, b, choice, by, seconds } = record;
    if (choice === 'tie' || a.text === b.text) return [];
    const [chosen, rejected] = choice === 'a' ? [a, b] : [b, a];
    const all = winners.get(pairOf(record))!; // itself at least
    const [agree, other] = [chosen, rejected].map(({ text }) => all.filter((winner) => winner === text).length) as [number, number]; // two of two
    return [{
      kind: 'preference', prompt: prompt.text, chosen: completionOf(chosen.text, prompt.text), rejected: completionOf(rejected.text, prompt.text),
      extra: { margin: (agree - other) / all.length, votes: agree, annotator: by, seconds, order: choice === 'a' ? 'chosen first' : 'rejected first' },
    }];
  });
}
