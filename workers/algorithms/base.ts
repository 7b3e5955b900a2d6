/** A trained model that comes with the page, or that was imported: nothing is trained, it is looked at once and left for the stages after it. */
import { LOOKED } from '../../src/contract/algorithms/base';
import type { TrainingLoop } from './algorithm';
import { heldOutLoss, HELD_OUT_TEXTS, spread } from './next-token';
import { goldEvaluation } from '../stage/evaluate';
import { showcase } from '../stage/samples';

/** The one step there is. */
const LOOK = 1;

export const base: TrainingLoop<'base'> = async function* (stage, config) {
  const policy = stage.trained('policy', { from: 'file' });
  if (stage.step === LOOK) {
    if (stage.counter(LOOKED, 1) === 1) return;
    stage.setCounter(LOOKED, 1);
  }
  const heldOut = spread(stage.task.corpus('held-out'), HELD_OUT_TEXTS).map(([first, ...rest]) => ({ prompt: [first!], completion: rest })); // no text is empty
  const measureGold = goldEvaluation(stage, policy.views, config);
  const showSamples = showcase(stage, policy.views);
  stage.step = LOOK;
  yield { row: { ...(await heldOutLoss(policy.views, heldOut)), ...(await measureGold(policy.views)) }, samples: await showSamples(policy.views) };
};
