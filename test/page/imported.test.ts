/** Starting a run from an imported model: the draft takes over its shape and tokens, and the run has its own copy. */
import { afterEach, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { cleanup } from 'vitest-browser-svelte';
import { importModel, readModel } from '../../src/state/import-model';
import { memoryStore } from '../../src/storage/memory-store';
import '../../src/app.css';
import { modelZip } from './model-files';
import { button, openLab, status } from './open-lab';

afterEach(() => cleanup());

test('a recipe for your data offers it, and fits itself to it', async () => {
  await page.viewport(1440, 900);
  const store = memoryStore();
  const source = await importModel(store, await readModel(await modelZip(), ''), 'test');
  const { lab } = await openLab({ store, address: 'recipe=yours-sft&set=task.context=20&set=sft.steps=3' });
  const choice = page.getByRole('combobox', { name: 'Start pretrain from' });
  await choice.selectOptions('f16-in-shards (imported model)');
  const fitted = { model: { width: 16, layers: 2, heads: 2 }, task: { tokenizer: 'imported', context: 20 } };
  await expect.poll(() => lab.draft).toMatchObject(fitted);
  await expect.poll(() => lab.isBusy).toBe(false);
  expect(lab.borrowed).toEqual({ pretrain: { run: source.id, stage: 'base', step: 1 } });

  // Another shape would not hold it.
  lab.setKnob('model', 'layers', 3);
  await expect.poll(() => lab.borrowed).toEqual({});
  await choice.selectOptions('f16-in-shards (imported model)');
  await expect.poll(() => lab.draft).toMatchObject(fitted);

  await button('Train').click();
  await expect.element(status()).toHaveTextContent(/finished · sft/);
  const record = (await store.runs()).find(({ id }) => id !== source.id)!; // the one that was trained
  expect(record).toMatchObject({ config: fitted, parents: [{ run: source.id, stage: 'base', step: 1 }] });
  expect(await store.stages(record.id)).toMatchObject([{ stage: 'pretrain', borrowed: { run: source.id } }, { stage: 'sft', finished: true }]);
});
