/** The Data screen: ways in, what is shown before anything is stored, what an import says, rows, and ways out. */
import { afterEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-svelte';
import { parseRoute } from '../../src/state/route.svelte';
import DataView from '../../src/views/DataView.svelte';
import '../../src/app.css';
import { filteredRun, line, lines, madeShelf, saidRun } from './open-data';

afterEach(async () => {
  await cleanup();
  vi.restoreAllMocks();
});

async function open(given: Parameters<typeof madeShelf>[0] = {}, shown: string | null = null) {
  const made = await madeShelf(given);
  const view = await render(DataView, { shelf: made.shelf, shown });
  return { ...made, view };
}

const button = (name: string) => page.getByRole('button', { name, exact: true });
const yours = (name: string) => page.getByRole('list', { name: 'Your data sets' }).getByRole('listitem', { name, exact: true });

function drop(name: string, content: string): void {
  const carried = new DataTransfer();
  carried.items.add(new File([content], name));
  const view = page.getByRole('region', { name: 'Data', exact: true }).element();
  expect(view.dispatchEvent(new DragEvent('dragover', { dataTransfer: carried, cancelable: true, bubbles: true }))).toBe(false);
  view.dispatchEvent(new DragEvent('drop', { dataTransfer: carried, cancelable: true, bubbles: true }));
}

/** What is handed to the visitor as a file. */
function downloads(): { name: string; blob: Blob }[] {
  const found: { name: string; blob: Blob }[] = [];
  let last = new Blob();
  vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
    last = blob as Blob; // ours are
    return 'blob:none';
  });
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    found.push({ name: this.download, blob: last });
  });
  return found;
}

test('the address of the screen, and of what is shown on it', () => {
  expect(parseRoute('#/data').view).toBe('data');
  expect(parseRoute('#/data?show=task:names').params.get('show')).toBe('task:names');
});

test('every task says where its data is from and under what licence; without data sets there is a word on how to bring one', async () => {
  await open();
  await expect.element(page.getByText(/^Nothing yet\. Drop a file/)).toBeVisible();
  const names = page.getByRole('listitem', { name: 'Names', exact: true });
  await expect.element(names).toHaveTextContent(/US Social Security Administration.*Licence: public domain\./);
  await expect.element(names.getByRole('link')).toHaveAttribute('href', '#/data?show=task:names');
});

