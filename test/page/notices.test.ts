/** Notices: how long each stays, which make room, and what a button in one does. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Notices } from '../../src/state/notices.svelte';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const undo = (run = vi.fn()) => ({ label: 'Undo', isHeldBack: false, run });
const textsOf = (notices: Notices) => notices.list.map(({ text }) => text);

test('what can be undone stays longer than what is only said; errors stay until dismissed', () => {
  const notices = new Notices();
  notices.add({ text: 'said', kind: 'info' });
  notices.add({ text: 'done', kind: 'info', action: undo() });
  notices.add({ text: 'wrong', kind: 'error' });
  vi.advanceTimersByTime(8000);
  expect(textsOf(notices)).toEqual(['done', 'wrong']);
  vi.advanceTimersByTime(12_000);
  expect(textsOf(notices)).toEqual(['wrong']);
});

test('pressing the button does it once and takes the notice away', () => {
  const notices = new Notices();
  const run = vi.fn();
  notices.add({ text: 'done', kind: 'info', action: undo(run) });
  notices.list[0]!.action!.run();
  expect([run.mock.calls.length, notices.list]).toEqual([1, []]);
});

test('two things done under one name can both be undone; the same sentence without a button is not said twice', () => {
  const notices = new Notices();
  for (let i = 0; i < 2; i++) notices.add({ text: 'Deleted a run.', kind: 'info', action: undo() });
  expect(textsOf(notices)).toEqual(['Deleted a run.', 'Deleted a run.']);
  for (let i = 0; i < 2; i++) notices.add({ text: 'said', kind: 'info' });
  expect(textsOf(notices)).toEqual(['Deleted a run.', 'Deleted a run.', 'said']);
});
