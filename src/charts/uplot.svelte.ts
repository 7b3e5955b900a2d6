/** Mounts a uPlot on an element: it follows the element's size and whatever signals `read` touches, and leaves nothing behind. */
import { untrack } from 'svelte';
import type { Attachment } from 'svelte/attachments';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

export type PlotOptions = Omit<uPlot.Options, 'width' | 'height'>;

/** @param read tracked: the chart is drawn anew when a signal it reads changes. `width` is that of the plot in CSS pixels. */
export function uplot(options: PlotOptions, read: (width: number) => uPlot.AlignedData): Attachment<HTMLElement> {
  return (element) => {
    const size = () => ({ width: element.clientWidth, height: element.clientHeight });
    const empty: uPlot.AlignedData = [[], ...options.series.slice(1).map(() => [])];
    const chart = untrack(() => new uPlot({ ...options, ...size() }, empty, element));
    let width = $state.raw(element.clientWidth);
    const observer = new ResizeObserver(() => {
      if (chart.width === element.clientWidth && chart.height === element.clientHeight) return;
      chart.setSize(size());
      width = element.clientWidth;
    });
    observer.observe(element);
    $effect(() => chart.setData(read(width)));
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  };
}
