/** What the Data screen says in words: kinds of rows, what an import left out, what a data set is like. */
import { numberText } from '../charts/format';
import type { ImportReport } from '../contract/data-api';
import type { Reason, Summary } from '../contract/dataset';
import type { Kind } from '../contract/sample';
import { spokenDetail } from '../words/spoken';
import { words } from '../words/words.svelte';

export const kindWords = (kind: Kind) => words().rows.kinds[kind];

export const countText = (count: number, kind: Kind): string => `${numberText(count)} ${count === 1 ? kindWords(kind).one : kindWords(kind).many}`;

/** "no column for chosen and rejected"; '' where it lacks nothing. */
export const lacksText = (missing: readonly string[]): string => (missing.length === 0 ? '' : words().rows.lacks(missing));

/** What an import took and what it left out, a sentence each. */
export function reportWords({ dataset, isNew, rows, problems, reasons, duplicates, long }: ImportReport, choices: { duplicates?: 'drop' | 'keep' } = {}): string[] {
  const { report: say, reasons: why } = words().rows;
  const what = countText(dataset.rows, dataset.kind);
  const said = [isNew ? say.imported(what, dataset.name, rows === dataset.rows ? '' : numberText(rows)) : say.known(what, dataset.name)];
  if (problems.count > 0) said.push(say.noRows(numberText(problems.count), problems.first.map(({ line, says }) => say.line(line, spokenDetail(says))).join(', '), problems.count > problems.first.length));
  // Its keys are reasons.
  for (const [reason, count] of Object.entries(reasons) as [Reason, number][]) said.push(say.leftOut(numberText(count), why[reason]));
  if (duplicates > 0) said.push(say.metBefore(numberText(duplicates), choices.duplicates === 'keep'));
  if (long > 0) said.push(say.long(numberText(long)));
  if (dataset.heldOut.rows > 0) said.push(say.heldOut(numberText(dataset.heldOut.rows), numberText(dataset.rows), dataset.kind === 'text'));
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
  const { facts: say } = words().rows;
  const pairs = kinds.preference ?? 0;
  const marked = labels.good + labels.bad;
  const decided = chosen.longer + chosen.shorter;
  const facts: Fact[] = [];
  if (prompts && prompts.longest > 0) facts.push({ name: say.promptLength, value: say.characters(numberText(prompts.median)), means: say.lengths(numberText(prompts.most), numberText(prompts.longest)) });
  if (completions) facts.push({ name: kinds.text ? say.textLength : say.answerLength, value: say.characters(numberText(completions.median)), means: say.lengths(numberText(completions.most), numberText(completions.longest)) });
  if (pairs > 0 && decided > 0) facts.push({ name: say.longer, value: share(chosen.longer, decided), means: say.longerMeans(numberText(decided)) });
  if (marked > 0) facts.push({ name: say.good, value: share(labels.good, marked), means: say.goodMeans(numberText(labels.good), numberText(labels.bad)) });
  facts.push({ name: say.metBefore, value: numberText(duplicates), means: say.metBeforeMeans });
  if (pairs > 0) facts.push({ name: say.identical, value: numberText(reasons['identical-sides'] ?? 0), means: say.identicalMeans });
  facts.push({ name: say.annotators, value: numberText(raters), means: raters === 0 ? say.noAnnotators : say.annotatorsMean });
  return facts;
}

/** What is learned from rows of a kind, in a run of their own; prompts alone teach nothing. */
export const RECIPE_FOR: Readonly<Partial<Record<Kind, string>>> = { preference: 'yours-dpo', unpaired: 'yours-kto', completion: 'yours-sft', text: 'yours-pretrain' };
