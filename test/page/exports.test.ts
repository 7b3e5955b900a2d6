/** Exports of the Runs screen in a real browser: the menu by mouse and keyboard, what each format hands over, and that a report's own policy lets its style through and nothing else. */
import { unzipSync } from 'fflate';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-svelte';
import { EXPORTS } from '../../src/exports';
import { Verifications } from '../../src/state/verifications.svelte';
import RunsView from '../../src/views/RunsView.svelte';
import '../../src/app.css';
import { fakeStore } from './fake-store';
import { bundleOf } from './fixtures';

/** What was handed to the visitor. */
let downloads: { name: string; bytes: Promise<Uint8Array<ArrayBuffer>> }[] = [];

beforeEach(() => {
  downloads = [];
  const blobs = new Map<string, Blob>();
  const make = URL.createObjectURL.bind(URL);
  vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
    const url = make(blob);
    if (blob instanceof Blob) blobs.set(url, blob);
    return url;
  });
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    const blob = blobs.get(this.href);
    if (blob) downloads.push({ name: this.download, bytes: blob.arrayBuffer().then((buffer) => new Uint8Array(buffer)) });
  });
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const NAME = 'names-dpo seed 1';

async function open() {
  const store = fakeStore([bundleOf({ id: 'run-a', name: NAME, recipe: 'names-dpo', seed: 1, gold: 1 }), bundleOf({ id: 'run-b', name: 'names-dpo seed 2', recipe: 'names-dpo', seed: 2, gold: 2 })]);
  await render(RunsView, { store, onopen: vi.fn(), onresume: vi.fn(), onnotice: vi.fn(), exportRun: vi.fn(async () => {}), exportModels: vi.fn(async () => {}), importFile: vi.fn(async () => {}), verifications: new Verifications(() => ({ found: Promise.resolve(null), cancel: () => {} })) });
  const row = page.getByRole('listitem', { name: NAME, exact: true });
  await expect.element(row).toBeVisible();
  return row;
}

/** A row’s menu begins with the run itself and its models. */
const TITLES = ['Run file (.nudge)', 'Models', ...EXPORTS.map(({ title }) => title)];

const menu = page.getByRole('menu', { name: 'Export as' });
const item = (name: string) => menu.getByRole('menuitem', { name });

async function handed(): Promise<{ name: string; bytes: Uint8Array<ArrayBuffer> }> {
  await expect.poll(() => downloads.length).toBe(1);
  const [{ name, bytes }] = downloads as [(typeof downloads)[number]]; // one
  downloads = [];
  return { name, bytes: await bytes };
}

test('the menu opens on every format, lies inside the window and goes by keyboard', async () => {
  await page.viewport(375, 700);
  const row = await open();
  const button = row.getByRole('button', { name: 'Export…' });
  button.element().focus();
  await userEvent.keyboard('{Enter}');
  await expect.element(menu).toBeVisible();
  await expect.element(button).toHaveAttribute('aria-expanded', 'true');
  expect(menu.getByRole('menuitem').elements().map((each) => each.firstElementChild?.textContent)).toEqual(TITLES);
  const { left, right, top, bottom } = menu.element().getBoundingClientRect();
  expect(left >= 0 && right <= 375 && top >= 0 && bottom <= 700, JSON.stringify({ left, right, top, bottom })).toBe(true);
  await expect.element(item(TITLES[0]!)).toHaveFocus();
  await userEvent.keyboard('{ArrowUp}');
  await expect.element(item(TITLES.at(-1)!)).toHaveFocus();
  await userEvent.keyboard('{ArrowDown}{ArrowDown}');
  await expect.element(item(TITLES[1]!)).toHaveFocus();
  await userEvent.keyboard('{End}t');
  await expect.element(item('TensorBoard events')).toHaveFocus();
  await userEvent.keyboard('{Escape}');
  await expect.element(menu).not.toBeInTheDocument();
  await expect.element(button).toHaveFocus();
  await expect.element(button).toHaveAttribute('aria-expanded', 'false');
  await userEvent.keyboard('{ArrowUp}');
  await expect.element(item(TITLES.at(-1)!)).toHaveFocus();
  await userEvent.keyboard('{Escape}');
  expect(downloads).toEqual([]);
  await page.viewport(1280, 800);
});

