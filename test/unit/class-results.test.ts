/** What the class board makes of files: quartiles by hand, the best within a budget, copies, and everybody's labels. */
import { expect, test } from 'vitest';
import { configOf, recipeOf } from '../../src/recipes';
import type { MetricColumns } from '../../src/contract/metrics';
import type { PreferenceRecord } from '../../src/contract/preferences';
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

const answer = (question: number, choice: PreferenceRecord['choice'], by: PreferenceRecord['by'] = 'visitor'): PreferenceRecord => ({
  step: 1, question, choice, by, time: 0, seconds: 2, prompt: { text: 'he ', tokens: [2] }, a: { text: 'he sang', ended: true, tokens: [3] }, b: { text: 'he slept', ended: true, tokens: [4] },
});
const member = (name: string, run: string, said: PreferenceRecord[][] = []): Member => ({
  id: name, name, results: { record: { id: asRunId(run), name: 'a run', config: configOf(recipeOf('names-dpo'), 1), created: 0, appVersion: '', parents: [] }, histories: new Map(), said },
});

test('everybody’s labels become preferences with the file as annotator; a copy counts once, and what the true reward answered not at all', () => {
  const members = [member('ann', 'r1', [[answer(0, 'a'), answer(1, 'skip')]]), member('ben', 'r2', [[answer(0, 'b')], [answer(0, 'a', 'gold')]]), member('ann again', 'r1', [[answer(0, 'a')]])];
  expect(labelsOf(members).map(({ extra, ...rest }) => ({ ...rest, who: extra?.['annotator'] }))).toEqual([
    { kind: 'preference', prompt: 'he ', chosen: 'sang', rejected: 'slept', who: 'ann' },
    { kind: 'preference', prompt: 'he ', chosen: 'slept', rejected: 'sang', who: 'ben' },
  ]);
  expect(copiesAmong(members)).toEqual([['ann', 'ann again']]);
});
