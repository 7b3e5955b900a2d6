/** Alarms speak of what lasts, each of its own trouble, and a healthy run is left in peace. */
import { describe, expect, test } from 'vitest';
import { appendRow, emptyColumns, type MetricRow } from '../../src/contract/metrics';
import { ALGORITHMS, type AlgorithmId } from '../../src/contract/algorithms';
import { alarmsOf, outsideOf, watchedIn } from '../../src/state/alarms';
import { panelsOf } from '../../src/state/panels';
import { TASKS } from '../../src/tasks';

/** A history of 80 steps; metrics of an evaluation every 10. */
function historyOf(everyStep: (step: number) => MetricRow, evaluated: (step: number) => MetricRow = () => ({})) {
  const history = emptyColumns();
  for (let step = 1; step <= 80; step++) appendRow(history, step, { ...everyStep(step), ...(step === 1 || step % 10 === 0 ? evaluated(step) : {}) });
  return history;
}

const rising = (from: number, to: number) => (step: number) => from + ((to - from) * step) / 80;
const idsOf = (...given: Parameters<typeof alarmsOf>) => alarmsOf(...given).map(({ id }) => id);

describe('a healthy run', () => {
  test('raises none: what PPO measured with default settings', () => {
    const history = historyOf(
      (step) => ({ 'objective/scores': rising(-0.27, 1)(step), 'objective/gold': rising(0.37, 1.07)(step) + (step % 2 ? 0.05 : -0.05), 'objective/kl': rising(0, 3.2)(step), 'policy/entropy_avg': rising(1.65, 0.92)(step), 'objective/length_correlation': -0.2 }),
      () => ({ 'samples/length': 5, 'samples/eos_rate': 1, 'samples/distinct': 0.9, 'samples/distinct_2': 0.3, 'samples/repetition': 0.02, 'gold/win_rate': 0.58 }),
    );
    expect(alarmsOf('ppo', history)).toEqual([]);
  });

  test('that is sure of the one right answer raises none where there is one, and one where there are many', () => {
    // What GRPO measured on digits: nine of ten answers right, each next digit all but certain.
    const history = historyOf((step) => ({ entropy: rising(0.5, 0.04)(step), 'objective/scores': rising(0.6, 0.98)(step) }));
    expect(alarmsOf('grpo', history, TASKS.digits)).toEqual([]);
    expect(alarmsOf('grpo', history, TASKS.names).map(({ id }) => id)).toEqual(['decided']);
    expect(outsideOf(panelsOf('grpo'), history, TASKS.digits)).toEqual([]);
  });

  test('and an empty one raises none either', () => {
    expect(alarmsOf('ppo', emptyColumns())).toEqual([]);
    expect(alarmsOf('pretrain', historyOf(() => ({})))).toEqual([]);
  });
});

describe('one trouble, one alarm, from the step it began', () => {
  test.each<[string, MetricRow, MetricRow]>([
    ['longer', { 'samples/length': 5 }, { 'samples/length': 11 }],
    ['shorter', { 'samples/length': 5 }, { 'samples/length': 1 }],
    ['endless', { 'samples/eos_rate': 1 }, { 'samples/eos_rate': 0.6 }],
    ['same', { 'samples/distinct': 1 }, { 'samples/distinct': 0.1 }],
    ['pieces', { 'samples/distinct_2': 0.3 }, { 'samples/distinct_2': 0.1 }],
    ['repeats', { 'samples/repetition': 0.01 }, { 'samples/repetition': 0.4 }],
    ['worse', { 'gold/win_rate': 0.5 }, { 'gold/win_rate': 0.3 }],
  ])('%s', (id, before, after) => {
    const [alarm, ...others] = alarmsOf('ppo', historyOf(() => ({}), (step) => (step < 50 ? before : after)));
    expect([alarm?.id, alarm?.since, others]).toEqual([id, 50, []]);
  });

  test.each<[string, MetricRow, MetricRow]>([
    ['decided', { 'policy/entropy_avg': 1.5 }, { 'policy/entropy_avg': 0.01 }],
    ['left', { 'objective/kl': 1 }, { 'objective/kl': 60 }],
    ['length-paid', { 'objective/length_correlation': 0.1 }, { 'objective/length_correlation': 0.95 }],
    ['brevity-paid', { 'objective/length_correlation': 0.1 }, { 'objective/length_correlation': -0.95 }],
  ])('%s', (id, before, after) => {
    const [alarm, ...others] = alarmsOf('ppo', historyOf((step) => (step < 50 ? before : after)));
    expect([alarm?.id, others]).toEqual([id, []]);
    // Means over ten steps follow within ten steps.
    expect(alarm!.since).toBeGreaterThanOrEqual(50);
    expect(alarm!.since).toBeLessThan(60);
  });

  test('fooled: the score rises, the true reward turns and loses what it had gained', () => {
    const history = historyOf((step) => ({ 'objective/scores': rising(0, 3)(step), 'objective/gold': step < 40 ? step / 40 : 2 - step / 40 }));
    expect(idsOf('ppo', history)).toEqual(['fooled']);
    expect(alarmsOf('ppo', history)[0]!.since).toBeGreaterThan(40);
  });

  test('fooled, of a direct method: margins grow while the answers get worse', () => {
    expect(idsOf('dpo', historyOf((step) => ({ 'rewards/margins': rising(0, 3)(step) }), (step) => ({ 'gold/reward': step < 40 ? 1 : 0.2 })))).toEqual(['fooled']);
  });

  test('by-heart: held-out loss rises again while training goes on falling', () => {
    const history = historyOf((step) => ({ loss: rising(3, 0.1)(step) }), (step) => ({ eval_loss: step < 40 ? 3 - step / 40 : 1 + step / 40 }));
    expect(idsOf('sft', history)).toEqual(['by-heart']);
  });
});

