/** Charts follow the history they are given, leave nothing behind, and say the same numbers as a table. */
import { tick } from 'svelte';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-svelte';
import { alignHistories } from '../../src/charts/align';
import MetricChart from '../../src/charts/MetricChart.svelte';
import OverlayChart from '../../src/charts/OverlayChart.svelte';
import { inTurn } from '../../src/charts/turns';
import { appendRow, emptyColumns, METRICS, type ChartedName, type MetricRow } from '../../src/contract/metrics';
import '../../src/app.css';
import { historyOf } from './fixtures';

afterEach(async () => {
  await cleanup();
  delete document.documentElement.dataset['theme'];
});

const panelOf = (...series: [ChartedName, ...ChartedName[]]) => ({ metric: series[0], series });
/** Sizes are known, plots are made and drawn: each asks for its turn when the one before has had it. */
const drawn = async () => {
  await new Promise(requestAnimationFrame);
  for (let turns = 0; turns < 2; turns++) await new Promise<void>(inTurn);
};

/** Pixels of a colour in the left and right half of the only canvas. */
async function coloured(token: string): Promise<{ left: number; right: number }> {
  await tick();
  await drawn();
  const probe = document.body.appendChild(document.createElement('i'));
  probe.style.color = `var(--${token})`;
  const wanted = (getComputedStyle(probe).color.match(/\d+/g) ?? []).map(Number);
  probe.remove();
  const canvas = document.querySelector('canvas')!;
  const { data, width } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
  const count = { left: 0, right: 0 };
  for (let i = 0; i < data.length; i += 4) {
    const isNear = data[i + 3]! > 200 && wanted.every((part, k) => Math.abs(data[i + k]! - part) < 24);
    if (isNear) count[(i / 4) % width < width * 0.55 ? 'left' : 'right'] += 1;
  }
  return count;
}

test('a chart shows the last value of each line and follows what is appended', async () => {
  const history = emptyColumns();
  const screen = await render(MetricChart, { panel: panelOf('loss', 'eval_loss'), history, points: 0, total: 10 });
  const figure = page.getByRole('figure', { name: 'loss', exact: true });
  await expect.element(figure.getByText('nothing measured yet')).toBeVisible();
  const rows: MetricRow[] = [{ loss: 0.6931, eval_loss: 2 }, { loss: 0.25 }];
  rows.forEach((row, i) => appendRow(history, i, row));
  await screen.rerender({ points: 2 });
  await expect.element(figure.getByText('0.250', { exact: true })).toBeVisible();
  await expect.element(figure.getByText('2', { exact: true })).toBeVisible();
  await expect.element(figure.getByText('nothing measured yet')).not.toBeInTheDocument();
});

test('the line grows into the width that the whole stage will need', async () => {
  const history = historyOf(Array.from({ length: 20 }, (_, i) => ({ loss: 1 + (i % 3) })));
  const screen = await render(MetricChart, { panel: panelOf('loss'), history, points: 20, total: 100 });
  const early = await coloured('series-1');
  expect(early.left).toBeGreaterThan(50);
  expect(early.right).toBe(0);
  for (let step = 20; step < 100; step++) appendRow(history, step, { loss: 1 + (step % 3) });
  await screen.rerender({ points: 100 });
  expect((await coloured('series-1')).right).toBeGreaterThan(50);
});

test('values measured rarely are joined to one line', async () => {
  const rows = Array.from({ length: 101 }, (_, i): MetricRow => (i % 50 === 0 ? { 'gold/win_rate': i === 50 ? 0.9 : 0.5 } : { loss: 1 }));
  await render(MetricChart, { panel: panelOf('gold/win_rate'), history: historyOf(rows), points: 101 });
  expect((await coloured('series-1')).right).toBeGreaterThan(50);
});

test('colours follow the colour scheme', async () => {
  document.documentElement.dataset['theme'] = 'light';
  await render(MetricChart, { panel: panelOf('loss'), history: historyOf([{ loss: 1 }, { loss: 3 }, { loss: 2 }]), points: 3 });
  expect((await coloured('series-1')).left).toBeGreaterThan(20);
  document.documentElement.dataset['theme'] = 'dark';
  expect((await coloured('series-1')).left).toBeGreaterThan(20);
});

