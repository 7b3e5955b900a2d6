/** From two completions of one prompt to a question that can be asked, and from what is answered to preference pairs. */
import type { Choice, PairQuestion, Side } from '../../src/contract/preferences';
import type { Example, PreferencePair, Task } from '../../src/tasks/task';
import { hasEnded } from './evaluate';
import type { Stage } from './stage';

/** Two completions of one prompt. */
export type Rivals = readonly [Example, Example];

export const isSame = (one: readonly number[], other: readonly number[]): boolean => one.length === other.length && one.every((token, t) => token === other[t]);

/** The first completion of a group and the first that differs from it; nothing where all are one text. */
export function differentPair(group: readonly Example[]): Rivals[] {
  const [first] = group;
  const other = group.find(({ completion }) => !isSame(completion, first!.completion)); // a group has a first
  return other ? [[first!, other]] : [];
}

/** Each pair in an order of its own, drawn for the step, so that where a completion stands says nothing about it. */
export function questionsAbout(stage: Stage, pairs: readonly Rivals[]): PairQuestion[] {
  const { decode } = stage.task.tokenizer;
  const random = stage.freshRandom(`order ${stage.step}`);
  const sideOf = (row: Example): Side => ({ text: decode([...row.prompt, ...row.completion]), ended: hasEnded(row), tokens: row.completion });
  return pairs.map(([one, other]) => {
    const [a, b] = random.next() < 0.5 ? [one, other] : [other, one];
    return { prompt: { text: decode(one.prompt), tokens: one.prompt }, a: sideOf(a), b: sideOf(b) };
  });
}

/** Pairs somebody decided; ties and skipped ones teach nothing. */
export function pairsChosen(questions: readonly PairQuestion[], choices: readonly Choice[]): PreferencePair[] {
  return questions.flatMap(({ prompt: { tokens: prompt }, a, b }, i) => {
    const choice = choices[i];
    if (choice === 'a') return [{ prompt, chosen: a.tokens, rejected: b.tokens }];
    return choice === 'b' ? [{ prompt, chosen: b.tokens, rejected: a.tokens }] : [];
  });
}

/** 1 where the chosen side has the higher true reward, 0 where the other has, a half where neither; undefined where the task has none. */
export function goldAgreement(task: Task, { prompt, chosen, rejected }: PreferencePair): number | undefined {
  return task.gold && (Math.sign(task.gold(prompt, chosen) - task.gold(prompt, rejected)) + 1) / 2;
}
