/** One training step with somebody looking on: made by the stage's own loop, so that it is the very step that training would make. */
import type { StageConfig } from '../../../src/contract/config';
import { detail } from '../../../src/contract/details';
import { Failure } from '../../../src/contract/failures';
import type { UnrolledStep, Watched } from '../../../src/contract/slow-motion';
import { trainingSteps } from '../../algorithms';
import type { Stage } from '../../stage/stage';
import type { Scene } from '../../stage/witness';
import { watchPairs } from './pairs';
import { watchRollout } from './rollout';
import { watchScores } from './scores';
import { watchTexts } from './texts';

/** What was seen before the update; to be asked after it for the whole. */
export type Look = () => Promise<Watched>;

export type Step = Pick<UnrolledStep, 'row' | 'updates' | 'batch' | 'watched'>;

function look(scene: Scene, stage: Stage, train: StageConfig['train']): Promise<Look> {
  switch (scene.kind) {
    case 'texts': return watchTexts(scene, stage);
    case 'pairs': return watchPairs(scene, stage, train);
    case 'scores': return watchScores(scene, stage, train);
    case 'rollout': return watchRollout(scene, stage, train);
  }
}

/** The stage has made the step afterwards; who called disposes of it. Throws what training throws, and `unwatched-step` where the step learned from nothing that can be shown. */
export async function watchStep(stage: Stage, train: StageConfig['train']): Promise<Step> {
  let seen: { rest: Look; batch: number } | undefined;
  let updates: Step['updates'] = [];
  stage.witness = {
    sees: async (scene) => {
      seen = { rest: await look(scene, stage, train), batch: 'rows' in scene ? scene.rows.length : scene.pairs.length };
    },
    updated: (measures) => (updates = [...measures]),
  };
  const steps = trainingSteps(stage, train);
  try {
    for (;;) {
      const { done, value } = await steps.next([]);
      if (done) throw new Failure('unwatched-step', detail('all-steps-made'));
      if ('questions' in value) throw new Failure('unwatched-step', detail('asks-a-person'));
      if ('isMidStep' in value) continue;
      if (!seen) throw new Failure('unwatched-step', train.algorithm);
      const { row } = value;
      // A step of one update is told by its row.
      return { row, updates: updates.length > 0 ? updates : [measuresIn(row)], batch: seen.batch, watched: await seen.rest() };
    }
  } finally {
    await steps.return();
    stage.witness = undefined;
  }
}

const measuresIn = (row: Step['row']): Record<string, number> => Object.fromEntries(Object.entries(row).filter(([name]) => name === 'loss' || name === 'grad_norm'));
