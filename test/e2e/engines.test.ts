/** What the browser may lack or lose: WebGPU, an adapter, a willing adapter, a device in mid-run, storage. Every time the page says so and trains all the same. */
import { strFromU8, unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { FAILURES } from '../../src/contract/failures';
import { shortened, Visitor } from './visitor';

const STEPS = { pretrain: 6, sft: 2, dpo: 2 };

/** No flag: a browser as it comes has no adapter on a machine without a GPU, and dedicated workers see what the browser offers. */
const NO_ADAPTER = ['--no-sandbox', '--enable-unsafe-webgpu', '--use-webgpu-adapter=disabled', '--disable-gpu', '--disable-software-rasterizer'];

/** Puts a script before the engine's own: what a worker's browser has and does can then be other than it is. */
async function inWorkers(visitor: Visitor, script: string): Promise<void> {
  await visitor.context.route(/\.worker-.*\.js$/, async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, body: `${script}\n${await answer.text()}` });
  });
}

async function trainsOnWasm(visitor: Visitor): Promise<void> {
  await visitor.presses('Train');
  await visitor.sees(/^finished · dpo · step 2 of 2$/);
  await visitor.page.getByRole('region', { name: 'Transport' }).getByText('WASM', { exact: true }).waitFor();
}

test('no WebGPU: WASM, and the badge says why', async () => {
  // No flag of Chromium takes it away whole, so it is taken from where browsers without it lack it.
  const visitor = await Visitor.arrives();
  await inWorkers(visitor, 'delete WorkerNavigator.prototype.gpu;');
  await visitor.opens(shortened('names-dpo', STEPS, 'auto'));
  await visitor.page.getByTitle('This browser has no WebGPU.').waitFor();
  await trainsOnWasm(visitor);
});

test('no adapter: WASM, and the badge says why', async () => {
  const visitor = await (await Visitor.arrives({ flags: NO_ADAPTER })).opens(shortened('names-dpo', STEPS, 'auto'));
  expect(await visitor.page.evaluate(async () => (await navigator.gpu.requestAdapter()) === null)).toBe(true);
  await visitor.page.getByTitle('This browser offers no WebGPU adapter.').waitFor();
  await trainsOnWasm(visitor);
});

test('a software adapter: WASM, because it is quicker', async () => {
  const visitor = await (await Visitor.arrives()).opens(shortened('names-dpo', STEPS, 'auto'));
  await visitor.page.getByTitle(/WebGPU runs in software here/).waitFor();
  await trainsOnWasm(visitor);
});

test('WebGPU asked for by name where there is none: a sentence, and WASM is one choice away', async () => {
  const visitor = await (await Visitor.arrives({ flags: NO_ADAPTER })).opens(shortened('names-dpo', STEPS, 'webgpu'));
  await visitor.isTold(FAILURES['no-webgpu']);
  await visitor.presses('Train');
  await visitor.sees(/^failed/);
  await visitor.page.getByRole('combobox', { name: 'Engine' }).selectOption('wasm');
  await trainsOnWasm(visitor);
});

test('an adapter that refuses its device: a sentence where it was asked for, WASM where it was not', async () => {
  const visitor = await Visitor.arrives();
  await inWorkers(visitor, `GPUAdapter.prototype.requestDevice = async () => { throw new DOMException('refused by the test', 'OperationError'); };
    Object.defineProperty(GPUAdapterInfo.prototype, 'architecture', { get: () => 'hardware' });
    Object.defineProperty(GPUAdapterInfo.prototype, 'isFallbackAdapter', { get: () => false });`);
  await visitor.opens(shortened('names-dpo', STEPS, 'webgpu'));
  await visitor.isTold(/no WebGPU adapter.*refused by the test/);
  await visitor.page.getByRole('combobox', { name: 'Engine' }).selectOption('auto');
  await visitor.page.getByTitle('WebGPU could not be started: refused by the test').waitFor();
  await trainsOnWasm(visitor);
});

/** Devices of workers that are lost when the page says so on a channel: the one there is, or this and every later one. */
const LOSABLE = `{
  const request = GPUAdapter.prototype.requestDevice;
  let present, isDoomed = false;
  GPUAdapter.prototype.requestDevice = async function (...given) {
    present = await request.apply(this, given);
    if (isDoomed) present.destroy();
    return present;
  };
  new BroadcastChannel('lose').onmessage = ({ data }) => {
    isDoomed = data === 'all';
    present?.destroy();
  };
}`;

const MIDWAY = { pretrain: 150, sft: 4, dpo: 4 };

/** Trains until checkpoints have been written (every five steps), then loses the device; nothing is pressed after that. @returns the exported run's files */
async function losesDevice(visitor: Visitor, which: 'one' | 'all'): Promise<Record<string, Uint8Array>> {
  await inWorkers(visitor, LOSABLE);
  await visitor.opens(shortened('names-dpo', MIDWAY, 'webgpu'));
  await visitor.presses('Train');
  await visitor.sees(/^training · pretrain · step [1-9]\d+ of 150$/);
  await visitor.page.evaluate((data) => new BroadcastChannel('lose').postMessage(data), which);
  await visitor.isTold(/^The GPU failed \(.*destroyed.*\), so training went on from step \d+ of pretrain on/i);
  await visitor.sees(/^finished · dpo · step 4 of 4$/);
  return unzipSync(await visitor.exports());
}

/** What the run file says that cannot be half-written: every step once, in order. */
function expectWhole(files: Record<string, Uint8Array>): void {
  for (const [stage, total] of Object.entries(MIDWAY)) {
    const rows = strFromU8(files[`${stage}/metrics.jsonl`]!).trim().split('\n').map((line) => JSON.parse(line) as { step: number });
    expect(rows.map(({ step }) => step), stage).toEqual(Array.from({ length: total }, (_, i) => i + 1));
  }
}

const badge = (visitor: Visitor, engine: string) => visitor.page.getByRole('region', { name: 'Transport' }).getByText(engine, { exact: true });

test('a device lost in mid-run: a new one, from the last checkpoint to the end, without a hand', async () => {
  const visitor = await Visitor.arrives();
  const files = await losesDevice(visitor, 'one');
  expectWhole(files);
  await badge(visitor, 'WebGPU').waitFor();
  await visitor.page.getByTitle(/on a new device\.$/).waitFor();
  expect(strFromU8(files['pretrain/events.jsonl']!)).toMatch(/resumed.*on webgpu, .*, after the GPU failed/);
});

test('devices lost one after the other: WASM, from the last checkpoint to the end, without a hand', async () => {
  const visitor = await Visitor.arrives();
  const files = await losesDevice(visitor, 'all');
  expectWhole(files);
  await badge(visitor, 'WASM').waitFor();
  await visitor.page.getByTitle(/^The GPU failed .* on WASM\.$/).waitFor();
});

test('a browser that stores nothing: the run is kept in memory and can be taken away as a file', async () => {
  const visitor = await Visitor.arrives({ before: () => Object.defineProperty(globalThis, 'indexedDB', { value: undefined }) });
  await visitor.opens(shortened('names-dpo', STEPS, 'wasm'));
  await visitor.isTold(FAILURES['no-storage']);
  await trainsOnWasm(visitor);
  const file = await visitor.exports();
  const other = await (await Visitor.arrives()).opens();
  await other.imports('run.nudge', file);
  await other.sees(/^finished · dpo · step 2 of 2$/);
});
