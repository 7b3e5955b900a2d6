/** What visitors do and disks do: reload in mid-run, open twice, bring broken files, run out of room. Nothing saved is lost and the page goes on. */
import { expect, test } from 'vitest';
import { FAILURES } from '../../src/contract/failures';
import { shortened, stepOf, Visitor } from './visitor';

const LONG = { pretrain: 5000, sft: 2, dpo: 2 };

test('a reload in mid-run loses at most what was not saved', async () => {
  const visitor = await (await Visitor.arrives()).opens(shortened('names-dpo', LONG, 'wasm'));
  await visitor.presses('Train');
  await visitor.sees(/step (1[2-9]|[2-9]\d)\d? of 5000/);
  await visitor.page.reload();
  const text = await visitor.sees(/^paused · pretrain · step [1-9]\d* of 5000/);
  expect(stepOf(text) % 5).toBe(0); // saved every 5 steps
  await visitor.presses('Train');
  await expect.poll(async () => stepOf(await visitor.status.innerText()), { timeout: 20_000 }).toBeGreaterThan(stepOf(text));
});

test('a run is trained in one tab at a time, and followed in another; two runs side by side', async () => {
  const visitor = await (await Visitor.arrives()).opens(shortened('names-dpo', LONG, 'wasm'));
  await visitor.presses('Train');
  await visitor.sees(/^training · pretrain · step [1-9]/);
  await visitor.presses('Save');
  await visitor.isTold(/^Saved /);

  const second = await visitor.context.newPage();
  visitor.watch(second);
  const status = second.getByRole('status', { name: 'Run status' });
  await second.goto(visitor.page.url());
  await status.filter({ hasText: /^trained elsewhere · pretrain/ }).waitFor();
  await second.getByText(/^This run is trained in another tab or screen/).waitFor();
  expect(await second.getByRole('button', { name: 'Train', exact: true }).getAttribute('aria-disabled')).toBe('true');
  const seen = stepOf(await status.innerText());
  await expect.poll(async () => stepOf(await status.innerText()), { timeout: 30_000 }).toBeGreaterThan(seen);
  await visitor.sees(/^training/);

  await second.getByRole('button', { name: 'Reset', exact: true }).click();
  await second.getByRole('button', { name: 'Train', exact: true }).click();
  await status.filter({ hasText: /^training · pretrain · step [1-9]/ }).waitFor();
  const before = stepOf(await visitor.status.innerText());
  await expect.poll(async () => stepOf(await visitor.status.innerText()), { timeout: 20_000 }).toBeGreaterThan(before);
});

test('behind another tab it trains on; frozen and thawed, as by a laptop that slept, it goes on by itself', async () => {
  const visitor = await (await Visitor.arrives()).opens(shortened('names-dpo', LONG, 'wasm'));
  await visitor.presses('Train');
  await visitor.sees(/^training · pretrain · step [1-9]/);
  const moves = async () => {
    const before = stepOf(await visitor.status.innerText());
    await expect.poll(async () => stepOf(await visitor.status.innerText()), { timeout: 20_000 }).toBeGreaterThan(before + 20);
  };
  const other = await visitor.context.newPage();
  await other.bringToFront();
  await moves();
  const session = await visitor.context.newCDPSession(visitor.page);
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  await other.waitForTimeout(2000); // there is nothing to wait for: asleep
  await session.send('Page.setWebLifecycleState', { state: 'active' });
  await visitor.page.bringToFront();
  await moves();
  await visitor.sees(/^training/);
});

