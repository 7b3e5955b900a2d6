/**
 * Online DPO (Guo et al. 2024, arXiv:2402.04792, algorithm 1): the policy's own fresh completions, a judge's verdict on each pair, one DPO update.
 * With `refreshEvery` above 1 the same fresh pairs are learned from for so many steps: iterative DPO.
 *
 * Order and metrics as TRL's OnlineDPOTrainer. Departures: a pair whose sides are the same or score alike is left out, where TRL takes the first for the better;
 * of more than two completions the best stands against the worst; the judge may be a person; any loss of DPO may be chosen; the reference may follow the policy.
 * What is sampled is a function of the weights, the seed and the step, so a stage that stops while a person is being asked samples the same again.
 */
import { dispose, sub, tensor1d, type Tensor1D } from '@tensorflow/tfjs-core';
import type { AlgorithmConfig } from '../../src/contract/algorithms';
import type { MetricRow } from '../../src/contract/metrics';
import { pairsOfRows } from '../../src/tasks/pair-lists';
import type { Example, PreferencePair, Task } from '../../src/tasks/task';
import { generate } from '../model/generate';
import { learningRateAt } from '../model/optimizer';
import type { Views } from '../model/parameters';
import { goldEvaluation, hasEnded, meanGold, sequenceLogProbs, stacked } from '../stage/evaluate';
import { asOne, combined, judgesOf } from '../stage/judge';
import { differentPair, goldAgreement, isSame, pairsChosen, questionsAbout } from '../stage/questions';
import { Reference } from '../stage/reference';
import { showcase } from '../stage/samples';
import { RewardShaping } from '../stage/shaped-reward';
import type { Stage } from '../stage/stage';
import { elected } from '../tensor/groups';
import { maskedMean } from '../tensor/masked';
import { readScalars } from '../tensor/read';
import { batchOf, disposeBatch } from '../tensor/sequences';
import { checkFinite, isDue, type AskingLoop } from './algorithm';
import { completionOutput, halves, heldOutAccuracies, logRatiosTo, pairMeasures } from './direct';
import { dpoLoss } from './dpo-losses';

type Config = AlgorithmConfig<'online-dpo'>;

export const onlineDpo: AskingLoop<'online-dpo'> = async function* (stage, config) {
  const { beta } = config;
  const policy = stage.trained('policy', { from: 'policy' });
  const start = stage.frozen({ from: 'policy' });
  const reference = new Reference(stage, policy, start, config);
  const optimizer = stage.optimizer('policy', policy, config);
  const judges = config.judge === 'reward' ? judgesOf(stage) : undefined;
  const judge = judges && asOne(judges, config.scoring);
  const shaping = new RewardShaping(stage, config);
  const drawn = { temperature: config.temperature };
  const measureGold = goldEvaluation(stage, start.views, config, { options: drawn });
  const showSamples = showcase(stage, start.views, { drawn, ...(judge && { scores: { before: judge, now: judge } }) });
  const logRatios = logRatiosTo(policy, reference);
  let pairs = pairsOfRows(stage.list('pairs'));

  while (stage.step < config.steps) {
    let fresh: MetricRow = {};
    if (stage.step % config.refreshEvery === 0) {
      const groups = await sampleGroups(stage, policy.views, config);
      const rows = groups.flat();
      if (judges) {
        const said = await judges(rows);
        const judged = combined(said, config.scoring);
        const scores = shaping.learn(rows, judged);
        pairs = bestAgainstWorst(groups, config.scoring === 'vote' ? said.map((ofMember) => shaping.shape(rows, ofMember)) : [scores]);
        fresh = { ...shaping.measures(rows, judged), ...scoresOf(scores, config.completions) };
      } else {
        const questions = questionsAbout(stage, groups.flatMap((group) => differentPair(group)).slice(0, config.questions));
        pairs = questions.length === 0 ? [] : pairsChosen(questions, yield { questions });
      }
      fresh = { ...fresh, ...distanceOf(await sequenceLogProbs(policy.views, rows), await reference.logProbs(rows), beta, fresh), ...describe(stage.task, rows, pairs) };
      stage.setCounter('episodes', stage.counter('episodes') + rows.length);
      if (config.refreshEvery > 1) stage.keepPairs(pairs);
    }

    const learningRate = learningRateAt(stage.step, config);
    const measured = pairs.length > 0 ? await update(pairs, learningRate) : {};
    if (pairs.length === 0) stage.advance({ tokenCount: 0 });
    await reference.sync();
    const row: MetricRow = { ...fresh, ...measured, 'pairs/used': pairs.length, learning_rate: learningRate, episode: stage.counter('episodes'), num_tokens: stage.counter('tokens') };
    if (!isDue(stage.step, config)) yield { row };
    else {
      yield { row: { ...row, ...(await heldOutAccuracies(stage, config, logRatios)), ...(await measureGold(policy.views)) }, samples: await showSamples(policy.views) };
    }
  }

  /** One DPO update on all pairs. */
  async function update(learned: readonly PreferencePair[], learningRate: number): Promise<MetricRow> {
    const rows = stacked(learned);
    const held = await reference.logProbs(rows);
    await stage.witness?.sees({ kind: 'pairs', pairs: learned, policy: policy.views, reference: reference.views, referenceLogProbs: held });
    const referenceLogProbs = tensor1d(held); // [2P]
    const batch = batchOf(rows);
    const made = optimizer.update((views) => {
      const { sums, counts, entropy } = completionOutput(views, batch);
      const [chosen, rejected] = halves(sub<Tensor1D>(sums, referenceLogProbs)); // log-ratios [P]
      const [chosenTokens, rejectedTokens] = halves(counts);
      return {
        loss: dpoLoss({ chosen, rejected, chosenTokens, rejectedTokens }, config),
        ...pairMeasures(chosen, rejected, beta, sums),
        entropy: maskedMean(entropy, batch.completionMask),
      };
    }, learningRate);
    disposeBatch(batch);
    dispose(referenceLogProbs);
    stage.advance(batch);
    const [measured] = await readScalars([made]);
    checkFinite(stage.step, measured!.loss, measured!.grad_norm);
    return measured!; // one record in, one out
  }
};

