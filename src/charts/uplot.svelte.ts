/** Mounts a uPlot on an element: it follows the element's size and whatever signals `read` touches, and leaves nothing behind. */
import { untrack } from 'svelte';
import type { Attachment } from 'svelte/attachments';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export type PlotOptions = Omit<uPlot.Options, 'width' | 'height'>;

/** Milliseconds that plots may take to be made in one task: beyond that the page would stand still, so the rest waits for the next frames. */
const AT_ONCE = 8;

const waiting = new Set<() => void>();
let spent = 0;
let isDue = false;

function makeWaiting(): void {
  isDue = false;
  spent = 0;
  for (const make of waiting) {
    if (spent >= AT_ONCE) return due();
    waiting.delete(make);
    timed(make);
  }
}

function timed(make: () => void): void {
  const began = performance.now();
  make();
  spent += performance.now() - began;
}

function due(): void {
  if (isDue) return;
  isDue = true;
  setTimeout(makeWaiting); // of its own: a frame may come late where nobody looks
}

/** Makes a plot now, or soon where others were just made. @returns takes it back */
function makeSoon(make: () => void): () => void {
  if (waiting.size === 0 && spent < AT_ONCE) timed(make);
  else waiting.add(make);
  due();
  return () => waiting.delete(make);
}

/** @param read tracked: the chart is drawn anew when a signal it reads changes. `width` is that of the plot in CSS pixels. */
export function uplot(options: PlotOptions, read: (width: number) => uPlot.AlignedData): Attachment<HTMLElement> {
  return (element) => {
    const empty: uPlot.AlignedData = [[], ...options.series.slice(1).map(() => [])];
    let chart = $state.raw<uPlot | null>(null);
    let size = $state.raw({ width: 0, height: 0 });
    let takeBack: (() => void) | undefined;
    // Says the size where it is known anyway: to ask for it would have the whole page laid out once a chart.
    const observer = new ResizeObserver(([entry]) => {
      const { width, height } = entry!.contentRect; // one element is observed
      if (width === size.width && height === size.height) return;
      size = { width, height };
      if (chart) chart.setSize(size);
      else takeBack ??= makeSoon(() => (chart = untrack(() => new uPlot({ ...options, ...size }, empty, element))));
    });
    observer.observe(element);
    $effect(() => chart?.setData(read(size.width)));
    return () => {
      takeBack?.();
      observer.disconnect();
      chart?.destroy();
    };
  };
}
