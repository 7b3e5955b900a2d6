/** What does not come from a screen's own words: options of knobs, reports of experiments, what workers say. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-svelte';
import ConfigForm from '../../src/components/ConfigForm.svelte';
import EngineBadge from '../../src/components/EngineBadge.svelte';
import VerifyReport from '../../src/components/VerifyReport.svelte';
import { ALGORITHMS } from '../../src/contract/algorithms';
import { detail } from '../../src/contract/details';
import { Failure, toRecord } from '../../src/contract/failures';
import { knobsOf } from '../../src/contract/knobs';
import { compare } from '../../src/experiments/compare';
import ReportView from '../../src/views/ReportView.svelte';
import { spokenKnob, spokenReports } from '../../src/words/spoken';
import { speak } from '../../src/words/words.svelte';
import '../../src/app.css';
import { historyOf } from './fixtures';

beforeEach(() => speak('de'));
afterEach(async () => {
  await cleanup();
  await speak('en');
});

test('an option is called by its name and chosen by its word', async () => {
  const knobs = knobsOf(ALGORITHMS.labels.config).map((knob) => spokenKnob('labels', knob));
  const onchange = vi.fn();
  await render(ConfigForm, { knobs, values: Object.fromEntries(knobs.map(({ name, initial }) => [name, initial])), onchange });
  const strategy = page.getByRole('combobox', { name: 'Strategie' });
  for (const name of ['zufällig', 'Entropie', 'Sicherheit', 'Unsicherheit']) await expect.element(strategy.getByRole('option', { name, exact: true })).toBeInTheDocument();
  await strategy.selectOptions('Entropie');
  expect(onchange.mock.calls).toEqual([['strategy', 'entropy']]);
});

test('a report draws the win rate first, whatever it is called, and another column by its name', async () => {
  const results = compare.plan([1, 2], []).map((config) => ({ config, stages: config.stages.map(({ id }) => ({ id, seconds: 3, history: historyOf([{ 'gold/win_rate': 0.5 + config.seed / 10, 'gold/reward': 2 }]) })) }));
  await render(ReportView, { report: compare.report(results, spokenReports()) });
  const methods = page.getByRole('region', { name: 'Alle Methoden', exact: true });
  await expect.element(methods.getByText('die dünne Linie ist nicht besser als am Anfang', { exact: false })).toBeVisible();
  const drawn = methods.getByRole('combobox', { name: 'Zeichnen' });
  await expect.element(drawn).toHaveValue('gold/win_rate');
  await drawn.selectOptions('wahre Belohnung');
  await expect.element(drawn).toHaveValue('gold/reward');
  await expect.element(methods.getByRole('columnheader', { name: /^wahre Belohnung.*log10 Geburten/ })).toBeVisible();
});

test('an engine says why it is this one', async () => {
  await render(EngineBadge, { engine: { engine: 'wasm', adapter: 'SIMD, one thread', note: 'This browser has no WebGPU.', told: detail('no-webgpu') } });
  await expect.element(page.getByTitle('Dieser Browser hat kein WebGPU.')).toHaveTextContent(/^WASM SIMD, ein Thread ?\. Dieser Browser hat kein WebGPU\.$/);
});

test('a verdict says what could not be made again, and what went wrong', async () => {
  const failure = toRecord(new Failure('missing-dataset', detail('none-chosen')));
  await render(VerifyReport, { name: 'Lauf', ondismiss: () => {}, found: { stages: [{ stage: 'dpo', outcome: 'unproven', why: detail('not-here'), failure }], notes: [detail('other-version', '0.1.0', '9.0.0')] } });
  await expect.element(page.getByRole('listitem')).toHaveTextContent(/^dpo: Sie braucht etwas, das nicht hier ist\. Der Datensatz, aus dem dieser Lauf lernt, ist nicht in diesem Browser.* \(es ist keiner gewählt\)$/);
  await expect.element(page.getByText('Er wurde mit Version 0.1.0 von Nudge gemacht', { exact: false })).toBeVisible();
});
