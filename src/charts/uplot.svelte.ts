/** Mounts a uPlot on an element: it follows the element's size and whatever signals `read` touches, and leaves nothing behind. */
import { flushSync, untrack } from 'svelte';
import type { Attachment } from 'svelte/attachments';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export type PlotOptions = Omit<uPlot.Options, 'width' | 'height'>;

/** Milliseconds that plots may take to be made in one task: beyond that the page would stand still, so the rest waits for the next. */
const AT_ONCE = 8;

const waiting = new Set<() => void>();

function makeWaiting(): void {
  const began = performance.now();
  try {
    for (const make of waiting) {
      waiting.delete(make);
      make();
      if (performance.now() - began >= AT_ONCE) break;
    }
  } finally {
    if (waiting.size > 0) setTimeout(makeWaiting); // also where one of them could not be made
  }
}

/** Makes a plot in a task to come: sizes become known while a frame is made, which would then be made anew. @returns takes it back */
function makeSoon(make: () => void): () => void {
  if (waiting.size === 0) setTimeout(makeWaiting);
  waiting.add(make);
  return () => waiting.delete(make);
}

/** @param read tracked: the chart is drawn anew when a signal it reads changes. `width` is that of the plot in CSS pixels. */
export function uplot(options: PlotOptions, read: (width: number) => uPlot.AlignedData): Attachment<HTMLElement> {
  return (element) => {
    const empty: uPlot.AlignedData = [[], ...options.series.slice(1).map(() => [])];
    let chart = $state.raw<uPlot | null>(null);
    let size = $state.raw({ width: 0, height: 0 });
    const make = () => {
      chart ??= untrack(() => new uPlot({ ...options, ...size }, empty, element));
    };
    let takeBack: (() => void) | undefined;
    // Says the size where it is known anyway: to ask for it would have the whole page laid out once a chart. Says nothing of what is out of sight, and then there is nothing to draw.
    const observer = new ResizeObserver(([entry]) => {
      const { width, height } = entry!.contentRect; // one element is observed
      if (width === 0 || (width === size.width && height === size.height)) return;
      size = { width, height };
      if (chart) chart.setSize(size);
      else takeBack ??= makeSoon(make);
    });
    observer.observe(element);
    // On paper everything is in sight.
    const beforePrint = () => {
      if (chart) return;
      size = { width: element.clientWidth, height: element.clientHeight };
      flushSync(make);
    };
    addEventListener('beforeprint', beforePrint);
    $effect(() => chart?.setData(read(size.width)));
    return () => {
      takeBack?.();
      observer.disconnect();
      removeEventListener('beforeprint', beforePrint);
      chart?.destroy();
    };
  };
}
