/** Errors that cross threads: same code, same detail, same stack on the other side, whatever was thrown. */
import * as Comlink from 'comlink';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { Failure, FAILURES, sentenceOf, toRecord, type FailureCode } from '../../src/contract/failures';
import { installFailureTransfer } from '../../src/contract/transfer';

installFailureTransfer();
installFailureTransfer(); // a second call must not wrap the first

let thrown: unknown;
const { port1, port2 } = new MessageChannel();
Comlink.expose({ fail: () => { throw thrown; }, failLater: () => Promise.reject(thrown), answer: (x: unknown) => x }, port2);
const remote = Comlink.wrap<{ fail(): void; failLater(): Promise<void>; answer(x: unknown): unknown }>(port1);
afterAll(() => {
  port1.close();
  port2.close();
});

const caughtFrom = async (value: unknown, door: 'fail' | 'failLater' = 'fail') => {
  thrown = value;
  return remote[door]().then(() => expect.unreachable(), (error: unknown) => error);
};

test('every failure keeps its code, detail, sentence and stack', async () => {
  const codes = Object.keys(FAILURES) as FailureCode[]; // its keys by construction
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...codes), fc.string(), fc.constantFrom('fail', 'failLater'), async (code, detail, door) => {
      const failure = new Failure(code, detail);
      const caught = await caughtFrom(failure, door);
      expect(caught).toBeInstanceOf(Failure);
      expect(caught).toMatchObject({ code, detail, message: failure.message, stack: failure.stack });
      expect(sentenceOf(toRecord(caught))).toBe(sentenceOf(toRecord(failure)));
    }),
    { numRuns: 60 },
  );
});

test('an unexpected error keeps its message and stack', async () => {
  const error = new RangeError('want 3, got 4');
  const caught = await caughtFrom(error);
  expect(caught).toBeInstanceOf(Error);
  expect(caught).not.toBeInstanceOf(Failure);
  expect(caught).toMatchObject({ message: 'want 3, got 4', stack: error.stack });
});

test.each([['a word', 'a word'], [7, '7'], [undefined, 'undefined'], [null, 'null'], [{ code: 'disk-full' }, '[object Object]']])('%o thrown arrives as an error', async (value, message) => {
  const caught = await caughtFrom(value, 'failLater');
  expect(caught).toBeInstanceOf(Error);
  expect(caught).toMatchObject({ message });
});

test('what cannot be cloned does not keep an error from arriving', async () => {
  const error = Object.assign(new Error('has a function'), { callback: () => {} });
  expect(await caughtFrom(error)).toMatchObject({ message: 'has a function' });
});

test('answers that look like failures are answers', async () => {
  expect(await remote.answer({ code: 'disk-full', detail: '', stack: undefined })).toEqual({ code: 'disk-full', detail: '', stack: undefined });
});
