/** The Experiments screen over trainers without a model: runs go side by side, stored ones are used as they are, the table fills, and Pause all stops everything. */
import { expect, onTestFinished, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { EXPERIMENTS } from '../../src/experiments';
import { ExperimentRuns } from '../../src/state/experiment-runs.svelte';
import { memoryStore } from '../../src/storage/memory-store';
import ExperimentsView from '../../src/views/ExperimentsView.svelte';
import '../../src/app.css';
import { behaviour, FakeTrainer, type Behaviour } from './fake-trainer';

const compare = EXPERIMENTS.find(({ id }) => id === 'compare')!;
/** So short that a fake trainer is through it in a second. */
const SHORT = { ...compare, plan: (seeds: readonly number[]) => compare.plan(seeds, compare.plan([1], [])[0]!.stages.flatMap(({ id, train }) => ('steps' in train ? [`${id}.steps=2`] : []))) };

async function open(how: Behaviour = behaviour({ pace: 1 }), store = memoryStore()) {
  const notice = vi.fn();
  const onopen = vi.fn();
  const experiments = new ExperimentRuns({ store, notice, holdRun: async () => () => {}, appVersion: 'test', engine: () => 'wasm', connect: (onEvent) => new FakeTrainer(store, how, onEvent) });
  onTestFinished(() => experiments.abandon());
  await experiments.plan(SHORT, 2);
  experiments.plan = async () => {}; // the screen would plan the real one
  const view = await render(ExperimentsView, { experiments, shown: null, cores: 2, onopen });
  return { experiments, store, how, notice, onopen, view };
}

const button = (name: string) => page.getByRole('button', { name, exact: true });
const runs = () => page.getByRole('list', { name: 'Runs of the experiment' }).getByRole('listitem');

test('trains all seeds side by side, each in a worker of its own, and says what came of them', async () => {
  const { how, store, experiments, onopen } = await open(behaviour({ pace: 3 }));
  await expect.element(page.getByText('Nothing has been measured yet', { exact: false })).toBeVisible();
  await button('Train all').click();
  await expect.poll(() => how.alive.size).toBe(2);
  await expect.element(button('All trained')).toBeDisabled();
  expect(how.alive.size).toBe(0);
  expect((await store.runs()).map(({ config }) => config.seed).sort()).toEqual([1, 2]);
  await expect.element(runs().first()).toHaveTextContent('seed 1 finished');
  await expect.element(page.getByRole('region', { name: 'Table: Every method' }).getByRole('row', { name: /^ppo/ })).toBeVisible();
  await button('Open seed 1 in the Lab').click();
  expect(onopen).toHaveBeenCalledWith(experiments.runs[0]!.pipeline!.record.id);
});

test('one worker trains one seed after the other', async () => {
  const { how } = await open();
  await page.getByRole('spinbutton', { name: 'Side by side' }).fill('1');
  let most = 0;
  const watch = setInterval(() => (most = Math.max(most, how.alive.size)), 1);
  await button('Train all').click();
  await expect.element(button('All trained')).toBeDisabled();
  clearInterval(watch);
  expect(most).toBe(1);
});

test('Pause all stops every run, and Train all goes on with them', async () => {
  const { experiments } = await open(behaviour({ pace: 30 }));
  await button('Train all').click();
  await expect.element(runs().first()).toHaveTextContent('training');
  await button('Pause all').click();
  await expect.element(button('Train all')).toBeEnabled();
  expect(experiments.runs.map(({ pipeline }) => pipeline?.phase)).toEqual(['paused', 'paused']);
  await button('Train all').click();
  await expect.element(button('All trained')).toBeDisabled();
});

test('the address asks for so many seeds, and follows what is planned', async () => {
  const { experiments, view } = await open();
  const plan = vi.fn(async () => {});
  experiments.plan = plan;
  await view.unmount();
  const onlink = vi.fn();
  const shown = { experiments, shown: 'compare', cores: 2, onopen: () => {}, onlink };
  const again = await render(ExperimentsView, { ...shown, asked: '3' });
  expect(plan).toHaveBeenLastCalledWith(expect.objectContaining({ id: 'compare' }), 3);
  const seeds = page.getByRole('spinbutton', { name: 'Seeds' });
  await seeds.fill('4');
  await userEvent.keyboard('{Enter}');
  expect(onlink).toHaveBeenLastCalledWith('#/experiments?show=compare&seeds=4');
  await again.unmount();
  await render(ExperimentsView, { ...shown, asked: '-1' });
  await expect.element(seeds).toHaveValue(2);
});

test('how long the rest takes is foretold from what was measured, and goes with the rest', async () => {
  const { experiments, view } = await open();
  await view.unmount();
  await render(ExperimentsView, { experiments, shown: null, cores: 2, onopen: () => {}, measured: { wasm: { flops: 1e6, launch: 0.01, read: 0.1 } } });
  await expect.element(page.getByText(/^What is not trained yet takes about [\d,.]+ (s|min) here\.$/)).toBeVisible();
  await button('Train all').click();
  await expect.element(button('All trained')).toBeDisabled();
  await expect.element(page.getByText(/^What is not trained yet/)).not.toBeInTheDocument();
});

test('runs that are stored are not trained again', async () => {
  const first = await open();
  await button('Train all').click();
  await expect.element(button('All trained')).toBeDisabled();
  await first.view.unmount();
  const again = await open(behaviour({ pace: 1 }), first.store);
  await expect.element(button('All trained')).toBeDisabled();
  expect(again.how.orders).toEqual([]);
  expect((await first.store.runs()).length).toBe(2);
});

test('a run that breaks says why and lets the others end', async () => {
  await open(behaviour({ pace: 1, breaks: { stage: 'sft', step: 1, code: 'non-finite-loss' } }));
  await button('Train all').click();
  await expect.element(page.getByRole('alert')).toBeVisible();
  await expect.element(button('Train all')).toBeEnabled();
  await expect.element(page.getByText('finished', { exact: true })).toBeVisible();
});
