/**
 * Reward model: Bradley-Terry on preference pairs (Christiano et al. 2017; Ouyang et al. 2022, eq. 1), one number per completion,
 * read at its last real token, from the policy it will judge plus a linear head.
 * Departures: optional margin (Touvron et al. 2023, eq. 2, here one for all pairs), centring of rewards around 0 (Eisenstein et al. 2023, as TRL), label smoothing
 * (as Mitchell 2023 for DPO), several models at once (Coste et al. 2023), a head that begins at 0 (the first of an ensemble's; N+ draws it with deviation 1/√(d+1)), so that every reward begins at 0 and the loss at ln 2, and a last rescaling of the head (workers/stage/normalised-head.ts).
 */
import { add, dispose, mean, mul, slice, softplus, square, sub, tensor1d, tidy, neg, greater, cast, max, min, type Scalar, type Tensor1D } from '@tensorflow/tfjs-core';
import type { AlgorithmConfig } from '../../src/contract/algorithms';
import { bestOf, memberNames } from '../../src/contract/algorithms/reward-model';
import { nllOf } from '../../src/contract/calibration';
import { detail } from '../../src/contract/details';
import { Failure } from '../../src/contract/failures';
import type { MetricRow } from '../../src/contract/metrics';
import type { Example, PairSplit, PreferencePair, Task } from '../../src/tasks/task';
import { scoresAt } from '../model/heads';
import { learningRateAt } from '../model/optimizer';
import type { Views } from '../model/parameters';
import { readScalars } from '../tensor/read';
import { batchOf, disposeBatch, type Sequences } from '../tensor/sequences';
import { checkFinite, isDue, type TrainingLoop } from './algorithm';
import { doubtsOf, expectedLoss, pairBatches } from './direct';
import { EarlyStop } from '../stage/early-stop';
import { accuracyOf, pairRewards, stacked, type EvaluationSize, type PairRewards } from '../stage/evaluate';
import { checkRewards, combined, rewardsOf, rewardsOfAll } from '../stage/judge';
import { normaliseHeads } from '../stage/normalised-head';
import { calibrationRow, goldRow, labelRow, marginsOf, reportOn } from '../stage/reward-evaluation';
import { pairsByReward } from '../stage/pair-samples';
import { showcase } from '../stage/samples';

type LossKnobs = Pick<AlgorithmConfig<'reward-model'>, 'margin' | 'centring' | 'labelSmoothing'>;

/** −(1 − ε) log σ(chosen − rejected − margin) − ε log σ(rejected − chosen − margin) + centring·(chosen + rejected)², mean over pairs; ε is the label smoothing. @param doubts [P] probability that a label is the wrong way round; certain where left out. [P], [P] -> [] */
export function bradleyTerryLoss(chosen: Tensor1D, rejected: Tensor1D, { margin, centring, labelSmoothing }: LossKnobs, doubts?: Tensor1D): Scalar {
  // −log σ(m) is written softplus(−m): tf.logSigmoid has no gradient at intermediate tensors (TF.js 4.22).
  const against = (worse: Tensor1D, better: Tensor1D): Tensor1D => softplus(neg(sub(sub(better, worse), margin)));
  const smoothed = (better: Tensor1D, worse: Tensor1D): Tensor1D =>
    labelSmoothing === 0 ? against(worse, better) : add(mul(against(worse, better), 1 - labelSmoothing), mul(against(better, worse), labelSmoothing));
  const preference = expectedLoss(doubts, smoothed(chosen, rejected), () => smoothed(rejected, chosen));
  return mean(add(preference, mul(square(add(chosen, rejected)), centring)));
}

/** Reward of each row, read at its last real token. -> [B] */
export const rewardsAtEnd = (views: Views, { tokens, lastMask }: Sequences): Tensor1D => scoresAt(views, tokens, lastMask);

/** The same loss of rewards read back from the device. */
async function lossOf(rewards: readonly PairRewards[], knobs: LossKnobs): Promise<number> {
  const of = (side: 'chosen' | 'rejected') => tensor1d(rewards.map((pair) => pair[side]));
  const [read] = await readScalars([{ loss: tidy(() => bradleyTerryLoss(of('chosen'), of('rejected'), knobs)) }]);
  return read!.loss;
}

/** Held-out pairs whose loss is followed: of what training meets in other pairs, where the task has such. */
const followedSplit = (task: Task): PairSplit => (task.pairs('seen').length > 0 ? 'seen' : 'unseen');

/** Pairs that an evaluation on the way looks at, which alone decide when to stop. */
const stoppingPairs = ({ evaluateOn }: EvaluationSize): number => 4 * Math.ceil(evaluateOn / 4);

