/** A few held-out pairs, chosen beside rejected, token by token: as policy and reference find them, or as a reward model scores them. */
import { tidy } from '@tensorflow/tfjs-core';
import type { ReadToken, SamplePair } from '../../src/contract/run';
import type { Example, PreferencePair } from '../../src/tasks/task';
import { scores } from '../model/heads';
import type { Views } from '../model/parameters';
import { batchOf, lengthOf } from '../tensor/sequences';
import { stacked } from './evaluate';
import { brief, byOdds, exactKl } from './odds';
import type { Stage } from './stage';

/** Pairs of each kind: met names, names never met. */
const FEW = 2;

const shownPairs = ({ task }: Stage): PreferencePair[] => (['seen', 'unseen'] as const).flatMap((split) => task.pairs(split).slice(0, FEW));

/** @param measure of token t of the completion of row i, both sides stacked */
function pairsOf(stage: Stage, pairs: readonly PreferencePair[], measure: (i: number, t: number) => Omit<ReadToken, 'text'>): SamplePair[] {
  const { vocabulary, decode } = stage.task.tokenizer;
  const side = (completion: readonly number[], i: number) => completion.map((token, t): ReadToken => ({ text: vocabulary[token]!, ...measure(i, t) })); // tokens of the task
  return pairs.map(({ prompt, chosen, rejected }, i) => ({ prompt: decode(prompt), chosen: side(chosen, i), rejected: side(rejected, pairs.length + i) }));
}

/** How likely each token is to the policy and to the model that the stage started from, and how far apart the two are at its place. */
export async function pairsByPolicy(stage: Stage, policy: Views, reference: Views, pairs: readonly PreferencePair[] = shownPairs(stage)): Promise<SamplePair[]> {
  if (pairs.length === 0) return [];
  const rows = stacked(pairs);
  const measured = await byOdds(policy, reference, rows, ({ completion }, _, policyAt, referenceAt) => completion.map((token, t) => {
    const [now, before] = [policyAt(t), referenceAt(t)];
    return { logProb: brief(now[token]!), referenceLogProb: brief(before[token]!), kl: brief(exactKl(now, before)) };
  }));
  return pairsOf(stage, pairs, (i, t) => measured[i]![t]!); // one of two sides of each pair, a token of it
}

/** The score of the text up to and including each token, mean over the members of an ensemble, and by how much the token moved it. Only the score at the end was ever trained. */
export async function pairsByReward(stage: Stage, members: readonly Views[]): Promise<SamplePair[]> {
  const pairs = shownPairs(stage);
  if (pairs.length === 0) return [];
  const rows = stacked(pairs);
  const ofMembers: ((row: number, t: number) => number)[] = [];
  for (const views of members) ofMembers.push(await scoresOf(views, rows));
  const scoreAt = (i: number, t: number) => ofMembers.reduce((sum, of) => sum + of(i, rows[i]!.prompt.length + t), 0) / members.length;
  return pairsOf(stage, pairs, (i, t) => ({ score: brief(scoreAt(i, t)), reward: brief(scoreAt(i, t) - scoreAt(i, t - 1)) })); // before the first token stands the prompt
}

async function scoresOf(views: Views, rows: readonly Example[]): Promise<(row: number, t: number) => number> {
  const T = Math.max(...rows.map(lengthOf));
  const all = tidy(() => scores(views, batchOf(rows).tokens)); // [B, T]
  const numbers = await all.data();
  all.dispose();
  return (row, t) => numbers[row * T + t]!;
}
