/** The pairs a stage learns from as methods may use them: so many of them as were asked to be labelled, and none that would teach nothing or break a loss. */
import { detail, type Detail } from '../../src/contract/details';
import { Failure } from '../../src/contract/failures';
import type { PreferencePair } from '../../src/tasks/task';
import type { Stage } from './stage';

/**
 * @param labels use the first so many; 0 for all
 * @param atLeast where a stage made fewer than a batch holds, each is there more than once: a few labels are enough to learn from
 * Throws `no-pairs`, `unusable-pair`, `invalid-config`
 */
export function labelledPairs(stage: Stage, labels: number, atLeast: number): readonly PreferencePair[] {
  const all = stage.pairs;
  if (all.length === 0) throw new Failure('no-pairs');
  if (labels > all.length) throw new Failure('invalid-config', detail('labels-of-pairs', all.length, labels));
  const pairs = labels === 0 ? all : all.slice(0, labels);
  pairs.forEach((pair, i) => {
    const fault = faultOf(pair, stage.shape.context);
    if (fault) throw new Failure('unusable-pair', detail('pair', i + 1, fault));
  });
  return stage.givenPairs ? Array.from({ length: Math.ceil(Math.max(1, atLeast / pairs.length)) }, () => pairs).flat() : pairs;
}

/** What makes a pair unusable; nothing for a good one. @param context tokens that a model can read */
export function faultOf({ prompt, chosen, rejected }: PreferencePair, context: number): Detail | undefined {
  if (prompt.length === 0) return detail('empty-prompt');
  if (chosen.length === 0 || rejected.length === 0) return detail('empty-side', chosen.length === 0);
  const longest = prompt.length + Math.max(chosen.length, rejected.length);
  if (longest > context) return detail('long-pair', longest, context);
  if (chosen.length === rejected.length && chosen.every((token, i) => token === rejected[i])) return detail('same-sides');
  return undefined;
}
