/** For what is much to look through or to lay out: in one task, or one frame, with the charts a click would wait for all of it. */
import { flushSync, untrack } from 'svelte';
import { inTurn } from './turns';

/**
 * A value that follows its signals when it is its turn; at once where it is of something else than before. To be made while a component is.
 * @param of what it is of
 * @param changed reads the signals that it depends on
 * @param work not tracked
 */
export function inOwnTask<Of, Value>(of: () => Of, changed: () => void, work: () => Value): { readonly current: Value } {
  let known = $state.raw<{ of: Of; value: Value } | null>(null);
  let takeBack: (() => void) | undefined;
  $effect(() => {
    changed();
    takeBack ??= inTurn(() => {
      takeBack = undefined;
      known = { of: of(), value: work() };
      flushSync(); // so that the page's own work at it counts, too
    });
  });
  $effect(() => () => takeBack?.());
  const current = $derived.by(() => {
    const wanted = of();
    return known !== null && known.of === wanted ? known.value : untrack(work);
  });
  return {
    get current() {
      return current;
    },
  };
}
