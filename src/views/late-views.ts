/** The screens that are fetched when they are first shown; the Lab, where most visits begin, comes with the page. A new screen is a line here. */
import type { Route } from '../state/route.svelte';

export const LATE_VIEWS = {
  runs: () => import('./RunsView.svelte'),
  model: () => import('./ModelView.svelte'),
  class: () => import('./ClassView.svelte'),
  data: () => import('./DataView.svelte'),
  experiments: () => import('./ExperimentsView.svelte'),
  label: () => import('./LabelView.svelte'),
  lessons: () => import('./LessonsView.svelte'),
  step: () => import('./StepView.svelte'),
  'hand-out': () => import('./HandoutView.svelte'),
  worksheet: () => import('./WorksheetView.svelte'),
  beside: () => import('./LessonBeside.svelte'),
};

/** Parts of the Lab that are not there before a run is: charts, answers, what a run asks, and what fills the screen with one. */
export const LATE_PARTS = {
  charts: () => import('./LabCharts.svelte'),
  answers: () => import('./LabAnswers.svelte'),
  /** Not before the charts that stand above them on a narrow screen, which would push them down. */
  answersBelowCharts: () => Promise.all([import('./LabAnswers.svelte'), import('./LabCharts.svelte').catch(() => {})]).then(([answers]) => answers),
  asking: () => import('../components/PairCard.svelte'),
  presenter: () => import('./PresentView.svelte'),
};

/** Begins to fetch what a route shows, so that it comes while the stores are opened. Whoever shows it says what goes wrong. */
export function fetchAhead({ view, lesson, worksheet, presented }: Route): void {
  if (lesson) void LATE_VIEWS.beside().catch(() => {});
  else if (worksheet !== undefined) void LATE_VIEWS.worksheet().catch(() => {});
  else if (presented !== undefined) void LATE_PARTS.presenter().catch(() => {});
  else if (view !== 'lab') void LATE_VIEWS[view]().catch(() => {});
}
