/** The class board: forty files at once, three of them broken; what stands apart, who is best within a budget, and labels handed on. How long it takes: test/e2e/class.test.ts. */
import { afterEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-svelte';
import { ClassBoard } from '../../src/state/class-board.svelte';
import { readRunResults } from '../../src/storage/run-file-results';
import ClassView from '../../src/views/ClassView.svelte';
import '../../src/app.css';
import { handedIn, SAID } from './handed-in';

afterEach(() => cleanup());

function drop(files: readonly File[]): void {
  const carried = new DataTransfer();
  for (const file of files) carried.items.add(file);
  expect(document.body.dispatchEvent(new DragEvent('dragover', { dataTransfer: carried, cancelable: true, bubbles: true }))).toBe(false);
  document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: carried, cancelable: true, bubbles: true }));
}

async function open() {
  const onlabels = vi.fn<(file: Blob, name: string) => void>();
  await page.viewport(1280, 900);
  await render(ClassView, { board: new ClassBoard(readRunResults), onlabels });
  return { onlabels };
}

test('forty files at once, three of them broken, are drawn, and the broken ones are named', { timeout: 120_000 }, async () => {
  const good = await Promise.all(Array.from({ length: 37 }, (_, i) => handedIn(i + 1, i === 36 ? { gold: 40 } : {})));
  const whole = new Uint8Array(await good[0]!.arrayBuffer()); // of 37
  const broken = [new File([whole.slice(0, -500)], 'cut.nudge'), new File(['no zip at all'], 'text.nudge'), new File([], 'empty.nudge')];
  await open();
  drop([...good.slice(0, 20), ...broken, ...good.slice(20)]);
  await expect.element(page.getByRole('status').filter({ hasText: '37 runs are shown.' }), { timeout: 30_000 }).toBeVisible();
  await expect.element(page.getByRole('figure', { name: 'gold/reward' }).first(), { timeout: 30_000 }).toBeVisible();
  await expect.element(page.getByText('3 files could not be read')).toBeVisible();
  for (const name of ['cut.nudge', 'text.nudge', 'empty.nudge']) await expect.element(page.getByRole('listitem').filter({ hasText: name })).toBeVisible();
  // The one that cannot be is told from the rest, and leads the table.
  const table = page.getByRole('region', { name: 'All runs' });
  await expect.element(table.getByRole('row').nth(1)).toHaveTextContent(/pupil-37.*40.*stands apart/);
  expect(table.getByText('stands apart').elements()).toHaveLength(1);
});

test('the best within a KL budget follows the budget, and a run can be taken off', async () => {
  await open();
  drop([await handedIn(1, { gold: 4 }), await handedIn(2, { gold: 6 })]);
  const best = page.getByRole('region', { name: 'Best within a KL budget' });
  await expect.element(best.getByRole('row').nth(1)).toHaveTextContent(/1.*pupil-2.*6.*8.*step 200/);
  await page.getByRole('spinbutton', { name: 'KL budget, nats' }).fill('2');
  await expect.element(best.getByRole('row').nth(1)).toHaveTextContent(/pupil-2.*1\.5.*2.*step 50/);
  await page.getByRole('button', { name: 'Take pupil-2 off the board' }).click();
  await expect.element(page.getByText('One run is shown.')).toBeVisible();
  await page.getByRole('button', { name: 'Clear the board' }).click();
  await expect.element(page.getByRole('button', { name: 'Clear the board' })).not.toBeInTheDocument();
});

test('what the class said is handed on as one file of preferences, each with who said it', async () => {
  const { onlabels } = await open();
  drop([await handedIn(1, { said: [SAID] }), await handedIn(2, { said: [{ ...SAID, choice: 'b' }, { ...SAID, question: 1, by: 'gold' }] })]);
  await expect.element(page.getByText(/^2 answers of 2 people/)).toBeVisible();
  await userEvent.click(page.getByRole('button', { name: 'Make one data set of all labels' }));
  const [file] = onlabels.mock.calls[0]!; // pressed
  const rows = (await file.text()).trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>); // our own lines
  expect(rows.map(({ chosen, annotator }) => [chosen, annotator])).toEqual([['ann', 'pupil-1'], ['bea', 'pupil-2']]);
});