test('a logarithmic axis leaves out what has no logarithm', async () => {
  const history = historyOf([{ loss: 100 }, { loss: 0 }, { loss: -4 }, { loss: 1 }]);
  const screen = await render(MetricChart, { panel: panelOf('loss'), history, points: 4, log: true });
  expect((await coloured('series-1')).left).toBeGreaterThan(20);
  await screen.rerender({ log: false });
  expect((await coloured('series-1')).left).toBeGreaterThan(20);
  expect(document.querySelectorAll('canvas')).toHaveLength(1);
});

test('a removed chart leaves no canvas behind', async () => {
  const screen = await render(MetricChart, { panel: panelOf('loss'), history: historyOf([{ loss: 1 }]), points: 1 });
  await expect.poll(() => document.querySelectorAll('canvas').length).toBe(1); // plots are made between frames
  await screen.unmount();
  expect(document.querySelectorAll('canvas')).toHaveLength(0);
});

test('a chart out of sight has no plot until it is scrolled to, or printed', async () => {
  const far = document.createElement('div');
  far.style.cssText = 'content-visibility: auto; contain-intrinsic-block-size: 300px; margin-block-start: 5000px';
  document.body.append(far);
  onTestFinished(() => far.remove());
  const shown = { panel: panelOf('loss'), history: historyOf([{ loss: 1 }]), points: 1 };
  await render(MetricChart, shown, { baseElement: far });
  await render(MetricChart, shown); // one in sight, to know that plots are made by now
  await expect.poll(() => document.querySelectorAll('canvas').length).toBe(1);
  expect(far.querySelector('canvas')).toBeNull();
  dispatchEvent(new Event('beforeprint'));
  expect(far.querySelector('canvas')!.width).toBeGreaterThan(0);
});

test('the table holds the same numbers, made only when opened, and grows with the history', async () => {
  const history = historyOf([{ loss: 3, eval_loss: 4 }, { loss: 2.5 }, { loss: 0.125 }]);
  const screen = await render(MetricChart, { panel: panelOf('loss', 'eval_loss'), history, points: 3 });
  expect(document.querySelector('table')).toBeNull();
  await page.getByText('Table').click();
  const cells = () => [...document.querySelectorAll('tbody tr')].map((row) => [...row.children].map((cell) => cell.textContent));
  await expect.poll(cells).toEqual([['0', '3', '4'], ['1', '2.500', '–'], ['2', '0.125', '–']]);
  appendRow(history, 3, { loss: 1, eval_loss: 1 });
  await screen.rerender({ points: 4 });
  await expect.poll(() => cells().at(-1)).toEqual(['3', '1', '1']);
});

test('the name of a metric says what it means when focused', async () => {
  await render(MetricChart, { panel: panelOf('objective/kl'), history: historyOf([{ 'objective/kl': 1 }]), points: 1 });
  const name = page.getByRole('button', { name: 'objective/kl' });
  await expect.element(name).toHaveAccessibleDescription(expect.stringContaining(METRICS['objective/kl'].means));
  await userEvent.tab();
  await expect.element(name).toHaveFocus();
  await expect.element(page.getByText(METRICS['objective/kl'].means)).toBeVisible();
});

test('the crosshair is shared, says the step, the event and what leaving the healthy range means', async () => {
  const rows = Array.from({ length: 21 }, (_, i): MetricRow => ({ loss: 20 - i, 'objective/kl': i }));
  const shared = { history: historyOf(rows), points: 21, syncKey: 'test', marks: [{ step: 20, text: 'Training ended.' }] };
  await render(MetricChart, { panel: panelOf('loss'), ...shared });
  await render(MetricChart, { panel: panelOf('objective/kl'), ...shared });
  const kl = page.getByRole('figure', { name: 'objective/kl' });
  await expect.poll(() => kl.element().querySelector('.u-over')).not.toBeNull();
  const over = kl.element().querySelector('.u-over')!; // waited for
  await userEvent.hover(over, { position: { x: over.clientWidth - 2, y: 30 } });
  await expect.element(kl.getByText('step 20')).toBeVisible();
  await expect.element(kl.getByText('Training ended.')).toBeVisible();
  await expect.element(kl.getByText(METRICS['objective/kl'].healthy.leaving, { exact: true })).toBeVisible();
  await userEvent.hover(over, { position: { x: over.clientWidth / 2, y: 30 } });
  await expect.element(kl.getByText('step 10')).toBeVisible();
  await expect.element(page.getByRole('figure', { name: 'loss' }).getByText('10', { exact: true })).toBeVisible();
});

