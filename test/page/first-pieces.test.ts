/** The page in pieces: in which order and in which tasks they come, and that they wait only while the page is being opened. */
import { expect, test, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { beginInPieces } from '../../src/components/first-pieces';
import InPieces from './InPieces.svelte';

/** Says what was made, and in the how manieth task; each takes so many milliseconds. */
function maker(milliseconds: number) {
  const order: [string, number][] = [];
  let task = 0;
  const made = (name: string) => {
    order.push([name, task]);
    queueMicrotask(() => (task = order.length)); // runs when the task is over
    for (const end = performance.now() + milliseconds; performance.now() < end;);
    return name;
  };
  return { order, made, tasks: () => new Set(order.map(([, in_]) => in_)).size };
}
const ALL = ['frame', 'first', 'within the first', 'second'];
const names = ({ order }: ReturnType<typeof maker>) => order.map(([name]) => name);
const shown = (container: Element) => [...container.querySelectorAll('p')].map(({ textContent }) => textContent);

test('without being asked for, pieces are there at once, in one task', async () => {
  const all = maker(10);
  const { container } = await render(InPieces, { made: all.made });
  expect([shown(container), all.tasks()]).toEqual([ALL, 1]);
});

test('while the page is opened, a piece that is much work has a task of its own, and what it holds comes before what stands below it; later everything is there at once', async () => {
  beginInPieces();
  const [first, later] = [maker(10), maker(10)];
  const { container } = await render(InPieces, { made: first.made });
  await vi.waitFor(() => expect(shown(container)).toEqual(ALL));
  expect([names(first), first.tasks()]).toEqual([ALL, 4]);
  const { container: another } = await render(InPieces, { made: later.made });
  expect([shown(another), later.tasks()]).toEqual([ALL, 1]);
});

test('what is little work shares a task', async () => {
  beginInPieces();
  const quick = maker(0);
  const { container } = await render(InPieces, { made: quick.made });
  await vi.waitFor(() => expect(shown(container)).toEqual(ALL));
  expect(quick.tasks()).toBe(2); // the frame, and all pieces
});
