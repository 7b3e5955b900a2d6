/**
 * Asking for labels, and choosing what to ask about: the acquisition step of Active Preference Learning (Muldrew et al. 2024, arXiv:2402.08114).
 * The policy as it is now writes more candidates than there are questions; entropy keeps pairs under the prompts with the highest −1/N Σ log π(y|x), certainty those with
 * the largest |r(y₁) − r(y₂)|, uncertainty those with the smallest, r = β(log π − log reference). What is answered becomes pairs, after those of an earlier stage. Retraining is
 * for the stages after this one: from the reference with a fresh optimizer, as in the paper.
 *
 * Departures: questions come in small rounds, so that a stage can be paused and resumed between them, and candidates are ranked within a round; without a reference the implicit
 * reward is β log π; pairs of the data, labels hidden, may stand in for fresh ones; the judge may be a person or a simulated rater. Ties and skipped questions make no pair.
 * What is asked is a function of the weights, the seed and the step, so a stage that stops while a person is being asked asks the same again.
 */
import type { AlgorithmConfig } from '../../src/contract/algorithms';
import { detail } from '../../src/contract/details';
import { Failure } from '../../src/contract/failures';
import type { MetricRow } from '../../src/contract/metrics';
import type { Choice, PairQuestion } from '../../src/contract/preferences';
import type { Example, PreferencePair, Task } from '../../src/tasks/task';
import { generate } from '../model/generate';
import type { Views } from '../model/parameters';
import { implicitGaps, picked, promptEntropy } from '../stage/acquisition';
import { sequenceLogProbs } from '../stage/evaluate';
import { differentPair, goldAgreement, isSame, pairsChosen, questionsAbout, type Rivals } from '../stage/questions';
import type { Stage } from '../stage/stage';
import type { AskingLoop } from './algorithm';

type Config = AlgorithmConfig<'labels'>;

interface Candidate {
  rivals: Rivals;
  /** How surely those who labelled the data preferred the first; left out where nobody was asked yet. */
  certainty?: number;
}

export const labels: AskingLoop<'labels'> = async function* (stage, config) {
  const { task } = stage;
  if (config.judge === 'gold' && !task.gold) throw new Failure('invalid-config', detail('no-gold-judge'));
  if (config.judge === 'raters' && config.source === 'policy' && !task.preference) throw new Failure('invalid-config', detail('no-raters'));
  const policy = stage.frozen({ from: 'policy' });
  const reference = stage.has('reference') ? stage.frozen({ from: 'reference' }) : undefined;
  const hidden = config.source === 'data' ? new HiddenPairs(stage, config) : undefined;
  let kept = stage.step === 0 ? [...(stage.givenPairs ?? [])] : stage.keptPairs;

  while (stage.step < config.steps) {
    const { candidates, generated: written } = hidden ? { candidates: hidden.ofStep(stage.step), generated: 0 } : await freshPairs(stage, policy.views, config);
    const { scores, generated: more = 0, scored } = await scoresOf(stage, policy.views, reference?.views, config, candidates);
    const asked = picked(config.strategy, scores, config.questions).map((i) => candidates[i]!); // numbers of candidates
    const questions = questionsAbout(stage, asked.map(({ rivals }) => rivals));
    const choices = config.judge !== 'visitor' ? answers(stage, config.judge, questions, asked) : questions.length > 0 ? yield { questions } : [];
    const made = pairsChosen(questions, choices);
    kept = [...kept, ...made];
    hidden?.haveBeenAsked(asked.map(({ rivals }) => rivals));
    stage.keepPairs(kept);
    count(stage, 'asked', questions.length);
    count(stage, 'decided', made.length);
    count(stage, 'first chosen', choices.filter((choice) => choice === 'a').length);
    count(stage, 'agreement', made.reduce((sum, pair) => sum + (goldAgreement(task, pair) ?? 0), 0));
    count(stage, 'generated', written + more);
    count(stage, 'scored', scored);
    stage.advance({ tokenCount: 0 });
    yield { row: measured(stage, kept) };
  }
};

const count = (stage: Stage, name: string, more: number): void => stage.setCounter(name, stage.counter(name) + more);

/** Of all questions so far: a round alone has too few. */
function measured(stage: Stage, kept: readonly PreferencePair[]): MetricRow {
  const decided = stage.counter('decided');
  return {
    'labels/asked': stage.counter('asked'),
    'labels/kept': kept.length,
    ...(decided > 0 && { 'labels/first_chosen': stage.counter('first chosen') / decided }),
    ...(decided > 0 && stage.task.gold && { 'pairs/gold_agreement': stage.counter('agreement') / decided }),
    'tokens/generated': stage.counter('generated'),
    'tokens/scored': stage.counter('scored'),
  };
}

const tokensOf = (completions: readonly (readonly number[])[]): number => completions.reduce((sum, { length }) => sum + length, 0);

/** Two completions of each of many prompts, where they differ. Random needs few prompts more than questions, because some are answered the same way twice. */
async function freshPairs(stage: Stage, policy: Views, { strategy, overGenerate, questions, temperature }: Config): Promise<{ candidates: Candidate[]; generated: number }> {
  const drawPrompt = stage.freshRandom(`prompts ${stage.step}`);
  const prompts = Array.from({ length: questions * (strategy === 'random' ? 2 : overGenerate) }, () => stage.task.prompt('train', drawPrompt));
  const rows = prompts.flatMap((prompt) => [prompt, prompt]);
  const completions = await generate(policy, rows, stage.freshRandom(`completions ${stage.step}`), { temperature });
  const candidates = prompts.flatMap((prompt, i) => differentPair([{ prompt, completion: completions[2 * i]! }, { prompt, completion: completions[2 * i + 1]! }])); // two a prompt
  return { candidates: candidates.map((rivals) => ({ rivals })), generated: tokensOf(completions) };
}

