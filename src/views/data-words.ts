/** What the Data screen says in words: kinds of rows, what an import left out, what a data set is like. Pure. */
import { numberText } from '../charts/format';
import type { ImportReport } from '../contract/data-api';
import type { Reason, Summary } from '../contract/dataset';
import type { Kind } from '../contract/sample';
import { REASONS } from '../formats/read-sample';

export const KIND_WORDS: Readonly<Record<Kind, { one: string; many: string; says: string }>> = {
  preference: { one: 'preference pair', many: 'preference pairs', says: 'A prompt with two answers, of which somebody chose one.' },
  unpaired: { one: 'marked completion', many: 'marked completions', says: 'A prompt with an answer that somebody called good or bad.' },
  completion: { one: 'demonstration', many: 'demonstrations', says: 'A prompt with a good answer.' },
  prompt: { one: 'prompt', many: 'prompts', says: 'Something to answer.' },
  text: { one: 'text', many: 'texts', says: 'Text to learn a language from.' },
};

export const countText = (count: number, kind: Kind): string => `${numberText(count)} ${count === 1 ? KIND_WORDS[kind].one : KIND_WORDS[kind].many}`;

const rowsText = (count: number): string => (count === 1 ? '1 row' : `${numberText(count)} rows`);
const lower = (sentence: string): string => `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;

/** "the file lacks chosen and rejected"; '' where it lacks nothing. */
export const lacksText = (missing: readonly string[]): string => (missing.length === 0 ? '' : `no column for ${missing.join(' and ')}`);

/** What an import took and what it left out, a sentence each. */
export function reportWords({ dataset, isNew, rows, problems, reasons, duplicates, long }: ImportReport, choices: { duplicates?: 'drop' | 'keep' } = {}): string[] {
  const said = [isNew ? `Imported ${countText(dataset.rows, dataset.kind)} as “${dataset.name}”${rows === dataset.rows ? '' : `, of ${rowsText(rows)} in the file`}.` : `The same ${countText(dataset.rows, dataset.kind)} are here already, as “${dataset.name}”; nothing was added.`];
  if (problems.count > 0) {
    const lines = problems.first.map(({ line, says }) => `line ${line} (${says})`).join(', ');
    said.push(`${problems.count === 1 ? '1 line is' : `${numberText(problems.count)} lines are`} no row and ${problems.count === 1 ? 'was' : 'were'} left out: ${lines}${problems.count > problems.first.length ? ' and more' : ''}.`);
  }
  // Its keys are reasons.
  for (const [reason, count] of Object.entries(reasons) as [Reason, number][]) said.push(`${rowsText(count)} left out: ${lower(REASONS[reason])}`);
  if (duplicates > 0) said.push(`${rowsText(duplicates)} met before${choices.duplicates === 'keep' ? ', and kept' : ' and left out'}.`);
  if (long > 0) said.push(`${rowsText(long)} longer than the limit.`);
  if (dataset.heldOut.rows > 0) said.push(`${rowsText(dataset.heldOut.rows)} of ${numberText(dataset.rows)} held out from training, by ${dataset.kind === 'text' ? 'text' : 'prompt'}.`);
  return said;
}

export interface Fact {
  name: string;
  value: string;
  /** A sentence about it. */
  means: string;
}

const share = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;

/** What a data set is like, number by number. */
export function factsOf({ kinds, duplicates, reasons, prompts, completions, chosen, labels, raters }: Summary): Fact[] {
  const pairs = kinds.preference ?? 0;
  const marked = labels.good + labels.bad;
  const decided = chosen.longer + chosen.shorter;
  const facts: Fact[] = [];
  if (prompts && prompts.longest > 0) facts.push({ name: 'Prompt length', value: `${numberText(prompts.median)} characters`, means: `Half are no longer; 95 % have at most ${numberText(prompts.most)}, the longest ${numberText(prompts.longest)}.` });
  if (completions) facts.push({ name: kinds.text ? 'Text length' : 'Answer length', value: `${numberText(completions.median)} characters`, means: `Half are no longer; 95 % have at most ${numberText(completions.most)}, the longest ${numberText(completions.longest)}.` });
  if (pairs > 0 && decided > 0) facts.push({ name: 'Longer side chosen', value: share(chosen.longer, decided), means: `Of ${numberText(decided)} pairs whose sides differ in length. Far from 50 %, a reward model can win by counting.` });
  if (marked > 0) facts.push({ name: 'Marked good', value: share(labels.good, marked), means: `${numberText(labels.good)} good and ${numberText(labels.bad)} bad. Far from 50 %, KTO should weigh the two sorts differently.` });
  facts.push({ name: 'Met before', value: numberText(duplicates), means: 'Rows with the same prompt and the same answers as an earlier one, in either order.' });
  if (pairs > 0) facts.push({ name: 'Identical sides', value: numberText(reasons['identical-sides'] ?? 0), means: 'Pairs whose two answers are the same teach nothing; they were left out.' });
  facts.push({ name: 'Annotators', value: numberText(raters), means: raters === 0 ? 'No column called annotator.' : 'Different values in the column annotator.' });
  return facts;
}

/** What is learned from rows of a kind, in a run of their own; prompts alone teach nothing. */
export const RECIPE_FOR: Readonly<Partial<Record<Kind, string>>> = { preference: 'yours-dpo', unpaired: 'yours-kto', completion: 'yours-sft', text: 'yours-pretrain' };