/** Fresh completions, a list per prompt. Asking a person takes twice as many prompts as questions, because some are answered the same way each time. */
async function sampleGroups(stage: Stage, policy: Views, { judge, batchSize, questions, completions: k, temperature }: Config): Promise<Example[][]> {
  const drawPrompt = stage.freshRandom(`prompts ${stage.step}`);
  const prompts = Array.from({ length: judge === 'visitor' ? 2 * questions : batchSize }, () => stage.task.prompt('train', drawPrompt));
  const rows = prompts.flatMap((prompt) => Array.from({ length: k }, () => prompt));
  const completions = await generate(policy, rows, stage.freshRandom(`completions ${stage.step}`), { temperature });
  return prompts.map((prompt, i) => completions.slice(i * k, (i + 1) * k).map((completion) => ({ prompt, completion })));
}

/**
 * Best and worst of each group, the first of those that score alike; none where these are one and the same or one text.
 * @param groups all of one size @param ballots scores of all rows, group after group: one judge's, or of each of several that vote
 */
export function bestAgainstWorst(groups: readonly (readonly Example[])[], ballots: readonly (readonly number[])[]): PreferencePair[] {
  const rows = groups.flat();
  const size = groups[0]?.length ?? 0;
  const best = elected(ballots, size);
  const worst = elected(ballots.map((scores) => scores.map((score) => -score)), size);
  return groups.flatMap((_, g) => {
    const [{ prompt, completion: chosen }, { completion: rejected }] = [rows[best[g]!]!, rows[worst[g]!]!]; // one of each group is elected
    return best[g] === worst[g] || isSame(chosen, rejected) ? [] : [{ prompt, chosen, rejected }];
  });
}

const meanOf = (numbers: ArrayLike<number>): number => Array.from(numbers).reduce((sum, x) => sum + x, 0) / numbers.length;

/** Mean score, and how far the best is above the worst. @param scores of k completions a prompt, prompt after prompt */
function scoresOf(scores: readonly number[], k: number) {
  const spreads = Array.from({ length: scores.length / k }, (_, i) => scores.slice(i * k, (i + 1) * k)).map((own) => Math.max(...own) - Math.min(...own));
  return { 'objective/scores': meanOf(scores), 'objective/scores_margin': meanOf(spreads) };
}

/** TRL's means over the sampled completions. All per completion, nats. */
function distanceOf(logProbs: Float32Array, referenceLogProbs: Float32Array, beta: number, { 'objective/scores': score }: MetricRow): MetricRow {
  const kl = meanOf(logProbs.map((logProb, i) => logProb - referenceLogProbs[i]!));
  const penalty = { 'objective/kl': kl, 'objective/entropy': -meanOf(logProbs), 'objective/non_score_reward': -beta * kl };
  return score === undefined ? penalty : { ...penalty, 'objective/rlhf_reward': score - beta * kl };
}

/** What the task's truth says of the completions and of the judge; training never sees it. */
function describe(task: Task, rows: readonly Example[], pairs: readonly PreferencePair[]): MetricRow {
  const ended = { 'val/contain_eos_token': rows.filter(hasEnded).length / rows.length };
  const agrees = pairs.flatMap((pair) => goldAgreement(task, pair) ?? []);
  return { ...ended, ...meanGold(task, rows, 'objective/gold'), ...(agrees.length > 0 && { 'pairs/gold_agreement': meanOf(agrees) }) };
}