test('files that are no runs change nothing, and the page goes on', async () => {
  const visitor = await (await Visitor.arrives()).opens(shortened('names-dpo', { pretrain: 6, sft: 2, dpo: 2 }, 'wasm'));
  await visitor.presses('Train');
  await visitor.sees(/^finished/);
  const good = await visitor.exports();
  const flipped = Buffer.from(good);
  const place = good.indexOf('weights.safetensors') + 4000; // among numbers, which are not packed: a flipped bit of what is packed may as well cut it short
  flipped[place] = flipped[place]! ^ 0xff;
  for (const [name, bytes, sentence] of [
    ['text.nudge', Buffer.from('not a zip at all'), FAILURES['not-a-run-file']],
    ['cut.nudge', good.subarray(0, Math.floor(good.length / 2)), FAILURES['truncated-run-file']],
    ['flipped.nudge', flipped, FAILURES['wrong-hash']],
  ] as const) {
    await visitor.imports(name, bytes);
    await visitor.isTold(sentence.slice(0, 40));
  }
  await visitor.page.getByRole('link', { name: 'Runs', exact: true }).click();
  await visitor.page.getByText(/^1 run,/).waitFor();
  await visitor.page.getByRole('link', { name: 'Lab', exact: true }).click();
  await visitor.sees(/^finished/);
});

test('a full disk: one sentence, everything saved before is there, and it goes on once there is room', async () => {
  const visitor = await (await Visitor.arrives()).opens(shortened('names-dpo', LONG, 'wasm'));
  const session = await visitor.context.newCDPSession(visitor.page);
  const origin = new URL(visitor.page.url()).origin;
  // Room for a few checkpoints: before the first write, because the browser remembers for a while how much there was.
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 600_000 });
  await visitor.presses('Train');
  await visitor.isTold(FAILURES['disk-full']);
  await visitor.sees(/^failed/);
  await session.send('Storage.overrideQuotaForOrigin', { origin });
  const text = await visitor.status.innerText();
  await visitor.presses('Train');
  await visitor.sees(/^training/);
  await expect.poll(async () => stepOf(await visitor.status.innerText()), { timeout: 20_000 }).toBeGreaterThan(stepOf(text) - 5);
});

test('a loss that is no number stops training with a sentence, at the last good checkpoint', async () => {
  const visitor = await Visitor.arrives();
  // Nothing a knob allows breaks a loss for sure, so a weight is broken in what was stored.
  await visitor.opens(shortened('names-dpo', LONG, 'wasm'));
  await visitor.presses('Step');
  await visitor.sees(/^paused · pretrain · step 1 /);
  await visitor.presses('Save');
  await visitor.isTold(/^Saved /);
  /** @param isChecked leaves the checksum beside it; rows of earlier versions have none */
  const damage = (isChecked: boolean) => visitor.page.evaluate(async (hasChecksum) => {
    const open = indexedDB.open('nudge');
    const db = await new Promise<IDBDatabase>((done) => (open.onsuccess = () => done(open.result)));
    const transaction = db.transaction(['tensors', 'checkpoints'], 'readwrite');
    const [tensors, checkpoints] = [transaction.objectStore('tensors'), transaction.objectStore('checkpoints')];
    const [all, rows, keys] = [tensors.getAll(), checkpoints.getAll(), tensors.getAllKeys()];
    await new Promise((done) => (keys.onsuccess = done));
    const [bytes, row, key] = [all.result[0] as Uint8Array, rows.result[0] as { crc?: number }, keys.result[0]!]; // the one checkpoint there is
    bytes.fill(0xff, bytes.length - 64);
    tensors.put(bytes, key);
    if (!hasChecksum) delete row.crc;
    checkpoints.put(row, key);
    await new Promise((done) => (transaction.oncomplete = done));
    db.close();
  }, isChecked);
  await damage(true);
  await visitor.page.reload();
  await visitor.sees(/^paused · pretrain · step 1 /);
  await visitor.presses('Train');
  await visitor.isTold(FAILURES['damaged-checkpoint']);
  await visitor.sees(/^failed/);

  await damage(false);
  await visitor.page.reload();
  await visitor.sees(/^paused · pretrain · step 1 /);
  await visitor.presses('Train');
  await visitor.isTold(FAILURES['non-finite-loss']);
  await visitor.sees(/^failed/);
  await visitor.presses('Reset');
  await visitor.presses('Train');
  await visitor.sees(/^training · pretrain · step [1-9]/);
});
