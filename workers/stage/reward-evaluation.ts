/** What a reward model is measured by: on the way a few numbers from held-out pairs, at the end of its stage a whole report. The arithmetic is in src/contract, so that the page and the batch door share it. */
import { brierOf, eceOf, nllOf, randomSides, temperatureTest } from '../../src/contract/calibration';
import type { MetricRow } from '../../src/contract/metrics';
import { rewardReport, type RewardReport } from '../../src/contract/reward-report';
import type { PairSplit, PreferencePair } from '../../src/tasks/task';
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
