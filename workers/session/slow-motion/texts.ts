/** Pretraining, fine-tuning and what is fine-tuned on its own best: texts, and how likely each of their tokens is before and after. */
import type { Stage } from '../../stage/stage';
import { logProbsOf } from '../../stage/rollout';
import type { TextsScene } from '../../stage/witness';
import { oddsAround, shownCount } from './shown';
import type { Look } from './watched-step';

export async function watchTexts({ rows, policy }: TextsScene, stage: Stage): Promise<Look> {
  const shown = rows.slice(0, shownCount(stage, rows));
  const before = await logProbsOf(rows, policy);
  const odds = await oddsAround(stage, policy, shown);
  return async () => {
    const after = await logProbsOf(rows, policy);
    const tokens = await odds((i) => ({ before: before[i]!, after: after[i]! })); // a list a row
    return { kind: 'texts', texts: shown.map(({ prompt }, i) => ({ prompt: stage.task.tokenizer.decode(prompt), tokens: tokens[i]! })) };
  };
}