describe('no alarm', () => {
  test('when score and true reward fall together: that is no fooling', () => {
    expect(idsOf('ppo', historyOf((step) => ({ 'objective/scores': step < 40 ? 1 : 0.9, 'objective/gold': step < 40 ? 1 : 0.2 })))).toEqual([]);
  });

  test('when the true reward wavers by less than a few hundred prompts can tell', () => {
    expect(idsOf('ppo', historyOf((step) => ({ 'objective/scores': rising(0, 3)(step) }), (step) => ({ 'gold/reward': step === 40 ? 0.5 : 0.4 })))).toEqual([]);
  });

  test('after one evaluation alone, nor when it is over', () => {
    expect(idsOf('ppo', historyOf(() => ({}), (step) => ({ 'samples/length': step === 80 ? 30 : 5 })))).toEqual([]);
    expect(idsOf('ppo', historyOf(() => ({}), (step) => ({ 'samples/length': step === 40 || step === 50 ? 30 : 5 })))).toEqual([]);
  });

  test('of a model from random weights, whose first answers are like nothing', () => {
    const history = historyOf(() => ({}), (step) => ({ 'samples/length': step === 1 ? 13 : 5, 'samples/eos_rate': step < 30 ? 0.3 : 0.8, 'samples/distinct_2': step === 1 ? 0.9 : 0.3 }));
    expect(idsOf('pretrain', history)).toEqual([]);
  });
});

test('alarms stand in the order in which they began, each with a sentence, a meaning and a remedy', () => {
  const alarms = alarmsOf('ppo', historyOf((step) => ({ 'objective/kl': step < 30 ? 1 : 40 }), (step) => ({ 'samples/repetition': step < 60 ? 0 : 0.5, 'samples/distinct': step < 20 ? 1 : 0.05 })));
  expect(alarms.map(({ id }) => id)).toEqual(['same', 'left', 'repeats']);
  for (const { says, means, remedy } of alarms) for (const text of [says, means, remedy]) expect(text).toMatch(/^[A-Z].*\.$/);
});

test('charts outside their healthy range are named by their figure, whichever of its lines it is', () => {
  const history = historyOf((step) => ({ 'objective/kl': rising(0, 20)(step), 'loss/policy_avg': 0 }), () => ({ 'samples/eos_rate': 1, 'samples/repetition': 0.9 }));
  expect(outsideOf(panelsOf('ppo'), history)).toEqual(['objective/kl', 'samples/eos_rate']);
  expect(outsideOf(panelsOf('ppo'), emptyColumns())).toEqual([]);
});

test('what is watched is what there can be an alarm about: a reward model writes no answers', () => {
  for (const [id, { makes }] of Object.entries(ALGORITHMS)) expect(watchedIn(id as AlgorithmId).includes('length'), id).toBe(makes !== 'reward'); // keys of the list
});
