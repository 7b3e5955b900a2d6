/** Mounts a uPlot on an element: it follows the element's size and whatever signals `read` touches, and leaves nothing behind. */
import { flushSync, untrack } from 'svelte';
import type { Attachment } from 'svelte/attachments';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { inTurn } from './turns';

export type PlotOptions = Omit<uPlot.Options, 'width' | 'height'>;

/** @param read tracked: the chart is drawn anew when a signal it reads changes. `width` is that of the plot in CSS pixels. */
export function uplot(options: PlotOptions, read: (width: number) => uPlot.AlignedData): Attachment<HTMLElement> {
  return (element) => {
    const empty: uPlot.AlignedData = [[], ...options.series.slice(1).map(() => [])];
    let chart = $state.raw<uPlot | null>(null);
    let size = $state.raw({ width: 0, height: 0 });
    // Not while sizes become known: that is while a frame is made, which would then be made anew.
    const make = () => {
      chart ??= untrack(() => new uPlot({ ...options, ...size }, empty, element));
    };
    let latest: uPlot.AlignedData = empty;
    // A batch, because it is drawn when that ends and so within the time that is looked at; by itself it is after the task's last line.
    const draw = () => chart?.batch(() => chart?.setData(latest));
    let isDrawn = false;
    let takeBack: (() => void) | undefined;
    let takeBackDrawing: (() => void) | undefined;
    // Says the size where it is known anyway: to ask for it would have the whole page laid out once a chart. Says nothing of what is out of sight, and then there is nothing to draw.
    const observer = new ResizeObserver(([entry]) => {
      const { width, height } = entry!.contentRect; // one element is observed
      if (width === 0 || (width === size.width && height === size.height)) return;
      size = { width, height };
      if (chart) chart.setSize(size);
      else takeBack ??= inTurn(make);
    });
    observer.observe(element);
    // On paper everything is in sight, and what its colours change is drawn before the browser lays it out.
    let isPrinted = false;
    const beforePrint = () => {
      isPrinted = true;
      if (!chart) {
        size = { width: element.clientWidth, height: element.clientHeight };
        flushSync(make);
      }
      draw();
    };
    const afterPrint = () => {
      isPrinted = false;
    };
    addEventListener('beforeprint', beforePrint);
    addEventListener('afterprint', afterPrint);
    $effect(() => {
      if (!chart) return;
      latest = read(size.width);
      if (isDrawn && !isPrinted) takeBackDrawing = inTurn(draw);
      else draw(); // there is nothing to look at meanwhile
      isDrawn = true;
    });
    return () => {
      takeBack?.();
      takeBackDrawing?.();
      observer.disconnect();
      removeEventListener('beforeprint', beforePrint);
      removeEventListener('afterprint', afterPrint);
      chart?.destroy();
    };
  };
}
