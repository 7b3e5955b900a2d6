/** Charts of an algorithm: nothing listed is lost, nothing is drawn twice, and what shares an axis shares a meaning. */
import { describe, expect, test } from 'vitest';
import { ALGORITHMS, type AlgorithmId } from '../../src/contract/algorithms';
import { isMeasured, metricInfo, METRICS, wordsIn, type MetricName, type TaskWords } from '../../src/contract/metrics';
import { watchedIn } from '../../src/state/alarms';
import { panelsOf } from '../../src/state/panels';
import { TASKS } from '../../src/tasks';

const IDS = Object.keys(ALGORITHMS) as AlgorithmId[]; // its keys by construction

describe.each(IDS)('charts of %s', (id) => {
  const panels = panelsOf(id);
  const charts: readonly MetricName[] = ALGORITHMS[id].charts;

  test('show every metric of its list, none twice, the most telling first', () => {
    const shown = panels.flatMap(({ series }) => series);
    expect(shown).toEqual(expect.arrayContaining([...charts]));
    expect(new Set(shown).size).toBe(shown.length);
    expect(panels[0]!.metric).toBe(charts[0]);
    // The order of the list, whatever joined an earlier chart left out.
    expect(panels.map(({ metric }) => metric)).toEqual(charts.filter((name) => panels.some(({ metric }) => metric === name)));
  });

  test('say of every line where it is healthy', () => {
    for (const name of panels.flatMap(({ series }) => series)) expect(metricInfo(name).healthy, name).toBeDefined();
  });

  test('are each named for their first line', () => {
    for (const { metric, series } of panels) expect(series[0]).toBe(metric);
  });
});

const seriesOf = (id: AlgorithmId, metric: MetricName) => panelsOf(id).find((panel) => panel.metric === metric)?.series;

test('held-out stands beside training, gold beside proxy, rejected beside chosen', () => {
  expect(seriesOf('pretrain', 'loss')).toEqual(['loss', 'eval_loss']);
  expect(seriesOf('reward-model', 'accuracy')).toEqual(['accuracy', 'eval_seen_accuracy', 'eval_unseen_accuracy']);
  expect(seriesOf('dpo', 'rewards/accuracies')).toEqual(['rewards/accuracies', 'eval_seen_rewards/accuracies', 'eval_unseen_rewards/accuracies']);
  expect(seriesOf('dpo', 'logps/chosen')).toEqual(['logps/chosen', 'logps/rejected']);
  expect(seriesOf('ppo', 'objective/scores')).toEqual(['objective/scores', 'objective/gold']);
});

test('a companion that the algorithm does not measure is not drawn', () => {
  expect(ALGORITHMS.dpo.charts).not.toContain('eval_loss');
  expect(seriesOf('dpo', 'loss')).toEqual(['loss']);
  expect(seriesOf('pretrain', 'gold/reward')).toEqual(['gold/reward']);
});

test('lines of one chart have one unit, but for proxy and gold, which are compared by their shape', () => {
  const mixed = IDS.flatMap((id) => panelsOf(id)).filter(({ series }) => new Set(series.map((name) => metricInfo(name, TASKS.names).unit)).size > 1);
  expect([...new Set(mixed.map(({ metric }) => metric))]).toEqual(['objective/scores']);
  expect(metricInfo('objective/gold', TASKS.names).unit).toBe('log10 births');
});

describe('of a task without a true reward', () => {
  const words: TaskWords = { lacks: ['gold', 'seen'] };
  test.each(IDS)('charts of %s have no line that would stay empty, and all others', (id) => {
    const shown = panelsOf(id, words).flatMap(({ series }) => series);
    expect(shown.filter((name) => !isMeasured(name, words))).toEqual([]);
    expect(shown.toSorted()).toEqual(panelsOf(id).flatMap(({ series }) => series).filter((name) => isMeasured(name, words)).toSorted());
  });

  test('nothing is said of it', () => {
    expect(isMeasured('gold/win_rate', words)).toBe(false);
    expect(isMeasured('eval_unseen_rewards/accuracies', words)).toBe(true);
    expect(metricInfo('gold/reward', words).means).toBe(METRICS['gold/reward'].means);
    expect(watchedIn('ppo', words)).not.toMatch('true reward');
  });
});

test('perplexity under the model that came with the page has a chart in runs that begin with it, and in no other', () => {
  const shown = (stages: readonly { algorithm: AlgorithmId }[]) => panelsOf('dpo', wordsIn(TASKS.sentences, stages)).map(({ metric }) => metric);
  expect(shown([{ algorithm: 'base' }, { algorithm: 'dpo' }])).toContain('samples/perplexity');
  expect(shown([{ algorithm: 'pretrain' }, { algorithm: 'dpo' }])).not.toContain('samples/perplexity');
});
