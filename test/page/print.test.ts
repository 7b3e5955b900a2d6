/** What is drawn on a canvas is drawn anew for paper, in the light colours, and again for the screen afterwards; and every theme draws in its own. */
import { afterEach, expect, test } from 'vitest';
import { cleanup, render } from 'vitest-browser-svelte';
import MetricChart from '../../src/charts/MetricChart.svelte';
import { inTurn } from '../../src/charts/turns';
import '../../src/app.css';
import '../../src/contrast.css';
import { historyOf } from './fixtures';

afterEach(async () => {
  await cleanup();
  delete document.documentElement.dataset['theme'];
  delete document.documentElement.dataset['contrast'];
});

const drawn = () => document.querySelector('canvas')!.toDataURL();
/** Once a change of colours has been drawn. */
const after = async (change: () => void): Promise<string> => {
  change();
  await new Promise<void>((done) => requestAnimationFrame(() => inTurn(done)));
  return drawn();
};
const choose = (theme: string, contrast?: string) => () => {
  document.documentElement.dataset['theme'] = theme;
  if (contrast) document.documentElement.dataset['contrast'] = contrast;
};

test('a chart of a dark page is light on paper, and dark again', async () => {
  choose('light')();
  await render(MetricChart, { panel: { metric: 'loss', series: ['loss', 'eval_loss'] }, history: historyOf([{ loss: 3, eval_loss: 3 }, { loss: 2 }, { loss: 1, eval_loss: 2 }]), points: 3 });
  await expect.poll(() => document.querySelector('canvas')).not.toBeNull(); // plots are made between frames
  const light = await after(choose('light'));
  const dark = await after(choose('dark'));
  expect(dark).not.toBe(light);
  dispatchEvent(new Event('beforeprint'));
  await Promise.resolve(); // all that happens before the browser lays out the paper
  await Promise.resolve();
  expect(drawn()).toBe(light);
  expect(await after(() => dispatchEvent(new Event('afterprint')))).toBe(dark);
});

test('high contrast draws in colours of its own, in light and in dark', async () => {
  await render(MetricChart, { panel: { metric: 'loss', series: ['loss'] }, history: historyOf([{ loss: 3 }, { loss: 1 }]), points: 2 });
  await expect.poll(() => document.querySelector('canvas')).not.toBeNull(); // plots are made between frames
  const [light, dark, highDark] = [await after(choose('light')), await after(choose('dark')), await after(choose('dark', 'more'))];
  const highLight = await after(choose('light', 'more'));
  expect(new Set([light, dark, highDark, highLight]).size).toBe(4);
});