test('a dropped file is looked at, confirmed and imported; HTML in it is text', async () => {
  const { datasets } = await open();
  drop('words.jsonl', `${lines(3)}nonsense\n${line(1)}`);
  await expect.element(page.getByText(/^JSON Lines, 3 columns\. Its rows are read as preference pairs\./)).toBeVisible();
  const first = page.getByRole('region', { name: 'First rows of the file' });
  await expect.element(first).toHaveTextContent('<b>good</b> 0');
  expect(first.element().querySelector('b')).toBeNull();
  expect(await datasets.datasets()).toEqual([]);
  await page.getByRole('textbox', { name: 'Licence' }).fill('CC0');
  await button('Import').click();
  await expect.element(page.getByText('Imported 3 preference pairs as “words”, of 5 rows in the file.')).toBeVisible();
  await expect.element(page.getByText(/^1 line is no row and was left out: line 4 \(/)).toBeVisible();
  await expect.element(page.getByText('1 row met before and left out.')).toBeVisible();
  await expect.element(yours('words')).toHaveTextContent(/3 preference pairs, .* from words\.jsonl, licence: CC0/);
  await expect.element(page.getByRole('link', { name: 'Browse it' })).toHaveAttribute('href', expect.stringMatching(/^#\/data\?show=data:[0-9a-f]{64}$/));
  // The same once more.
  drop('again.jsonl', lines(3));
  await button('Import').click();
  await expect.element(page.getByText(/^The same 3 preference pairs are here already, as “words”/)).toBeVisible();
});

test('columns of other names are mapped before anything can be imported', async () => {
  await open();
  drop('other.csv', 'question,better,worse\nq,a,b\nr,c,d\n');
  await expect.element(page.getByText(/^CSV, 3 columns\. To be .* it has no column for/)).toBeVisible();
  await expect.element(button('Import')).toBeDisabled();
  await page.getByRole('combobox', { name: 'Rows are' }).selectOptions('preference');
  await expect.element(page.getByText(/To be preference pairs it has no column for chosen and rejected/)).toBeVisible();
  const column = (name: string) => page.getByRole('group', { name: 'Columns' }).getByRole('combobox', { name, exact: true });
  await column('prompt').selectOptions('question');
  await column('chosen').selectOptions('better');
  await column('rejected').selectOptions('worse');
  await page.getByRole('spinbutton', { name: /^held out of training/ }).fill('30');
  await expect.element(button('Import')).toBeEnabled();
  await button('Import').click();
  await expect.element(page.getByText('Imported 2 preference pairs as “other”.')).toBeVisible();
  // What is set aside here is set aside there.
  await expect.element(yours('other').getByRole('link', { name: 'Train on it' })).toHaveAttribute('href', expect.stringMatching(/&set=task\.heldOut=0\.3$/));
});

test.each([
  ['empty.jsonl', '', /^empty\.jsonl: No row of this file can be used.*\(the file is empty\)$/],
  ['broken.jsonl', '{]', /^broken\.jsonl: No row .*\(line 1: /],
])('%s is refused in a sentence', async (name, content, sentence) => {
  const { datasets } = await open();
  drop(name, content);
  await expect.element(page.getByRole('alert')).toHaveTextContent(sentence);
  expect(await datasets.datasets()).toEqual([]);
});

test('an import that fails says why, leaves nothing, and may be tried with other choices', async () => {
  const { datasets } = await open();
  drop('same.jsonl', line(1, { rejected: ' <b>good</b> 1' }));
  await button('Import').click();
  await expect.element(page.getByRole('alert')).toHaveTextContent(/1 of 1 rows: The chosen and the rejected side are the same/);
  expect([await datasets.datasets(), await datasets.imports()]).toEqual([[], []]);
  await page.getByRole('combobox', { name: 'Rows are' }).selectOptions('completion');
  await page.getByRole('group', { name: 'Columns' }).getByRole('combobox', { name: 'completion' }).selectOptions('chosen');
  await button('Import').click();
  await expect.element(page.getByText(/^Imported 1 demonstration as “same”/)).toBeVisible();
});

test('a long import shows how far it is, takes no other file, and ends when it is cancelled', async () => {
  let end = () => {};
  const { notice } = await open({
    desk: {
      import: (_file, _name, _choices, tell) => new Promise((done) => {
        end = () => done(null);
        tell({ done: 50e6, total: 200e6, count: 1234 });
      }),
      cancel: async () => end(),
    },
  });
  drop('big.jsonl', lines(2));
  await button('Import').click();
  await expect.element(page.getByText(/^50\.0 MB of 200 MB read, 1.234 rows taken$/)).toBeVisible();
  drop('other.jsonl', lines(2));
  expect(notice.mock.calls).toEqual([[{ text: expect.stringContaining('One file is being imported already') as string, kind: 'error' }]]);
  await button('Cancel import').click();
  await expect.element(button('Import')).toBeVisible(); // with the same choices
  await button('Cancel').click();
  await expect.element(page.getByRole('heading', { name: /^Import / })).not.toBeInTheDocument();
  await expect.element(page.getByRole('heading', { name: 'Data', exact: true })).toHaveFocus();
});

test('rows can be pasted anywhere on the screen', async () => {
  await open();
  const carried = new DataTransfer();
  carried.setData('text/plain', lines(2));
  document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: carried, bubbles: true }));
  await expect.element(page.getByRole('heading', { name: 'Import pasted text' })).toBeVisible();
});

test('a data set is pasted, imported and opened by keyboard alone', async () => {
  await open();
  const reach = async (name: RegExp) => {
    for (let i = 0; i < 60; i++) {
      await userEvent.tab();
      const at = document.activeElement!;
      if (name.test(at.getAttribute('aria-label') ?? at.textContent.trim())) return;
    }
    throw new Error(`Tab never reached ${name}`);
  };
  await reach(/^Paste rows$/);
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByRole('textbox', { name: /^Rows as JSON Lines/ })).toHaveFocus();
  await page.getByRole('textbox', { name: /^Rows as JSON Lines/ }).fill(lines(2));
  await reach(/^Look at it$/);
  await userEvent.keyboard('{Enter}');
  await expect.element(button('Import')).toBeVisible();
  await expect.element(page.getByRole('region', { name: 'Import pasted text' })).toHaveFocus();
  await reach(/^Import$/);
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByText(/^Imported 2 preference pairs/)).toBeVisible();
  await reach(/^Browse it$/);
});

