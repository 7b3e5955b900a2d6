/** Hash routes: `#/lab` (also for anything unknown) and those of the other screens, with parameters after `?`; an experiment's own name is a route to it, `#/lessons/dpo/margins` is the Lab with a page of a lesson beside it, and `#/lessons/dpo/worksheet` that lesson on paper. `present` fills the screen with the Lab's charts, `present=loss` beginning with that one. */
import { EXPERIMENTS } from '../experiments';
import { INNER_SCREENS, SCREENS, type Screen } from './screens';

export interface Route {
  view: Screen;
  params: URLSearchParams;
  /** Beside the Lab. A page that is '' or unknown is the first. */
  lesson?: { id: string; page: string };
  /** Id of the lesson whose worksheet is shown. */
  worksheet?: string;
  /** The metric whose chart is projected first, empty where any is; left out where nothing is projected. */
  presented?: string;
}

const WORKSHEET = 'worksheet';
const PRESENT = 'present';

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const params = new URLSearchParams(query);
  const chart = params.get(PRESENT);
  params.delete(PRESENT); // says nothing of what the Lab is to show
  const presented = chart === null ? {} : { presented: chart };
  const [, lesson, page = ''] = /^lessons\/([^/]+)(?:\/([^/]*))?$/.exec(path) ?? [];
  if (lesson !== undefined && page === WORKSHEET) return { view: 'lessons', params, worksheet: lesson };
  if (lesson !== undefined) return { view: 'lab', params, lesson: { id: lesson, page }, ...presented };
  const isExperiment = EXPERIMENTS.some(({ id }) => id === path);
  const view = isExperiment ? 'experiments' : ([...SCREENS, ...INNER_SCREENS].find((screen) => screen === path) ?? 'lab');
  if (!isExperiment) return { view, params, ...(view === 'lab' ? presented : {}) };
  params.set('show', path);
  return { view, params };
}

/** The same address with something projected, or nothing. All else in it stays as it is written. */
export function withPresented(hash: string, chart: string | null): string {
  const [path = '', query = ''] = hash.split('?', 2);
  const others = query.split('&').filter((part) => part !== '' && part.split('=', 1)[0] !== PRESENT);
  const all = [...others, ...(chart === null ? [] : [chart === '' ? PRESENT : `${PRESENT}=${chart}`])];
  return all.length === 0 ? path : `${path}?${all.join('&')}`;
}

export class Router {
  current = $state.raw(parseRoute(location.hash));
  /** Apart from `current`: what follows that would set the Lab anew. */
  presented = $state(this.current.presented ?? null);
  /** The address that was read or written last. */
  #known = location.hash;
  readonly #follow = () => {
    this.#known = location.hash;
    this.current = parseRoute(location.hash);
    this.presented = this.current.presented ?? null;
  };

  constructor() {
    addEventListener('hashchange', this.#follow);
  }

  /** Writes the address without adding to the history and without navigating. Not where it has just changed and nobody was told yet: the visitor would be kept from where they went. */
  show(hash: string): void {
    if (location.hash === hash || location.hash !== this.#known) return;
    try {
      history.replaceState(history.state, '', hash);
      this.#known = location.hash;
    } catch {
      // Some browsers limit how often the address may change; the next change writes it.
    }
  }

  /** Projects the Lab, or stops; the address says so. */
  present(chart: string | null): void {
    this.presented = chart;
    this.show(withPresented(location.hash === '' ? '#/lab' : location.hash, chart));
  }

  close(): void {
    removeEventListener('hashchange', this.#follow);
  }
}
