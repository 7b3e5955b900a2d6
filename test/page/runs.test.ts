/** The Runs screen over a store: what is shown, what each button does to the store, and what a comparison says. */
import { afterEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-svelte';
import { detail } from '../../src/contract/details';
import { Failure, FAILURES } from '../../src/contract/failures';
import { asRunId } from '../../src/contract/ids';
import type { Verification, VerifyProgress } from '../../src/contract/verification';
import type { NoticeText } from '../../src/state/notices.svelte';
import { Verifications, type Verify } from '../../src/state/verifications.svelte';
import { bytesText } from '../../src/views/stored-runs.svelte';
import RunsView from '../../src/views/RunsView.svelte';
import '../../src/app.css';
import { fakeStore } from './fake-store';
import { bundleOf, type MadeRun } from './fixtures';

afterEach(() => cleanup());

const MADE: MadeRun[] = [
  { id: 'run-a', name: 'names-dpo seed 1', recipe: 'names-dpo', seed: 1, gold: 1 },
  { id: 'run-b', name: 'names-dpo seed 2', recipe: 'names-dpo', seed: 2, gold: 2 },
  { id: 'run-c', name: 'my favourite', recipe: 'names-ppo', seed: 1, settings: ['ppo.klCoef=0.2'], gold: 3, begun: 3 },
];

async function open(made: readonly MadeRun[] = MADE, verify: Verify = () => ({ found: Promise.resolve(null), cancel: () => {} })) {
  const store = fakeStore(made.map(bundleOf));
  const verifications = new Verifications(verify);
  const calls = { onopen: vi.fn(), onresume: vi.fn(), onnotice: vi.fn<(notice: NoticeText) => void>(), exportRun: vi.fn(async () => {}), exportModels: vi.fn(async () => {}), importFile: vi.fn(async () => {}) };
  await render(RunsView, { store, verifications, ...calls });
  await expect.element(page.getByText(made.length === 1 ? /^1 run,/ : new RegExp(`^${made.length} runs,`))).toBeVisible();
  return { store, ...calls };
}

/** Rows are named by their run. */
const row = (name: string) => page.getByRole('listitem', { name, exact: true });

/** One of the things in a row's menus. */
async function choose(run: string, button: 'Export…' | 'More…', item: string) {
  await row(run).getByRole('button', { name: button }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

test('no runs: a way to the Lab and to import', async () => {
  await open([]);
  await expect.element(page.getByRole('link', { name: 'Train one in the Lab' })).toHaveAttribute('href', '#/lab');
  await expect.element(page.getByRole('button', { name: 'Import run' })).toBeVisible();
});

test('each run says what it is, how far it got and what it takes', async () => {
  await open();
  const favourite = row('my favourite');
  await expect.element(favourite).toHaveTextContent(/Names: reward model \+ PPO seed 1\s*ppo\.klCoef=0\.2/);
  await expect.element(favourite.getByRole('list', { name: 'Stages' })).toHaveTextContent(/pretrain done\s*sft done\s*reward-model done\s*ppo not begun/);
  await expect.element(favourite).toHaveTextContent('1.5 MB');
  await expect.element(favourite).toHaveTextContent('WASM');
  await expect.element(favourite.getByRole('img', { name: 'gold/reward of reward-model, from 0 to 3' })).toBeVisible();
  await expect.element(favourite).toHaveTextContent(/gold reward\s*3\s*loss\s*1/);
  await expect.element(page.getByText(/^3 runs, 4\.5 MB/)).toBeVisible();
  await expect.element(favourite.getByRole('link', { name: 'Duplicate' })).toHaveAttribute('href', '#/lab?recipe=names-ppo&set=ppo.klCoef=0.2');
});

test('the filter looks at names, recipes and settings', async () => {
  await open();
  await page.getByRole('searchbox', { name: 'Filter' }).fill('klcoef');
  await expect.element(row('my favourite')).toBeVisible();
  await expect.element(row('names-dpo seed 1')).not.toBeInTheDocument();
  await page.getByRole('searchbox', { name: 'Filter' }).fill('nothing like it');
  await expect.element(page.getByText('No run matches “nothing like it”.')).toBeVisible();
});

/** Names of the rows, from top to bottom. */
const names = () => [...document.querySelectorAll('[data-run] h2')].map((heading) => heading.textContent);

test('runs are sorted by name, size and gold reward', async () => {
  await open();
  const sort = (by: string) => page.getByRole('combobox', { name: 'Sort by' }).selectOptions(by);
  expect(names()).toEqual(['my favourite', 'names-dpo seed 2', 'names-dpo seed 1']);
  await sort('name');
  await expect.poll(names).toEqual(['my favourite', 'names-dpo seed 1', 'names-dpo seed 2']);
  await sort('newest first');
  await expect.poll(names).toEqual(['my favourite', 'names-dpo seed 2', 'names-dpo seed 1']);
  await sort('gold reward');
  await expect.poll(names).toEqual(['my favourite', 'names-dpo seed 2', 'names-dpo seed 1']);
});

test('tags are put on and taken off by keyboard, kept with the run, and found by #', async () => {
  const { store } = await open();
  const favourite = row('my favourite');
  favourite.getByRole('button', { name: 'Add tag' }).element().focus();
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByRole('textbox', { name: 'New tag' })).toHaveFocus();
  await userEvent.keyboard('Good one{Enter}#β{Enter}');
  await expect.poll(async () => (await store.run(asRunId('run-c')))?.tags).toEqual(['good', 'one', 'β']);
  await userEvent.keyboard('{Escape}');
  await expect.element(favourite.getByRole('button', { name: 'Add tag' })).toHaveFocus();
  await page.getByRole('searchbox', { name: 'Filter' }).fill('#goo');
  await expect.poll(names).toEqual(['my favourite']);
  await page.getByRole('searchbox', { name: 'Filter' }).fill('#oo');
  await expect.poll(names).toEqual([]);
  await page.getByRole('searchbox', { name: 'Filter' }).fill('');
  await favourite.getByRole('button', { name: '#one' }).click();
  await expect.element(page.getByRole('searchbox', { name: 'Filter' })).toHaveValue('#one');
  await expect.poll(names).toEqual(['my favourite']);
  await page.getByRole('searchbox', { name: 'Filter' }).fill('');
  for (const tag of ['good', 'one', 'β']) await favourite.getByRole('button', { name: `Remove tag ${tag}` }).click();
  await expect.poll(async () => (await store.run(asRunId('run-c')))!).not.toHaveProperty('tags');
});

test('renaming is kept by Enter and forgotten by Escape', async () => {
  const { store } = await open();
  await choose('my favourite', 'More…', 'Rename');
  await expect.element(page.getByRole('textbox', { name: 'New name' })).toHaveFocus();
  await userEvent.keyboard('never mind{Escape}');
  await expect.element(row('my favourite')).toBeVisible();
  await expect.element(row('my favourite').getByRole('heading')).toHaveFocus();
  await choose('my favourite', 'More…', 'Rename');
  await userEvent.keyboard('with a strong leash{Enter}');
  await expect.element(row('with a strong leash')).toBeVisible();
  expect((await store.run(asRunId('run-c')))?.name).toBe('with a strong leash');
});

test('a deleted run goes at once, and Undo brings it back whole', async () => {
  const { store, onnotice } = await open();
  const before = await store.bundle(asRunId('run-a'));
  await choose('names-dpo seed 1', 'More…', 'Delete');
  await expect.element(row('names-dpo seed 1')).not.toBeInTheDocument();
  await expect.element(page.getByRole('heading', { name: 'Runs', exact: true })).toHaveFocus();
  expect((await store.runs()).map(({ id }) => id)).toEqual(['run-b', 'run-c']);
  await expect.element(page.getByText(/^2 runs,/)).toBeVisible();
  const [[notice]] = onnotice.mock.calls as [[NoticeText]]; // one
  expect(notice).toMatchObject({ text: 'Deleted names-dpo seed 1.', kind: 'info', action: { label: 'Undo', isHeldBack: false } });
  notice.action!.run();
  await expect.element(row('names-dpo seed 1')).toBeVisible();
  expect(await store.bundle(asRunId('run-a'))).toEqual(before);
});

test('a run that cannot be read is deleted all the same, without Undo', async () => {
  const { store, onnotice } = await open();
  store.bundle = () => Promise.reject(new Failure('damaged-checkpoint'));
  await choose('names-dpo seed 1', 'More…', 'Delete');
  await expect.element(row('names-dpo seed 1')).not.toBeInTheDocument();
  expect(onnotice.mock.calls).toEqual([[{ text: 'Deleted names-dpo seed 1. It could not be read whole, so it cannot be brought back.', kind: 'info' }]]);
});

test('Undo brings a run back after another screen was shown', async () => {
  const { store, onnotice } = await open();
  await choose('names-dpo seed 1', 'More…', 'Delete');
  await expect.poll(() => onnotice.mock.calls.length).toBe(1);
  await cleanup();
  onnotice.mock.calls[0]![0].action!.run();
  await expect.poll(async () => (await store.runs()).map(({ id }) => id)).toEqual(['run-b', 'run-c', 'run-a']);
  expect(onnotice.mock.calls).toHaveLength(1); // nothing went wrong
});

test('a run that cannot be deleted stays, with a sentence', async () => {
  const { store, onnotice } = await open();
  store.deleteRun = () => Promise.reject(new Failure('run-busy'));
  await choose('names-dpo seed 1', 'More…', 'Delete');
  await expect.poll(() => onnotice.mock.calls).toEqual([[{ text: FAILURES['run-busy'], kind: 'error' }]]);
  await expect.element(row('names-dpo seed 1')).toBeVisible();
});

test('open, resume and exports pass the id on; what fails is said in one sentence', async () => {
  const { onopen, onresume, exportRun, exportModels, onnotice } = await open();
  await row('my favourite').getByRole('button', { name: 'Open' }).click();
  expect(onopen.mock.calls).toEqual([['run-c']]);
  await row('my favourite').getByRole('button', { name: 'Resume' }).click();
  expect(onresume.mock.calls).toEqual([['run-c']]);
  await expect.element(row('names-dpo seed 1').getByRole('button', { name: 'Resume' })).not.toBeInTheDocument(); // nothing of it is left to train
  exportRun.mockRejectedValueOnce(new Failure('disk-full'));
  await choose('my favourite', 'Export…', 'Run file (.nudge)');
  expect(exportRun.mock.calls).toEqual([['run-c']]);
  await expect.poll(() => onnotice.mock.calls).toEqual([[{ text: FAILURES['disk-full'], kind: 'error' }]]);
  exportModels.mockRejectedValueOnce(new Failure('nothing-to-export'));
  await choose('names-dpo seed 1', 'Export…', 'Models');
  expect(exportModels.mock.calls).toEqual([['run-a']]);
  await expect.poll(() => onnotice.mock.calls.at(-1)).toEqual([{ text: FAILURES['nothing-to-export'], kind: 'error' }]);
});

test('files are imported from the button', async () => {
  const { importFile, onnotice, store } = await open();
  const file = new File(['x'], 'class.nudge');
  importFile.mockImplementationOnce(() => store.putBundle(bundleOf({ ...MADE[0]!, id: 'run-d', name: 'imported' })));
  await userEvent.upload(page.elementLocator(document.querySelector('input[type=file]')!), file);
  await expect.element(row('imported')).toBeVisible();
  expect(importFile.mock.calls).toHaveLength(1);
  expect(onnotice.mock.calls).toEqual([[{ text: 'Imported class.nudge.', kind: 'info' }]]);
  // One bad file among three keeps the others not out, and is named.
  onnotice.mockClear();
  importFile.mockResolvedValueOnce(undefined).mockRejectedValueOnce(new Failure('wrong-hash')).mockResolvedValueOnce(undefined);
  await userEvent.upload(page.elementLocator(document.querySelector('input[type=file]')!), ['a.nudge', 'b.nudge', 'c.nudge'].map((name) => new File(['z'], name)));
  await expect.poll(() => onnotice.mock.calls).toEqual([[{ text: 'Imported 2 of 3 files.', kind: 'info' }], [{ text: `b.nudge: ${FAILURES['wrong-hash']}`, kind: 'error' }]]);
  importFile.mockRejectedValueOnce(new Failure('not-a-run-file'));
  await userEvent.upload(page.elementLocator(document.querySelector('input[type=file]')!), new File(['y'], 'photo.nudge'));
  await expect.poll(() => onnotice.mock.calls.at(-1)).toEqual([{ text: `photo.nudge: ${FAILURES['not-a-run-file']}`, kind: 'error' }]);
});

test('ticked runs are drawn over each other, with last values and the mean over seeds', async () => {
  await open();
  for (const { name } of MADE) await page.getByRole('checkbox', { name: `Overlay ${name}` }).click();
  const figure = page.getByRole('figure', { name: 'loss' }); // the PPO run has no gold reward in its last stage yet, but the others do
  await expect.element(page.getByRole('figure', { name: 'gold/reward' })).toBeVisible();
  await expect.element(figure).not.toBeInTheDocument();
  const table = page.getByRole('region', { name: 'Last values' });
  const cells = () => [...table.element().querySelectorAll('tbody tr')].map((line) => [...line.children].map((cell) => cell.textContent.trim()));
  const heads = [...table.element().querySelectorAll('thead th')].map((cell) => cell.firstChild?.textContent);
  expect(heads).toEqual(['run', 'stage', 'step', 'loss', 'gold/reward']);
  expect(cells()).toEqual([
    ['names-dpo seed 1', 'dpo', '2', '1', '1'],
    ['names-dpo seed 2', 'dpo', '2', '1', '2'],
    ['my favourite', 'reward-model', '2', '1', '3'],
    ['names-dpo: mean of 2 seeds', '', '', '1 ± 0', '1.500 ± 0.707'],
  ]);
  await page.getByRole('combobox', { name: 'Stage' }).selectOptions('pretrain');
  await expect.element(figure).toBeVisible();
  await page.getByRole('checkbox', { name: 'Overlay my favourite' }).click();
  await expect.poll(() => cells().map(([name, stage]) => [name, stage])).toEqual([['names-dpo seed 1', 'pretrain'], ['names-dpo seed 2', 'pretrain'], ['names-dpo: mean of 2 seeds', '']]);
});

test('a run unticked before its history was read stays unticked', async () => {
  await open();
  const box = page.getByRole('checkbox', { name: 'Overlay my favourite' });
  const field = box.element() as HTMLInputElement; // a checkbox is one
  field.click();
  field.click();
  await new Promise((done) => setTimeout(done, 50));
  await expect.element(box).not.toBeChecked();
  await expect.element(page.getByRole('heading', { name: 'Comparison' })).not.toBeInTheDocument();
});

test.each([[0, '0 B'], [999, '999 B'], [1_500, '1.5 kB'], [3_412_000, '3.4 MB'], [2.5e11, '250 GB']])('%d bytes are %s', (bytes, text) => expect(bytesText(bytes)).toBe(text));

test('verifying shows how far it is, and then what was found, or nothing once cancelled', async () => {
  let hear: (progress: VerifyProgress) => void = () => {};
  let answer: (found: Verification | null) => void = () => {};
  let fail: (error: Error) => void = () => {};
  const { store } = await open(MADE, (_, onProgress) => {
    hear = onProgress;
    return { found: new Promise((resolve, reject) => ([answer, fail] = [resolve, reject])), cancel: () => answer(null) };
  });
  const before = await store.bundle(asRunId('run-a'));
  const verify = () => choose('names-dpo seed 1', 'More…', 'Verify');
  const report = page.getByRole('region', { name: 'Verification of names-dpo seed 1' });
  await verify();
  await row('names-dpo seed 1').getByRole('button', { name: 'More…' }).click();
  await expect.element(page.getByRole('menuitem', { name: 'Verify' })).toHaveAttribute('aria-disabled', 'true');
  await userEvent.keyboard('{Escape}');
  hear({ stage: 'sft', done: 30, total: 120 });
  await expect.element(report.getByRole('status')).toHaveTextContent('sft, step 30 of 120 in all');
  await expect.element(report.getByRole('progressbar')).toHaveAttribute('value', '30');
  await report.getByRole('button', { name: /^Cancel/ }).click();
  await expect.element(report).not.toBeInTheDocument();

  await verify();
  answer({ stages: [{ stage: 'sft', outcome: 'different', difference: { step: 3, name: 'loss', kind: 'metric', stored: 0.5, again: 0.25 } }], notes: [detail('untrained')] });
  await expect.element(report.getByRole('status')).toHaveTextContent(/^Not the same/);
  await expect.element(report).toHaveTextContent('sft: the first difference is at step 3: loss is 0.5 in the stored run and 0.25 when trained again.');
  await expect.element(report).toHaveTextContent('Nothing of it has been trained yet.');
  await report.getByRole('button', { name: /^Close/ }).click();
  await expect.element(report).not.toBeInTheDocument();

  await verify();
  fail(new Failure('no-engine'));
  await expect.element(report.getByRole('status')).toHaveTextContent(FAILURES['no-engine']);
  expect(await store.bundle(asRunId('run-a'))).toEqual(before);
});