test('what leaving the healthy range means is always there to read, is said to have happened without any pointer, and moves nothing', async () => {
  const rows = (value: number) => historyOf(Array.from({ length: 30 }, (_, i): MetricRow => ({ 'objective/kl': i < 15 ? 1 : value })));
  const screen = await render(MetricChart, { panel: panelOf('objective/kl'), history: rows(2), points: 30 });
  const figure = page.getByRole('figure', { name: 'objective/kl' });
  const said = () => figure.element().querySelector<HTMLElement>('.health p:not(.hidden)')!;
  await expect.poll(() => said().textContent).toBe(`✓ Healthy between −0.5 nats and 10 nats. ${METRICS['objective/kl'].healthy.leaving}`);
  await expect.element(said()).toBeVisible();
  const before = figure.element().getBoundingClientRect().height;
  await screen.rerender({ history: rows(20), points: 31 });
  await expect.poll(() => said().textContent).toMatch(/^! Outside: Healthy between/);
  expect(figure.element().getBoundingClientRect().height).toBe(before);
});

test('a range that stands to where the stage began is shaded from there, and each line of a chart has its own sentence', async () => {
  document.documentElement.dataset['theme'] = 'light';
  const rows = Array.from({ length: 40 }, (_, i): MetricRow => ({ loss: 2 - i / 40, eval_loss: i < 15 ? 2 : 4 }));
  await render(MetricChart, { panel: panelOf('loss', 'eval_loss'), history: historyOf(rows), points: 40 });
  const figure = page.getByRole('figure', { name: 'loss', exact: true });
  const [ofLoss, ofEvalLoss] = [...figure.element().querySelectorAll<HTMLElement>('.health p')];
  await expect.poll(() => ofEvalLoss!.textContent).toMatch(/^! Outside: eval_loss: healthy below 1.05 times where it began\. Above/);
  await expect.element(ofEvalLoss!).toBeVisible();
  await expect.element(ofLoss!).not.toBeVisible();
  await drawn();
  const canvas = document.querySelector('canvas')!;
  const { data, width, height } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
  const isShaded = (y: number) => data[(y * width + Math.round(width * 0.9)) * 4 + 3]! > 0; // nothing else is drawn there
  // From 0 to 5 on the axis, below 2.4: the lower half and no more of it.
  expect([isShaded(Math.round(height * 0.2)), isShaded(Math.round(height * 0.7))]).toEqual([false, true]);
});

test('several runs of different lengths stand on one list of steps', async () => {
  const short = historyOf([{ loss: 5 }, { loss: 4 }]);
  const long = { steps: [1, 3], columns: { loss: [3, 2] } };
  expect(alignHistories([short, long], 'loss')).toEqual({ steps: [0, 1, 3], columns: [[5, 4, null], [null, 3, 2]] });
  await render(OverlayChart, { metric: 'loss', runs: [{ id: 'a', name: 'first', history: short }, { id: 'b', name: 'first', history: long }] });
  const figure = page.getByRole('figure', { name: 'loss' });
  await expect.element(figure).toHaveTextContent(/first\s*4.*first\s*2/s);
});

test('gold is counted in the unit of the run’s task, and two tasks in one chart each keep theirs', async () => {
  const history = historyOf([{ 'gold/reward': 1 }, { 'gold/reward': 2 }]);
  const births = { goldUnit: 'log10 births', goldMeans: 'Here: births.' };
  const digits = { goldUnit: 'fraction', goldMeans: 'Here: digits in their place.' };
  const one = await render(MetricChart, { panel: panelOf('gold/reward'), gold: births, history, points: 2 });
  await expect.element(page.getByText('log10 births', { exact: true })).toBeVisible();
  // Hidden until hovered, so no role finds it.
  expect(one.container.querySelector('[role="tooltip"]')?.textContent).toMatch(/held-out prompts.*Here: births\./);
  await one.unmount();
  await render(OverlayChart, { metric: 'gold/reward', runs: [{ id: 'a', name: 'Names', history, gold: births }, { id: 'b', name: 'Digits', history, gold: digits }] });
  await expect.element(page.getByText('log10 births', { exact: true })).toBeVisible();
  await expect.element(page.getByText('fraction, right axis', { exact: true })).toBeVisible();
});
