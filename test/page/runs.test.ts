/** The Runs screen over a store: what is shown, what each button does to the store, and what a comparison says. */
import { afterEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-svelte';
import { Failure, FAILURES } from '../../src/contract/failures';
import { asRunId } from '../../src/contract/ids';
import type { Verification, VerifyProgress } from '../../src/contract/verification';
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
  const calls = { onopen: vi.fn(), onnotice: vi.fn(), exportRun: vi.fn(async () => {}), exportModels: vi.fn(async () => {}), importFile: vi.fn(async () => {}) };
  await render(RunsView, { store, verifications, ...calls });
  await expect.element(page.getByText(made.length === 1 ? /^1 run,/ : new RegExp(`^${made.length} runs,`))).toBeVisible();
  return { store, ...calls };
}

/** Rows are named by their run. */
const row = (name: string) => page.getByRole('listitem', { name, exact: true });

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

test('renaming is kept by Enter and forgotten by Escape', async () => {
  const { store } = await open();
  await row('my favourite').getByRole('button', { name: 'Rename' }).click();
  await expect.element(page.getByRole('textbox', { name: 'New name' })).toHaveFocus();
  await userEvent.keyboard('never mind{Escape}');
  await expect.element(row('my favourite')).toBeVisible();
  await row('my favourite').getByRole('button', { name: 'Rename' }).click();
  await userEvent.keyboard('with a strong leash{Enter}');
  await expect.element(row('with a strong leash')).toBeVisible();
  expect((await store.run(asRunId('run-c')))?.name).toBe('with a strong leash');
});

test('deleting asks first; Keep and Escape keep', async () => {
  const { store } = await open();
  const ask = () => row('names-dpo seed 1').getByRole('button', { name: 'Delete' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete “names-dpo seed 1”?' });
  await ask();
  await expect.element(dialog.getByRole('button', { name: 'Keep' })).toHaveFocus();
  await userEvent.keyboard('{Escape}');
  await expect.element(dialog).not.toBeInTheDocument();
  await expect.element(row('names-dpo seed 1').getByRole('button', { name: 'Delete' })).toHaveFocus();
  await ask();
  await dialog.getByRole('button', { name: 'Keep' }).click();
  expect(await store.runs()).toHaveLength(3);
  await ask();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect.element(row('names-dpo seed 1')).not.toBeInTheDocument();
  expect((await store.runs()).map(({ id }) => id)).toEqual(['run-b', 'run-c']);
});

test('open and exports pass the id on; what fails is said in one sentence', async () => {
  const { onopen, exportRun, exportModels, onnotice } = await open();
  await row('my favourite').getByRole('button', { name: 'Open' }).click();
  expect(onopen.mock.calls).toEqual([['run-c']]);
  exportRun.mockRejectedValueOnce(new Failure('disk-full'));
  await row('my favourite').getByRole('button', { name: 'Export run' }).click();
  expect(exportRun.mock.calls).toEqual([['run-c']]);
  await expect.poll(() => onnotice.mock.calls).toEqual([[{ text: FAILURES['disk-full'], kind: 'error' }]]);
  exportModels.mockRejectedValueOnce(new Failure('nothing-to-export'));
  await row('names-dpo seed 1').getByRole('button', { name: 'Export models' }).click();
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
  const verify = row('names-dpo seed 1').getByRole('button', { name: 'Verify', exact: true });
  const report = page.getByRole('region', { name: 'Verification of names-dpo seed 1' });
  await verify.click();
  await expect.element(verify).toBeDisabled();
  hear({ stage: 'sft', done: 30, total: 120 });
  await expect.element(report.getByRole('status')).toHaveTextContent('sft, step 30 of 120 in all');
  await expect.element(report.getByRole('progressbar')).toHaveAttribute('value', '30');
  await report.getByRole('button', { name: /^Cancel/ }).click();
  await expect.element(report).not.toBeInTheDocument();

  await verify.click();
  answer({ stages: [{ stage: 'sft', outcome: 'different', difference: { step: 3, name: 'loss', kind: 'metric', stored: 0.5, again: 0.25 } }], notes: ['A note.'] });
  await expect.element(report.getByRole('status')).toHaveTextContent(/^Not the same/);
  await expect.element(report).toHaveTextContent('sft: the first difference is at step 3: loss is 0.5 in the stored run and 0.25 when trained again.');
  await expect.element(report).toHaveTextContent('A note.');
  await report.getByRole('button', { name: /^Close/ }).click();
  await expect.element(report).not.toBeInTheDocument();

  await verify.click();
  fail(new Failure('no-engine'));
  await expect.element(report.getByRole('status')).toHaveTextContent(FAILURES['no-engine']);
  expect(await store.bundle(asRunId('run-a'))).toEqual(before);
});