test('a data set is renamed and deleted, after being asked', async () => {
  const { datasets } = await open({ stored: lines(2) });
  await yours('Mine').getByRole('button', { name: 'Rename' }).click();
  await userEvent.keyboard('Better{Enter}');
  await expect.element(yours('Better')).toBeVisible();
  await expect.element(yours('Better').getByRole('button', { name: 'Rename' })).toHaveFocus();
  await yours('Better').getByRole('button', { name: 'Delete' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete “Better”?' });
  await expect.element(dialog).toHaveTextContent(/2 preference pairs/);
  await userEvent.keyboard('{Escape}');
  await expect.element(dialog).not.toBeInTheDocument();
  await yours('Better').getByRole('button', { name: 'Delete' }).click();
  await dialog.getByRole('button', { name: 'Delete' }).click();
  await expect.element(page.getByText(/^Nothing yet\./)).toBeVisible();
  expect(await datasets.datasets()).toEqual([]);
});

test('rows are read in pages, found by words, and leave as a file', async () => {
  const text = lines(60, { annotator: 'ann' });
  const files = downloads();
  const { shelf, datasets, view } = await open({ stored: text });
  const [record] = await datasets.datasets();
  await view.rerender({ shelf, shown: `data:${record!.id}` });
  await expect.element(page.getByRole('heading', { name: 'Mine' })).toHaveFocus();
  await expect.element(page.getByText('Rows 1 to 25 of 60')).toBeVisible();
  const row = (number: number) => page.getByRole('listitem', { name: `Row ${number}`, exact: true });
  await expect.element(row(25)).toHaveTextContent(/annotator ann.*Tell me 24:.*<b>good<\/b> 24.*bad 24/);
  await button('Later rows').click();
  await button('Later rows').click();
  await expect.element(page.getByText('Rows 51 to 60 of 60')).toBeVisible();
  await expect.element(button('Later rows')).toBeDisabled();
  await page.getByRole('searchbox', { name: 'Words' }).fill('good 33');
  await button('Find').click();
  await expect.element(page.getByText('Rows 1 to 1 of 1 that hold “good 33”')).toBeVisible();
  await expect.element(row(34)).toBeVisible();
  await page.getByRole('searchbox', { name: 'Words' }).fill('nobody');
  await button('Find').click();
  await expect.element(page.getByText('No row holds “nobody”.')).toBeVisible();

  await expect.element(page.getByRole('term').filter({ hasText: 'Annotators' })).toBeVisible();
  const figure = page.getByRole('figure', { name: 'Lengths of answers' });
  await figure.getByText('Table').click();
  await expect.element(figure.getByRole('columnheader', { name: 'rejected, rows' })).toBeVisible();

  await button('Export').click();
  await expect.poll(() => files.length).toBe(1);
  expect([files[0]!.name, await files[0]!.blob.text()]).toEqual(['Mine.jsonl', text]);
  await page.getByRole('combobox', { name: 'Format' }).selectOptions('CSV');
  await button('Export').click();
  await expect.poll(() => files.at(-1)!.name).toBe('Mine.csv');
  expect(await files.at(-1)!.blob.text()).toMatch(/^prompt,chosen,rejected,annotator\n/);
});

test('a tokenizer is learned from the rows and saved', async () => {
  const files = downloads();
  const { shelf, datasets, view } = await open({ stored: lines(60) });
  const [record] = await datasets.datasets();
  await view.rerender({ shelf, shown: `data:${record!.id}` });
  await page.getByRole('spinbutton', { name: 'Tokens' }).fill('270');
  await button('Learn tokenizer').click();
  await expect.element(page.getByText(/^270 tokens from .* characters; a token stands for \d\.\d\d characters on average\.$/)).toBeVisible();
  await button('Save tokenizer.json').click();
  expect(files[0]!.name).toBe('tokenizer.json');
  expect(JSON.parse(await files[0]!.blob.text())).toMatchObject({ model: { type: 'BPE' } });
});

test('the pairs of a task can be read, those held out among them', async () => {
  await open({}, 'task:digits');
  await expect.element(page.getByRole('heading', { name: 'Digits' })).toBeVisible();
  await expect.element(page.getByText(/^Rows 1 to 25 of/)).toBeVisible();
  await page.getByRole('combobox', { name: 'Pairs' }).selectOptions('held out');
  await expect.element(page.getByText(/^Rows 1 to 25 of/)).toBeVisible();
});

test('what people said in a run is read as preferences and becomes a data set', async () => {
  const { shelf, view } = await open({ runs: [saidRun()] });
  const said = page.getByRole('list', { name: 'Said in runs' }).getByRole('listitem');
  await expect.element(said).toHaveTextContent(/asked me.*3 answers in the stage pretrain/);
  await said.getByRole('button', { name: /^Make a data set/ }).click();
  await button('Import').click();
  await expect.element(page.getByText(/^Imported 2 preference pairs as “said in asked me, pretrain”/)).toBeVisible();
  await view.rerender({ shelf, shown: 'said:run-s/pretrain' });
  await expect.element(page.getByRole('listitem', { name: 'Row 1', exact: true })).toHaveTextContent(/margin 1.*votes 1.*annotator visitor.*seconds 2\.5.*order chosen first/);
});

test('an address of something that is not here says so', async () => {
  await open({}, 'data:0');
  await expect.element(page.getByText(/^This data is not here/)).toBeVisible();
});

test('a perplexity filter is tried again at other thresholds, by slider, by drag and by mode; what it keeps can be read and trained on', async () => {
  const { shelf, view } = await open({ runs: [filteredRun()] });
  await expect.element(page.getByRole('list', { name: 'Made in runs' }).getByRole('listitem')).toHaveTextContent(/filtered.*Perplexity filter, stage filter/);
  await view.rerender({ shelf, shown: 'made:run-f/filter' });
  const said = page.getByText(/of 40 candidate pairs are kept/);
  await expect.element(said).toHaveTextContent('10 of 40 candidate pairs are kept.');
  await expect.element(page.getByText(/^Rows 1 to 10 of 10/)).toBeVisible();
  await expect.element(page.getByText(/not a replication/)).toBeVisible();
  await expect.element(page.getByText('People: 10 of 40 kept')).toBeVisible();

  const slider = page.getByRole('slider', { name: /^Edge/ });
  (slider.element() as HTMLInputElement).focus();
  await userEvent.keyboard('{Home}');
  await expect.element(said).toHaveTextContent('0 of 40 candidate pairs are kept: nothing would be left to learn from.');
  await userEvent.keyboard('{PageUp}{PageUp}');
  await expect.element(page.getByText(/^60 %, 1\.59/)).toBeVisible();
  await expect.element(said).toHaveTextContent('3 of 40');
  await expect.element(page.getByText(/^Rows 1 to 3 of 3/)).toBeVisible();
  await expect.element(page.getByRole('link', { name: 'Train with this filter' })).toHaveAttribute('href', expect.stringContaining('set=filter.edge=0.6'));
  await button('Back to what the run had').click();
  await expect.element(said).toHaveTextContent('10 of 40');

  const drawing = page.getByRole('img', { name: /^Likelihood by source/ }).element();
  const box = drawing.getBoundingClientRect();
  const at = (share: number) => ({ pointerId: 1, clientX: box.left + share * box.width, clientY: box.top + 20, bubbles: true });
  vi.spyOn(drawing, 'setPointerCapture').mockImplementation(() => {});
  drawing.dispatchEvent(new PointerEvent('pointerdown', at(0.2)));
  drawing.dispatchEvent(new PointerEvent('pointermove', at(0.99)));
  drawing.dispatchEvent(new PointerEvent('pointerup', at(0.99)));
  await expect.element(page.getByText(/^100 %/)).toBeVisible();

  await page.getByRole('combobox', { name: 'Filter', exact: true }).selectOptions('gap');
  await expect.element(page.getByRole('slider', { name: /^Gap/ })).toBeVisible();
  await expect.element(said).toHaveTextContent(/1[0-9] of 40/);
});
