/** Made-up rows of every kind, for tests of what becomes of somebody's data. */
import type { Kind, Sample } from '../src/contract/sample';

const WHO = ['the dog', 'my friend', 'our teacher', 'the old man', 'a small bird', 'her sister', 'this child', 'the cook', 'a farmer', 'the nurse', 'my uncle', 'the king'];
const DOES = ['sings', 'walks', 'reads', 'waits', 'works', 'talks', 'looks', 'sleeps'];
const KIND = ['kindly', 'gently', 'warmly', 'gladly'];
const RUDE = ['rudely', 'angrily', 'coldly', 'meanly'];

/** Preferences for the kind answer; each prompt has one row. */
export const preferences = (count = WHO.length * DOES.length): Sample[] =>
  Array.from({ length: count }, (_, i) => {
    const [who, does] = [WHO[i % WHO.length]!, DOES[Math.floor(i / WHO.length) % DOES.length]!];
    const answer = (manners: readonly string[]) => ` ${who} ${does} ${manners[(i * 7 + (i >> 2)) % manners.length]!}.`;
    return { kind: 'preference', prompt: `how ${does} ${who}?`, chosen: answer(KIND), rejected: answer(RUDE), extra: {} };
  });

/** The same as rows of another kind. */
export function rowsOf(kind: Kind, count?: number): Sample[] {
  return preferences(count).map((sample, i): Sample => {
    const { prompt, chosen, rejected, extra } = sample as Extract<Sample, { kind: 'preference' }>; // as made above
    switch (kind) {
      case 'preference': return sample;
      case 'unpaired': return { kind, prompt, completion: i % 2 === 0 ? chosen : rejected, label: i % 2 === 0, extra };
      case 'completion': return { kind, prompt, completion: chosen, extra };
      case 'prompt': return { kind, prompt, extra };
      case 'text': return { kind, text: `${String(prompt)}${String(chosen)}`, extra };
    }
  });
}
