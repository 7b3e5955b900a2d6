/** Run files and models dropped on the page: what is shown of each before it is imported, and what Import and Cancel do. */
import { afterEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-svelte';
import { Failure, FAILURES } from '../../src/contract/failures';
import { importModel, readModel } from '../../src/state/import-model';
import { Incoming } from '../../src/state/incoming.svelte';
import { memoryStore } from '../../src/storage/memory-store';
import { previewRunFile } from '../../src/storage/run-file-preview';
import { writeRunFile } from '../../src/storage/run-file';
import IncomingFiles from '../../src/views/IncomingFiles.svelte';
import '../../src/app.css';
import { bundleOf } from './fixtures';
import { modelFiles, modelZip } from './model-files';

afterEach(() => cleanup());

const fileOf = async (name: string, seed = 1): Promise<File> => {
  const bundle = bundleOf({ id: `run-${seed}`, name: `run ${seed}`, recipe: 'names-dpo', seed, gold: 1.25 });
  return new File([await writeRunFile(bundle, { appVersion: '0.1.0', vocabulary: ['a'] })], name);
};

async function open() {
  const [notice, onimported, importRun] = [vi.fn(), vi.fn(), vi.fn(async (file: Blob) => bundleOf({ id: 'run-x', name: (file as File).name, recipe: 'names-dpo', seed: 1, gold: 1 }).record)]; // what is dropped is a file
  const store = memoryStore();
  const incoming = new Incoming({ preview: previewRunFile, importRun, readModel, importModel: (model) => importModel(store, model, '0.1.0'), notice, onimported });
  await render(IncomingFiles, { incoming });
  return { incoming, notice, onimported, importRun, store };
}

function drop(...files: File[]): void {
  const carried = new DataTransfer();
  for (const file of files) carried.items.add(file);
  expect(document.body.dispatchEvent(new DragEvent('dragover', { dataTransfer: carried, cancelable: true, bubbles: true }))).toBe(false);
  document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: carried, cancelable: true, bubbles: true }));
}

test('a dropped file is shown and imported only when that is asked for', async () => {
  const { importRun, notice, onimported } = await open();
  const file = await fileOf('one.nudge');
  drop(file);
  const dialog = page.getByRole('dialog', { name: 'Import this run?' });
  const shown = dialog.getByRole('listitem', { name: 'one.nudge' });
  await expect.element(shown.getByRole('heading', { name: 'run 1' })).toBeVisible();
  for (const words of [/Recipe.*seed 1/, /gold\/reward\s*1\.250/, /Trained on\s*WASM/, /Made by\s*Nudge/, /one\.nudge, [\d.]+ kB/]) await expect.element(shown).toHaveTextContent(words);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect.element(dialog).not.toBeInTheDocument();
  expect(importRun).not.toHaveBeenCalled();

  drop(file);
  await dialog.getByRole('button', { name: 'Import' }).click();
  await expect.element(dialog).not.toBeInTheDocument();
  expect(importRun.mock.calls).toEqual([[file]]);
  expect(onimported).toHaveBeenCalledTimes(1);
  expect(notice.mock.calls).toEqual([[{ text: 'Imported one.nudge.', kind: 'info' }]]);
});

test('of several files the broken ones are named each by a sentence, and the good ones go on', async () => {
  const { importRun, notice } = await open();
  const good = [await fileOf('a.nudge', 1), await fileOf('c.nudge', 2)];
  drop(good[0]!, new File(['no zip'], 'b.nudge'), good[1]!);
  const dialog = page.getByRole('dialog', { name: 'Import these 3 files?' });
  await expect.element(dialog.getByRole('listitem', { name: 'b.nudge' })).toHaveTextContent(FAILURES['not-a-run-file']);
  // What only a whole reading can find is told afterwards.
  importRun.mockRejectedValueOnce(new Failure('wrong-hash', 'x was changed'));
  await dialog.getByRole('button', { name: 'Import 2 runs' }).click();
  await expect.poll(() => notice.mock.calls).toEqual([
    [{ text: 'Imported c.nudge.', kind: 'info' }],
    [{ text: `2 files were not imported. b.nudge: ${FAILURES['not-a-run-file']} a.nudge: ${FAILURES['wrong-hash']} (x was changed)`, kind: 'error' }],
  ]);
  expect(importRun.mock.calls).toEqual(good.map((file) => [file]));
});

test('where no file can be read there is nothing to import, and Escape closes', async () => {
  const { incoming, importRun } = await open();
  drop(new File(['no zip'], 'b.nudge'));
  const dialog = page.getByRole('dialog');
  await expect.element(dialog.getByRole('button', { name: 'Close' })).toBeVisible();
  await expect.element(dialog.getByRole('button', { name: /Import/ })).not.toBeInTheDocument();
  await userEvent.keyboard('{Escape}');
  await expect.element(dialog).not.toBeInTheDocument();
  expect(incoming.files).toBeNull();
  expect(importRun).not.toHaveBeenCalled();
});

test('a zip of a model is shown as what it is, and becomes a run', async () => {
  const { notice, onimported, importRun, store } = await open();
  drop(await modelZip());
  const dialog = page.getByRole('dialog', { name: 'Import this model?' });
  const shown = dialog.getByRole('listitem', { name: 'tiny.zip' });
  await expect.element(shown.getByRole('heading', { name: 'f16-in-shards' })).toBeVisible();
  for (const words of [/GPT-2 model, 2 layers, width 16, 300 tokens, F16, [\d.]+ kB/, /Parameters\s*11,776, 2 heads, context 24/]) await expect.element(shown).toHaveTextContent(words);
  expect(await store.runs()).toEqual([]);
  await dialog.getByRole('button', { name: 'Import' }).click();
  await expect.poll(() => notice.mock.calls).toEqual([[{ text: 'Imported f16-in-shards.', kind: 'info' }]]);
  const [record] = await store.runs();
  expect(onimported.mock.calls).toEqual([[[record]]]);
  expect(record).toMatchObject({ name: 'f16-in-shards', config: { recipe: 'imported', model: { width: 16 } } });
  expect(importRun).not.toHaveBeenCalled();
});

test('the files of a model dropped together are one model; without its configuration they say what is missing', async () => {
  const { notice, store } = await open();
  const files = await modelFiles();
  drop(...files, new File(['# A card'], 'README.md'));
  const dialog = page.getByRole('dialog');
  await expect.element(dialog.getByRole('listitem', { name: 'model' })).toHaveTextContent(/GPT-2 model, 2 layers/);
  await dialog.getByRole('button', { name: 'Import' }).click();
  await expect.poll(() => notice.mock.calls).toEqual([[{ text: 'Imported model.', kind: 'info' }]]);
  expect(await store.runs()).toHaveLength(1);
  drop(...files.filter(({ name }) => name !== 'config.json'));
  await expect.element(dialog.getByRole('listitem', { name: 'model' })).toHaveTextContent(`${FAILURES['unreadable-model']} (config.json is missing)`);
  await expect.element(dialog.getByRole('button', { name: /Import/ })).not.toBeInTheDocument();
  await dialog.getByRole('button', { name: 'Close' }).click();
});

test('a run file that was named .zip is a run file', async () => {
  const { importRun } = await open();
  const file = await fileOf('one.zip');
  drop(file);
  const dialog = page.getByRole('dialog', { name: 'Import this run?' });
  await expect.element(dialog.getByRole('heading', { name: 'run 1' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Import' }).click();
  await expect.poll(() => importRun.mock.calls).toEqual([[file]]);
});
