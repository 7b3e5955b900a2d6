/** What the class board makes of files: quartiles by hand, the best within a budget, copies, and everybody's labels. */
import { expect, test } from 'vitest';
import { configOf, recipeOf } from '../../src/recipes';
import type { MetricColumns } from '../../src/contract/metrics';
import type { Sample } from '../../src/contract/sample';
import { asRunId } from '../../src/contract/ids';
import { bestWithin, copiesAmong, labelsOf, spreadOf, standsApart, type Member } from '../../src/state/class-results';

test('quartiles are those of NumPy, and a value beyond 1.5 of their distance stands apart', () => {
  expect(spreadOf([4, 1, 3])).toBeUndefined();
  // numpy.quantile([1, 2, 3, 4, 10], [0, .25, .5, .75, 1])
  const spread = spreadOf([10, 2, 1, 4, 3]);
  expect(spread).toEqual({ least: 1, low: 2, median: 3, high: 4, most: 10, fences: [-1, 7] });
  expect([10, 7, 3, -1, -1.1].map((value) => standsApart(value, spread!))).toEqual([true, false, false, false, true]); // of five
  expect(spreadOf([1, 2, 3, 4])).toMatchObject({ low: 1.75, median: 2.5, high: 3.25 });
});

const columns = (kl: (number | null)[], gold: (number | null)[]): MetricColumns => ({ steps: kl.map((_, i) => i + 1), columns: { 'objective/kl': kl, 'gold/reward': gold } });

test('the best within a budget is the highest gold reward at a KL that the budget allows, of any stage', () => {
  const histories = new Map([['sft', columns([null, 0.5], [9, 1])], ['ppo', columns([1, 2, 3, null], [2, 3, 5, 7])]]);
  expect(bestWithin(histories, 2)).toEqual({ stage: 'ppo', step: 2, gold: 3, kl: 2 });
  expect(bestWithin(histories, 100)).toEqual({ stage: 'ppo', step: 3, gold: 5, kl: 3 });
  expect(bestWithin(histories, 0.7)).toEqual({ stage: 'sft', step: 2, gold: 1, kl: 0.5 });
  expect(bestWithin(histories, 0.1)).toBeUndefined();
});

const label = (chosen: string): Sample => ({ kind: 'preference', prompt: 'he ', chosen, rejected: 'ran', extra: { annotator: 'visitor', seconds: 2 } });
const member = (name: string, run: string, labels: readonly Sample[] = []): Member => ({
  id: name, name, results: { record: { id: asRunId(run), name: 'a run', config: configOf(recipeOf('names-dpo'), 1), created: 0, appVersion: '', parents: [] }, histories: new Map(), labels },
});

test('everybody’s labels are put together with the file as annotator; a copy counts once', () => {
  const members = [member('ann', 'r1', [label('sang')]), member('ben', 'r2', [label('slept')]), member('ann again', 'r1', [label('sang')])];
  expect(labelsOf(members)).toEqual([{ ...label('sang'), extra: { annotator: 'ann', seconds: 2 } }, { ...label('slept'), extra: { annotator: 'ben', seconds: 2 } }]);
  expect(copiesAmong(members)).toEqual([['ann', 'ann again']]);
});
