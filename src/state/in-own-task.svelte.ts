/** For what is much to look through or to lay out: in one task, or one frame, with the charts a click would wait for all of it. */
import { untrack } from 'svelte';

/** After the next frame, so that this is not laid out together with it; a page in the background makes none. @returns takes it back */
function afterFrame(work: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let frame = 0;
  const next = () => {
    timer = setTimeout(work);
  };
  if (document.hidden) next();
  else frame = requestAnimationFrame(next);
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}

/**
 * A value that follows its signals a frame later; at once where it is of something else than before. To be made while a component is.
 * @param of what it is of
 * @param changed reads the signals that it depends on
 * @param work not tracked
 */
export function inOwnTask<Of, Value>(of: () => Of, changed: () => void, work: () => Value): { readonly current: Value } {
  let known = $state.raw<{ of: Of; value: Value } | null>(null);
  let takeBack: (() => void) | undefined;
  $effect(() => {
    changed();
    takeBack ??= afterFrame(() => {
      takeBack = undefined;
      known = { of: of(), value: work() };
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