export const rewardModel: TrainingLoop<'reward-model'> = async function* (stage, config) {
  const split = followedSplit(stage.task);
  if (config.patience > 0 && stage.task.pairs(split).length === 0) throw new Failure('invalid-config', detail('no-patience'));
  const members = memberNames(config.ensemble).map((name, i) => {
    const start = { head: 'score', from: 'trunk', ...(i > 0 && { randomHead: `head of ${name}` }) } as const;
    const model = stage.trained(name, start);
    const best = config.patience > 0 ? stage.trained(bestOf(name), start) : undefined;
    return { model, best, optimizer: stage.optimizer(name, model, config), pairsOf: pairBatches(stage, config, i === 0 ? 'order' : `order of ${name}`) };
  });
  const models = members.map(({ model }) => model);
  const start = stage.frozen({ head: 'score', from: 'trunk' });
  const stop = config.patience > 0 ? new EarlyStop(stage, members.flatMap(({ model, best }) => (best ? { model, best } : [])), config.patience) : undefined;
  // Views follow their model when its weights are put back or rescaled.
  const rewardsNow = async (rows: readonly Example[]) => checkRewards(stage, combined(await rewardsOfAll(models.map(({ views }) => views), rows), 'mean'));
  const heldOut = (split: PairSplit, size: EvaluationSize) => pairRewards(stage, split, size, (pairs) => rewardsNow(stacked(pairs)));
  // The trunk's own completions, as the reward model sees them before and now: the texts stay, the scores move.
  const showSamples = showcase(stage, start.views, { scores: { before: (rows) => rewardsOf(start.views, rows), now: rewardsNow }, pairs: () => pairsByReward(stage, models.map(({ views }) => views)) });

  while (stage.step < config.steps && !stop?.hasStopped) {
    const learningRate = learningRateAt(stage.step, config);
    const pairs = members.map(({ pairsOf }) => pairsOf(stage.step));
    await stage.witness?.sees({ kind: 'scores', pairs: pairs[0]!, model: models[0]!.views }); // there is at least one member
    const batches = pairs.map((own) => batchOf(stacked(own)));
    const doubts = pairs.map(doubtsOf);
    const updates = members.map(({ optimizer }, i) =>
      optimizer.update((views) => {
        const rewards = rewardsAtEnd(views, batches[i]!); // one for each member
        const chosen = slice(rewards, 0, config.batchSize);
        const rejected = slice(rewards, config.batchSize, config.batchSize);
        return {
          loss: bradleyTerryLoss(chosen, rejected, config, doubts[i]),
          accuracy: mean<Scalar>(cast(greater(chosen, rejected), 'float32')),
          margin: mean<Scalar>(sub(chosen, rejected)),
          min_reward: min<Scalar>(rewards),
          mean_reward: mean<Scalar>(rewards),
          max_reward: max<Scalar>(rewards),
        };
      }, learningRate),
    );
    batches.forEach(disposeBatch);
    dispose(doubts.flatMap((own) => own ?? []));
    stage.advance({ tokenCount: batches.reduce((sum, { tokenCount }) => sum + tokenCount, 0) });

    const measured = await readScalars(updates);
    for (const { loss, grad_norm } of measured) checkFinite(stage.step, loss, grad_norm);
    const row = { ...averaged(measured), learning_rate: learningRate, num_tokens: stage.counter('tokens') };
    if (!isDue(stage.step, config)) {
      yield { row };
      continue;
    }
    let followed = await heldOut(split, config);
    let isOver = stage.step === config.steps;
    if (stop) {
      isOver = (await stop.hear(nllOf(marginsOf(followed.slice(0, stoppingPairs(config)))))) || isOver;
      if (isOver) {
        await stop.restore();
        followed = await heldOut(split, { ...config, steps: stage.step });
      }
    }
    const unseen = split === 'unseen' ? followed : await heldOut('unseen', isOver ? { ...config, steps: stage.step } : config);
    const measures: MetricRow = followed.length === 0 ? {} : {
      eval_loss: await lossOf(followed, config),
      ...(split === 'seen' && { eval_seen_accuracy: accuracyOf(followed) }),
      ...(unseen.length > 0 && { eval_unseen_accuracy: accuracyOf(unseen) }),
      ...goldRow(stage, split, followed),
      ...calibrationRow(stage, followed),
      ...(isOver && labelRow(stage, config)),
    };
    const others = { unseen: split === 'unseen' ? [] : unseen, judge: rewardsNow, members: models.map(({ views }) => views) };
    const report = isOver && followed.length > 0 ? await reportOn(stage, { split, ...unspoilt(followed), ...others }) : undefined;
    if (isOver && config.normalise !== 'none') await normaliseHeads(stage, config.normalise, models, start.views);
    yield { row: { ...row, ...measures }, samples: await showSamples(start.views), ...(report && { report }) };
  }

  /** Held-out pairs that had no say in when to stop, where there are any, and their rewards. */
  function unspoilt(rewards: readonly PairRewards[]): { pairs: readonly PreferencePair[]; rewards: readonly PairRewards[] } {
    const spoilt = stop ? stoppingPairs(config) : 0;
    const from = spoilt < rewards.length ? spoilt : 0;
    return { pairs: stage.task.pairs(split).slice(from, rewards.length), rewards: rewards.slice(from) };
  }
};

/** Mean over the members of an ensemble. */
function averaged<Name extends string>(measured: readonly Record<Name, number>[]): Record<Name, number> {
  const [first] = measured;
  if (!first) throw new Error('averaged: want at least one model, got none');
  // Every member measures the same.
  return Object.fromEntries(Object.keys(first).map((name) => [name, measured.reduce((sum, each) => sum + each[name as Name], 0) / measured.length])) as Record<Name, number>;
}
