/** What a presentation shows of a stage: one of its charts, or some of its answers, and how to go from one to the next. It knows no keys and no screen. */
import type { Panel } from './panels';

/** Prompts that are shown at once, so that each has large letters. */
export const PROMPTS_AT_ONCE = 4;

/** What there is to be shown now. */
export interface Slides {
  panels: readonly Panel[];
  prompts: number;
}

/** Place in a round of so many; 0 where there are none. */
const around = (at: number, of: number): number => (of === 0 ? 0 : ((at % of) + of) % of);

export class Presentation {
  shows = $state<'chart' | 'answers'>('chart');
  /** A metric stays chosen from stage to stage, where the next has it too. */
  #metric = $state('');
  #page = $state(0);

  /** @param slides reads signals, so that what is shown follows them */
  constructor(private readonly slides: () => Slides, metric = '') {
    this.#metric = metric;
  }

  readonly pages = $derived.by(() => Math.ceil(this.slides().prompts / PROMPTS_AT_ONCE));
  readonly page = $derived.by(() => Math.min(this.#page, Math.max(0, this.pages - 1)));
  readonly at = $derived.by(() => Math.max(0, this.slides().panels.findIndex(({ series }) => series.some((name) => name === this.#metric))));
  readonly panel = $derived.by(() => this.slides().panels[this.at]);

  /** To the chart that has it; a wish for none, or for the one that is shown, changes nothing. */
  goTo(metric: string): void {
    if (metric === '' || this.panel?.series.some((name) => name === metric)) return;
    this.#metric = metric;
    this.shows = 'chart';
  }

  /** To the next chart or the next answers; the last is followed by the first. */
  move(by: 1 | -1): void {
    const { panels } = this.slides();
    if (this.shows === 'answers') this.#page = around(this.page + by, this.pages);
    else this.#metric = panels[around(this.at + by, panels.length)]?.metric ?? '';
  }
}