/** Pairs of the data in an order of the stage's own, some for each step; none that was asked about before or has a label already. */
class HiddenPairs {
  readonly #pairs: readonly PreferencePair[];
  readonly #order: readonly number[];
  readonly #known: Set<string>;
  readonly #size: number;

  constructor(private readonly stage: Stage, { strategy, overGenerate, questions, steps }: Config) {
    this.#pairs = stage.task.pairs('train');
    if (this.#pairs.length < questions * steps) throw new Failure('invalid-config', detail('rounds-of-questions', this.#pairs.length, questions * steps));
    this.#order = stage.freshRandom('candidates').shuffle(this.#pairs.map((_, i) => i));
    this.#size = questions * (strategy === 'random' ? 1 : overGenerate);
    const rows = stage.list('asked');
    const asked = Array.from({ length: rows.length / 3 }, (_, i) => keyOf(rows[3 * i]!, rows[3 * i + 1]!, rows[3 * i + 2]!)); // three a pair
    this.#known = new Set([...asked, ...(stage.givenPairs ?? []).map(({ prompt, chosen, rejected }) => keyOf(prompt, chosen, rejected))]);
  }

  ofStep(step: number): Candidate[] {
    const found = new Map<string, Candidate>();
    for (let i = 0; i < this.#order.length && found.size < this.#size; i++) {
      const { prompt, chosen, rejected, probability = 1 } = this.#pairs[this.#order[(step * this.#size + i) % this.#order.length]!]!; // the order is of their numbers
      const key = keyOf(prompt, chosen, rejected);
      if (!this.#known.has(key)) found.set(key, { rivals: [{ prompt, completion: chosen }, { prompt, completion: rejected }], certainty: probability });
    }
    return [...found.values()];
  }

  haveBeenAsked(asked: readonly Rivals[]): void {
    const rows = asked.map(([one, other]) => [one.prompt, one.completion, other.completion] as const);
    for (const row of rows) this.#known.add(keyOf(...row));
    this.stage.setList('asked', [...this.stage.list('asked'), ...rows.flat()]);
  }
}

/** The same whichever side stands first. */
const keyOf = (prompt: readonly number[], one: readonly number[], other: readonly number[]): string => [prompt.join(), ...[one.join(), other.join()].toSorted()].join('|');

/** Tokens that so many models read. */
const readBy = (models: number, rows: readonly Example[]): number => models * rows.reduce((sum, { prompt, completion }) => sum + prompt.length + completion.length, 0);

/** Rows that are sampled at once. */
const BLOCK = 512;

/** What the strategy goes by, one a candidate. */
async function scoresOf(stage: Stage, policy: Views, reference: Views | undefined, { strategy, entropySamples: N }: Config, candidates: readonly Candidate[]): Promise<{ scores: readonly number[]; generated?: number; scored: number }> {
  if (strategy === 'random') return { scores: candidates.map(() => 0), scored: 0 };
  if (strategy === 'entropy') {
    const prompts = candidates.flatMap(({ rivals: [{ prompt }] }) => Array.from({ length: N }, () => prompt));
    const random = stage.freshRandom(`entropy ${stage.step}`);
    const rows: Example[] = [];
    for (let first = 0; first < prompts.length; first += BLOCK) {
      const block = prompts.slice(first, first + BLOCK);
      const completions = await generate(policy, block, random);
      block.forEach((prompt, i) => rows.push({ prompt, completion: completions[i]! })); // one a prompt
    }
    const logProbs = await sequenceLogProbs(policy, rows);
    return { scores: candidates.map((_, i) => promptEntropy(logProbs.subarray(i * N, (i + 1) * N))), generated: tokensOf(rows.map(({ completion }) => completion)), scored: readBy(1, rows) };
  }
  const rows = [...candidates.map(({ rivals: [one] }) => one), ...candidates.map(({ rivals: [, other] }) => other)];
  const now = await sequenceLogProbs(policy, rows);
  const before = reference && (await sequenceLogProbs(reference, rows));
  return { scores: implicitGaps(before ? now.map((logProb, i) => logProb - before[i]!) : now), scored: readBy(reference ? 2 : 1, rows) }; // one a row
}

/** What raters or the true reward say. */
function answers(stage: Stage, judge: 'raters' | 'gold', questions: readonly PairQuestion[], asked: readonly Candidate[]): Choice[] {
  const random = stage.freshRandom(`${judge} ${stage.step}`);
  return questions.map(({ prompt: { tokens: prompt }, a, b }, i) => {
    if (judge === 'gold') return goldChoice(stage.task, prompt, a.tokens, b.tokens);
    const { rivals: [first], certainty } = asked[i]!; // one a question
    const ofA = isSame(a.tokens, first.completion);
    const chance = certainty === undefined ? stage.task.preference!(prompt, a.tokens, b.tokens) : ofA ? certainty : 1 - certainty; // raters are there, or the data says
    return random.next() < chance ? 'a' : 'b';
  });
}

function goldChoice(task: Task, prompt: readonly number[], a: readonly number[], b: readonly number[]): Choice {
  const above = task.gold!(prompt, a) - task.gold!(prompt, b); // a judge that is there
  return above > 0 ? 'a' : above < 0 ? 'b' : 'tie';
}