test('one run is handed over as what was chosen, every stage of it', async () => {
  const row = await open();
  await row.getByRole('button', { name: 'Export…' }).click();
  await item('Metrics as CSV').click();
  const { name, bytes } = await handed();
  expect(name).toBe('names-dpo-seed-1-metrics.csv');
  const [head, ...lines] = new TextDecoder().decode(bytes).trimEnd().split('\n');
  expect(head).toBe('run,id,seed,stage,step,loss,gold/reward');
  expect(lines.map((line) => line.split(',').slice(3))).toEqual([...['pretrain', 'sft'].flatMap((stage) => [[stage, '0', '3', ''], [stage, '1', '2', '']]), ['dpo', '0', '2', '0'], ['dpo', '1', '1', ''], ['dpo', '2', '', '1']]);
  await expect.element(row.getByRole('button', { name: 'Export…' })).toHaveFocus();
});

test('chosen runs are handed over together, with the compared stage', async () => {
  await open();
  for (const seed of [1, 2]) await page.getByRole('checkbox', { name: `Overlay names-dpo seed ${seed}` }).click();
  await page.getByRole('combobox', { name: 'Stage' }).selectOptions('sft');
  await page.getByRole('region', { name: 'Comparison' }).getByRole('button', { name: 'Export…' }).click();
  await item('Comparison as CSV').click();
  const { name, bytes } = await handed();
  expect(name).toBe('2-runs-comparison.zip');
  const table = new TextDecoder().decode(unzipSync(bytes)['last-values.csv']);
  expect(table.split('\n').map((line) => line.split(',').slice(3))).toEqual([['stage', 'step', 'of', 'loss'], ['sft', '1', 'last value', '2'], ['sft', '1', 'last value', '2'], ['', '', 'mean of 2 seeds', '2'], ['', '', 'standard deviation over 2 seeds', '0'], []]);
});

test('charts as PNG are images of the drawing at twice its size', async () => {
  const row = await open();
  await row.getByRole('button', { name: 'Export…' }).click();
  await item('Charts as PNG').click();
  const entries = unzipSync((await handed()).bytes);
  expect(Object.keys(entries)).toEqual(['pretrain-loss.png', 'sft-loss.png', 'dpo-loss.png', 'dpo-gold-reward.png']);
  const image = await createImageBitmap(new Blob([entries['dpo-loss.png']!.slice()], { type: 'image/png' }));
  expect(image.width).toBe(1440);
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext('2d')!; // a fresh canvas has one
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  const isBlue = (i: number) => data[4 * i + 2]! - data[4 * i]! > 100;
  expect(Array.from({ length: image.width * image.height }, (_, i) => i).filter(isBlue).length, 'pixels of the curve').toBeGreaterThan(500);
});

test('a report’s policy lets its own style through, and not what somebody put into it', async () => {
  const row = await open();
  await row.getByRole('button', { name: 'Export…' }).click();
  await item('Report (HTML)').click();
  const html = new TextDecoder().decode((await handed()).bytes);
  const frame = document.createElement('iframe');
  // As if a text had broken out of its quotes.
  frame.srcdoc = html.replace('</main>', '<style>h1{color:rgb(1,2,3)}</style><script>document.title = "broken"</script></main>');
  const loaded = new Promise((done) => frame.addEventListener('load', done));
  document.body.append(frame);
  await loaded;
  const inside = frame.contentDocument!; // of the same origin
  const heading = inside.querySelector('h1')!; // a report has one
  expect(inside.title).toContain(NAME);
  expect(frame.contentWindow!.getComputedStyle(inside.querySelector('figure')!).borderRadius).toBe('6px'); // its own style
  expect(frame.contentWindow!.getComputedStyle(heading).color).not.toBe('rgb(1, 2, 3)');
  frame.remove();
});
