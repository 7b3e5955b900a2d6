/** For what is told of a whole history: the longer a run, the more there is to look through, and in one task with the charts a click would wait for all of it. */
import { untrack } from 'svelte';

/**
 * A value that follows its signals a task later; at once where it is of something else than before. To be made while a component is.
 * @param of what it is of
 * @param changed reads the signals that it depends on
 * @param work not tracked
 */
export function inOwnTask<Of, Value>(of: () => Of, changed: () => void, work: () => Value): { readonly current: Value } {
  let known = $state.raw<{ of: Of; value: Value } | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  $effect(() => {
    changed();
    timer ??= setTimeout(() => {
      timer = undefined;
      known = { of: of(), value: work() };
    });
  });
  $effect(() => () => clearTimeout(timer));
  const current = $derived.by(() => {
    const wanted = of();
    return known?.of === wanted ? known.value : untrack(work);
  });
  return {
    get current() {
      return current;
    },
  };
}
