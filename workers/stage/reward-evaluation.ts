/** What a reward model is measured by: on the way a few numbers from held-out pairs, at the end of its stage a whole report. The arithmetic is in src/contract, so that the page and the batch door share it. */
import { brierOf, eceOf, nllOf, randomSides, temperatureTest } from '../../src/contract/calibration';
import type { MetricRow } from '../../src/contract/metrics';
import { rewardReport, type RewardReport } from '../../src/contract/reward-report';
import type { PairSplit, PreferencePair, Task } from '../../src/tasks/task';
import type { Views } from '../model/parameters';
import { stacked, type PairRewards } from './evaluate';
import { rewardsOfAll, type Judge } from './judge';
import type { Stage } from './stage';

export const marginsOf = (rewards: readonly PairRewards[]): number[] => rewards.map(({ chosen, rejected }) => chosen - rejected);

/** Whether margins mean what they say, on held-out pairs. */
export function calibrationRow(stage: Stage, rewards: readonly PairRewards[]): MetricRow {
  const margins = marginsOf(rewards);
  const test = temperatureTest(margins);
  return {
    eval_nll: nllOf(margins),
    eval_brier: brierOf(margins),
    eval_ece: eceOf(randomSides(margins, stage.evaluationRandom('sides'))),
    ...(test && { eval_temperature: test.temperature }),
  };
}

/** 1 where the chosen side of a pair is truly better, −1 where the other is, 0 where they are equal; nothing where nobody knows. */
const truthOf = (task: Task, { prompt, chosen, rejected }: PreferencePair): number | undefined => task.gold && Math.sign(task.gold(prompt, chosen) - task.gold(prompt, rejected));

const shareWhere = (holds: readonly boolean[]): number | undefined => (holds.length === 0 ? undefined : holds.filter(Boolean).length / holds.length);

/** How often a reward model ranks held-out pairs as the true reward does. */
export function goldRow({ task }: Stage, split: PairSplit, rewards: readonly PairRewards[]): MetricRow {
  const pairs = task.pairs(split);
  const share = shareWhere(rewards.flatMap(({ chosen, rejected }, i) => { const truth = truthOf(task, pairs[i]!); return truth ? [Math.sign(chosen - rejected) === truth] : []; })); // rewards are of the first pairs
  return share === undefined ? {} : { eval_gold_accuracy: share };
}

/** What the labels trained on are worth: how often they are true, of at most four times as many pairs as prompts are evaluated on; and how far those who gave them agreed. */
export function labelRow(stage: Stage, { labels, evaluateOn }: { labels: number; evaluateOn: number }): MetricRow {
  const { task, pairs } = stage;
  const looked = pairs.slice(0, Math.min(labels === 0 ? pairs.length : labels, 4 * evaluateOn));
  const accuracy = shareWhere(looked.flatMap((pair) => { const truth = truthOf(task, pair); return truth ? [truth > 0] : []; }));
  const kappa = pairs === task.pairs('train') ? task.agreement?.()?.kappa : undefined;
  return { ...(accuracy !== undefined && { label_accuracy: accuracy }), ...(kappa !== undefined && { label_kappa: kappa }) };
}

interface Measured {
  /** Of which split the pairs are: of completions met in training, where there are such held-out pairs. */
  split: PairSplit;
  pairs: readonly PreferencePair[];
  rewards: readonly PairRewards[];
  /** Of completions never met, where those are others. */
  unseen: readonly PairRewards[];
  judge: Judge;
  /** The models that judge together. */
  members: readonly Views[];
}

export async function reportOn(stage: Stage, { split, pairs, rewards, unseen, judge, members }: Measured): Promise<RewardReport> {
  const { task } = stage;
  const judged = async (of: readonly PreferencePair[]): Promise<PairRewards[]> => {
    const both = await judge(stacked(of));
    return of.map((_, i) => ({ chosen: both[i]!, rejected: both[of.length + i]! })); // two a pair
  };
  const { sections = [], ties = [] } = task.benchmark?.() ?? {};
  const scoredSections = [];
  for (const { pairs: of, ...about } of sections) scoredSections.push({ ...about, pairs: await judged(of) });
  const scoredTies = [];
  for (const { prompt, equal, worse, reference } of ties) {
    const scores = Array.from(await judge([...equal, ...worse].map((completion) => ({ prompt, completion }))));
    const [plain] = await judged([reference]);
    scoredTies.push({ equal: scores.slice(0, equal.length), worse: scores.slice(equal.length), reference: plain! }); // of one pair
  }
  return rewardReport(
    {
      step: stage.step,
      pairs: pairs.map(({ prompt, chosen, rejected }, i) => ({
        ...rewards[i]!, // one a pair
        chosenLength: chosen.length,
        rejectedLength: rejected.length,
        ...(task.gold && { chosenGold: task.gold(prompt, chosen), rejectedGold: task.gold(prompt, rejected) }),
      })),
      unseen,
      ceiling: task.ceiling?.(split),
      members: members.length > 1 ? await rewardsOfAll(members, stacked(pairs)) : [],
      sections: scoredSections,
      ties: scoredTies,
    },
    stage.evaluationRandom('sides'),
  );
}
