/** Hash routes: `#/lab` (also for anything unknown) and those of the other screens, with parameters after `?`; an experiment's own name is a route to it. */
import { EXPERIMENTS } from '../experiments';
import { SCREENS, type Screen } from './screens';


export interface Route {
  view: Screen;
  params: URLSearchParams;
}

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const params = new URLSearchParams(query);
  if (!EXPERIMENTS.some(({ id }) => id === path)) return { view: SCREENS.find((view) => view === path) ?? 'lab', params };
  params.set('show', path);
  return { view: 'experiments', params };
}

export class Router {
  current = $state.raw(parseRoute(location.hash));
  readonly #follow = () => (this.current = parseRoute(location.hash));

  constructor() {
    addEventListener('hashchange', this.#follow);
  }

  /** Writes the address without adding to the history and without navigating. */
  show(hash: string): void {
    if (location.hash === hash) return;
    try {
      history.replaceState(history.state, '', hash);
    } catch {
      // Some browsers limit how often the address may change; the next change writes it.
    }
  }

  close(): void {
    removeEventListener('hashchange', this.#follow);
  }
}
