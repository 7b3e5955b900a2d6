/** The same few prompts answered by the model a stage started from and by the model now, token by token as both models see them. */
import { exp } from '../../src/contract/exact';
import type { Completion, SamplePair, SampleSet, SampleToken, TokenCredit } from '../../src/contract/run';
import type { Example } from '../../src/tasks/task';
import { generate, type GenerateOptions } from '../model/generate';
import type { Views } from '../model/parameters';
import { goldOf, hasEnded } from './evaluate';
import { brief, byOdds, exactKl, likeliest } from './odds';
import type { Stage } from './stage';

const ODDS = 5;

interface SampleOptions {
  /** How answers are drawn. */
  drawn?: GenerateOptions;
  /** Proxy reward of each row, where the stage has a reward model; of the model it started with, and now. */
  scores?: { before(rows: Example[]): Promise<ArrayLike<number>>; now(rows: Example[]): Promise<ArrayLike<number>> };
  /** Who answers now, where that is not one draw of the policy. */
  answer?(prompts: readonly (readonly number[])[]): Promise<Example[]>;
  /** What the method makes of each token of the answers now, a list per row as long as its completion. */
  credit?(rows: Example[]): Promise<readonly (readonly TokenCredit[])[]>;
  /** Held-out pairs token by token, of a method that learns from pairs. */
  pairs?(policy: Views): Promise<SamplePair[]>;
}

/** @returns a function that answers the showcase prompts anew; the starting model's answers are drawn once */
export function showcase(stage: Stage, before: Views, { scores, credit, pairs, answer: answerNow, drawn = {} }: SampleOptions = {}) {
  const prompts = stage.task.showcase();
  const answer = async (views: Views): Promise<Example[]> => {
    const completions = await generate(views, prompts, stage.evaluationRandom('showcase'), drawn);
    return prompts.map((prompt, i) => ({ prompt, completion: completions[i]! }));
  };
  let first: Promise<Example[]> | undefined;
  return async (policy: Views): Promise<SampleSet> => {
    const earlier = await (first ??= answer(before));
    const rows = [...earlier, ...(await (answerNow ? answerNow(prompts) : policy === before ? earlier : answer(policy)))];
    const scored = scores ? await Promise.all([scores.before(rows.slice(0, prompts.length)), scores.now(rows.slice(prompts.length))]) : undefined;
    const credits = await credit?.(rows.slice(prompts.length));
    const completions = await byOdds(policy, before, rows, (row, i, policyAt, beforeAt): Completion => {
      const gold = goldOf(stage.task, row);
      const proxy = scored?.[i < prompts.length ? 0 : 1][i % prompts.length];
      return {
        tokens: row.completion.map((token, t) => ({
          ...tokenOf(stage, token, policyAt(t), beforeAt(t)),
          ...briefly(credits?.[i - prompts.length]?.[t]),
        })),
        text: stage.task.tokenizer.decode([...row.prompt, ...row.completion]),
        ended: hasEnded(row),
        ...(gold === undefined ? {} : { gold }),
        ...(proxy === undefined ? {} : { proxy }),
      };
    });
    return {
      step: stage.step,
      prompts: prompts.map((prompt, i) => ({ prompt: stage.task.tokenizer.decode(prompt), before: completions[i]!, now: completions[prompts.length + i]! })),
      ...(pairs && { pairs: await pairs(policy) }),
    };
  };
}

const briefly = (credit: TokenCredit = {}): TokenCredit => Object.fromEntries(Object.entries(credit).map(([name, number]) => [name, brief(number)]));

function tokenOf(stage: Stage, token: number, policy: Float32Array, reference: Float32Array): SampleToken {
  const { vocabulary } = stage.task.tokenizer;
  return {
    text: vocabulary[token]!,
    logProb: brief(policy[token]!),
    referenceLogProb: brief(reference[token]!),
    kl: brief(exactKl(policy, reference)),
    odds: likeliest(policy, reference, ODDS).map((other) => ({ text: vocabulary[other]!, policy: brief(exp(policy[other]!)), reference: brief(exp(reference[other]!)) })),
  };
}
