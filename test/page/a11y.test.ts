/** axe-core finds nothing to complain about in any component of charts, answers and runs, in light and in dark. */
import axe from 'axe-core';
import type { Component } from 'svelte';
import { afterEach, describe, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-svelte';
import FrontierChart from '../../src/charts/FrontierChart.svelte';
import MetricChart from '../../src/charts/MetricChart.svelte';
import OverlayChart from '../../src/charts/OverlayChart.svelte';
import Alarms from '../../src/components/Alarms.svelte';
import ConfigForm from '../../src/components/ConfigForm.svelte';
import CreditView from '../../src/components/CreditView.svelte';
import LabelReport from '../../src/components/LabelReport.svelte';
import EngineBadge from '../../src/components/EngineBadge.svelte';
import Notice from '../../src/components/Notice.svelte';
import PairCard from '../../src/components/PairCard.svelte';
import RewardReport from '../../src/components/RewardReport.svelte';
import SampleTable from '../../src/components/SampleTable.svelte';
import Sparkline from '../../src/components/Sparkline.svelte';
import { ALGORITHMS } from '../../src/contract/algorithms';
import { detail } from '../../src/contract/details';
import { asRunId } from '../../src/contract/ids';
import { knobsOf } from '../../src/contract/knobs';
import { compare } from '../../src/experiments/compare';
import { frontierOf } from '../../src/experiments/frontier';
import { readModel } from '../../src/state/import-model';
import { Incoming } from '../../src/state/incoming.svelte';
import { writeRunFile } from '../../src/storage/run-file';
import { previewRunFile } from '../../src/storage/run-file-preview';
import { Persistence } from '../../src/state/persistence.svelte';
import { RetentionChoice } from '../../src/state/retention-choice.svelte';
import { memoryStore } from '../../src/storage/memory-store';
import { bundleOf as wholeBundle } from '../unit/made-runs';
import { Verifications } from '../../src/state/verifications.svelte';
import DataView from '../../src/views/DataView.svelte';
import IncomingFiles from '../../src/views/IncomingFiles.svelte';
import ReportView from '../../src/views/ReportView.svelte';
import RunsView from '../../src/views/RunsView.svelte';
import '../../src/app.css';
import { fakeStore } from './fake-store';
import { bundleOf, historyOf, madeReport, sampleSet, withPairs } from './fixtures';
import { modelZip } from './model-files';
import { lines, madeShelf, saidRun } from './open-data';

afterEach(async () => {
  await cleanup();
  delete document.documentElement.dataset['theme'];
  await page.viewport(414, 896);
});

const history = historyOf([{ loss: 2, 'gold/reward': 1 }, { loss: 1 }, { loss: 0.5, 'gold/reward': 2 }]);
const knobs = knobsOf(ALGORITHMS.ppo.config);
const nothing = () => {};

const notAskedFor = async () => { throw new Error('not asked for'); };
const dropped = new Incoming({ preview: previewRunFile, importRun: notAskedFor, readModel, importModel: notAskedFor, notice: nothing, onimported: nothing });
await dropped.look([new File([await writeRunFile(bundleOf({ id: 'run-1', name: 'run 1', recipe: 'names-dpo', seed: 1, gold: 1 }), { appVersion: '0.1.0', vocabulary: ['a'] })], 'a file with a rather long name, longer than a screen is wide.nudge'), new File(['x'], 'b.nudge'), await modelZip()]);

/** One run is different, another takes its time. */
const verifications = new Verifications((run, onProgress) => {
  onProgress({ stage: 'sft', done: 3, total: 9 });
  const difference = { step: 3, name: 'rewards/margins', kind: 'metric' as const, stored: 0.123456789012345, again: -0 };
  return { found: run === 'run-1' ? Promise.resolve({ stages: [{ stage: 'pretrain', outcome: 'same', steps: 6, hash: '0'.repeat(64), hasWeights: true }, { stage: 'dpo', outcome: 'different', difference }], notes: [detail('answers-taken')] }) : new Promise(() => {}), cancel: nothing };
});
await verifications.begin(asRunId('run-1'));
void verifications.begin(asRunId('run-2'));

/** A finished run, and one that began with it. */
const whole = memoryStore();
await whole.putBundle(wholeBundle());
const child = wholeBundle(asRunId('run-child'));
const parents = [{ run: asRunId('run-test'), stage: 'sft', step: 100 }, { run: asRunId('run-gone'), stage: 'pretrain', step: 5 }];
await whole.putBundle({ ...child, record: { ...child.record, name: 'a run with a rather long name, longer than a screen is wide', parents, tags: ['one', 'a-tag-that-is-as-long-as-a-tag-can-ever-b'], config: { ...child.record.config, seed: 8 } } });

/** What each is shown with, and what must be done before looking. */
interface Shown {
  // Components of different props in one list; each entry's own props are checked where it is made.
  component: Component<never>;
  props: object;
  prepare?: () => Promise<void>;
}

const question = { prompt: { text: '♀ Ma', tokens: [3] }, a: { text: '♀ Mary', ended: true, tokens: [5, 1] }, b: { text: '♀ Maqqqqqqqqqqqqqqqqqqqq', ended: false, tokens: [6] } };
const asking = { answered: 2, total: 8, canUndo: true, onchoose: nothing, onundo: nothing };

const incoming = (await madeShelf()).shelf;
await incoming.take(new Blob([`${lines(2)}nonsense`]), 'a file with a rather long name, longer than a screen is wide.jsonl');

const SHOWN: Record<string, Shown> = {
  'a chart with its table open': { component: MetricChart, props: { panel: { metric: 'loss', series: ['loss', 'gold/reward'] }, history, points: 3, total: 5 }, prepare: () => page.getByText('Table').click() },
  'an overlay of runs': { component: OverlayChart, props: { metric: 'loss', runs: [{ id: 'a', name: 'first', history }, { id: 'b', name: 'second', history }] } },
  'reward against distance with its table open': {
    component: FrontierChart,
    props: { frontier: frontierOf('Reward against distance', 'log10 births', [{ name: 'ppo', algorithm: 'ppo', history: historyOf([0, 1, 2, 3, 4, 5].map((i) => ({ 'objective/kl': i * i, 'objective/scores': i, 'objective/gold': 4 * i - i * i }))) }]) },
    prepare: () => page.getByText('Table').click(),
  },
  'the report of an experiment': {
    component: ReportView,
    props: { report: compare.report(compare.plan([1, 2], []).map((config) => ({ config, stages: config.stages.map(({ id }) => ({ id, seconds: 3, history: historyOf([{ 'gold/win_rate': 0.5 + config.seed / 100, 'objective/kl': 2 }]) })) }))) },
  },
  'a form with a problem': {
    component: ConfigForm,
    props: { knobs, values: {}, onchange: nothing },
    prepare: async () => {
      await page.getByText(/^Advanced/).click();
      await page.getByRole('spinbutton', { name: 'KL coefficient' }).fill('99');
    },
  },
  'no alarm': { component: Alarms, props: { alarms: [], watched: 'length', outside: ['eval_ece'], stage: 'ppo' } },
  'alarms': { component: Alarms, props: { alarms: [{ id: 'left', says: 'It left.', means: 'That is far.', remedy: 'Come back.', since: 30 }, { id: 'same', says: 'The same.', means: 'Always.', remedy: 'Vary.', since: 40 }], watched: 'length', stage: 'ppo' } },
  'a question to the visitor': { component: PairCard, props: { ...asking, question } },
  'the first question, with nothing to take back': { component: PairCard, props: { ...asking, question, answered: 0, canUndo: false } },
  'no question yet': { component: PairCard, props: { ...asking, question: null, answered: 0, total: 0, canUndo: false, isTraining: false } },
  'what answers say of who answers': {
    component: LabelReport,
    props: { report: { asked: 20, decided: 18, ties: 1, skipped: 1, first: { share: 0.9, low: 0.67, high: 0.97, n: 18 }, seconds: 3 }, goldMeans: 'Births.', withGold: { same: { share: 0.5, low: 0.2, high: 0.8, n: 18 }, kappa: -0.1 }, withOthers: undefined },
  },
  'something to do': { component: Notice, props: { text: 'A newer version is here.', action: { label: 'Use it now', isHeldBack: false, run: nothing }, ondismiss: nothing } },
  'something to do later': { component: Notice, props: { text: 'A newer version is here.', action: { label: 'Use it now', isHeldBack: true, run: nothing }, ondismiss: nothing } },
  'a notice with an undo': { component: Notice, props: { text: 'Deleted a run with a rather long name, longer than a screen is wide.', ondismiss: nothing, action: { label: 'Undo', isHeldBack: false, run: nothing } } },
  'an error': { component: Notice, props: { text: 'The GPU device was lost.', kind: 'error', ondismiss: nothing } },
  'an engine': { component: EngineBadge, props: { engine: { engine: 'webgpu', adapter: 'A GPU', note: 'Because.' } } },
  'a sparkline': { component: Sparkline, props: { values: [1, 2, null, 3], label: 'loss from 1 to 3' } },
  'samples with odds open': { component: SampleTable, props: { samples: sampleSet(60, true), goldUnit: 'log10 births' }, prepare: () => page.getByRole('toolbar', { name: '♀ M, now: ann' }).getByRole('button').first().click() },
  'credit by token': { component: CreditView, props: { samples: withPairs(sampleSet(60, true), 'policy'), stage: 'dpo' }, prepare: () => page.getByText('Table').click() },
  'what a reward model is worth': { component: RewardReport, props: { report: madeReport() }, prepare: () => page.getByText('Table').click() },
  'the data': { component: DataView, props: { shelf: (await madeShelf({ stored: lines(2), runs: [saidRun()] })).shelf, shown: null }, prepare: async () => void (await expect.element(page.getByRole('list', { name: 'Said in runs' })).toBeVisible()) },
  'a file on its way in': { component: DataView, props: { shelf: incoming, shown: null }, prepare: async () => void (await expect.element(page.getByRole('button', { name: 'Import', exact: true })).toBeVisible()) },
  'rows of data with the table of lengths open': {
    component: DataView,
    props: { shelf: (await madeShelf({ runs: [saidRun()] })).shelf, shown: 'said:run-s/pretrain' },
    prepare: () => page.getByText('Table').click(),
  },
  'dropped run files': { component: IncomingFiles, props: { incoming: dropped }, prepare: async () => void (await expect.element(page.getByRole('heading', { name: 'run 1' })).toBeVisible()) },
  'the runs': {
    component: RunsView,
    props: {
      store: fakeStore([1, 2].map((seed) => bundleOf({ id: `run-${seed}`, name: `run ${seed}`, recipe: 'names-dpo', seed, settings: ['dpo.beta=0.3'], gold: seed }))),
      onopen: nothing, onresume: nothing, onnotice: nothing, exportRun: nothing, exportModels: nothing, importFile: nothing, verifications,
    },
    prepare: async () => {
      for (const name of ['run 1', 'run 2']) await page.getByRole('checkbox', { name: `Overlay ${name}` }).click();
      await expect.element(page.getByRole('figure', { name: 'gold/reward' })).toBeVisible();
      await expect.element(page.getByText(/^Not the same/)).toBeVisible();
    },
  },
  'the runs with everything open, and a long tag': {
    component: RunsView,
    props: {
      store: whole, retention: new RetentionChoice(), persistence: new Persistence({ persist: async () => false, persisted: async () => false }),
      onopen: nothing, onresume: nothing, onnotice: nothing, exportRun: nothing, exportModels: nothing, importFile: nothing, verifications,
    },
    prepare: async () => {
      await page.getByText('5 checkpoints').first().click();
      await page.getByRole('button', { name: 'Add tag' }).first().click();
      await page.getByRole('button', { name: 'Clean up…' }).click();
      await expect.element(page.getByText(/can lose what only training on/)).toBeVisible();
      await expect.element(page.getByRole('img', { name: /^loss of ppo/ }).first()).toBeVisible();
      for (const box of page.getByRole('checkbox').elements()) (box as HTMLElement).click(); // a checkbox is one
      await expect.element(page.getByRole('region', { name: 'Settings that differ' })).toBeVisible();
    },
  },
  'the runs with what else can be done with one': {
    component: RunsView,
    props: {
      store: fakeStore([bundleOf({ id: 'run-1', name: 'run 1', recipe: 'names-dpo', seed: 1, gold: 1 })]),
      onopen: nothing, onresume: nothing, onnotice: nothing, exportRun: nothing, exportModels: nothing, importFile: nothing, verifications: new Verifications(() => ({ found: new Promise(() => {}), cancel: nothing })),
    },
    prepare: async () => {
      await page.getByRole('button', { name: 'More…' }).first().click();
      await expect.element(page.getByRole('menu', { name: 'More' })).toBeVisible();
    },
  },
  'the runs with the formats of an export': {
    component: RunsView,
    props: {
      store: fakeStore([1, 2].map((seed) => bundleOf({ id: `run-${seed}`, name: `run ${seed}`, recipe: 'names-dpo', seed, settings: ['dpo.beta=0.3'], gold: seed }))),
      onopen: nothing, onresume: nothing, onnotice: nothing, exportRun: nothing, exportModels: nothing, importFile: nothing, verifications,
    },
    prepare: async () => {
      await page.getByRole('button', { name: 'Export…' }).first().click();
      await expect.element(page.getByRole('menu', { name: 'Export as' })).toBeVisible();
    },
  },
};

/** What only a whole page can get right: landmarks around everything, one first heading, and the order of the rest. */
const OF_WHOLE_PAGES = { region: { enabled: false }, 'page-has-heading-one': { enabled: false }, 'heading-order': { enabled: false } };

describe.each(['light', 'dark'] as const)('in %s', (theme) => {
  test.each(Object.entries(SHOWN))('%s', async (_, { component, props, prepare }) => {
    document.documentElement.dataset['theme'] = theme;
    // Each entry's props fit its component; the list as a whole cannot say so.
    await render(component as Component<Record<string, unknown>>, props as Record<string, unknown>);
    await prepare?.();
    // A word that is fading in has hardly any contrast yet.
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
    const { violations, passes } = await axe.run(document.body, { rules: OF_WHOLE_PAGES });
    expect(passes.length).toBeGreaterThan(0);
    expect(violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => `${html} ${failureSummary ?? ''}`) }))).toEqual([]);
  });
});

test.each(Object.entries(SHOWN))('%s fits a screen 375 pixels wide', async (_, { component, props, prepare }) => {
  await page.viewport(375, 800);
  await render(component as Component<Record<string, unknown>>, props as Record<string, unknown>); // as above
  await prepare?.();
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(375);
});
