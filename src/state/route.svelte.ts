/** Hash routes: `#/lab` (also for anything unknown) and those of the other screens, with parameters after `?`; an experiment's own name is a route to it, and `#/lessons/dpo/margins` is the Lab with a page of a lesson beside it. */
import { EXPERIMENTS } from '../experiments';
import { SCREENS, type Screen } from './screens';

export interface Route {
  /** The screen where a teacher hands out the Lab is gone to from there, so it has no place in the page's head. */
  view: Screen | 'hand-out';
  params: URLSearchParams;
  /** Beside the Lab. A page that is '' or unknown is the first. */
  lesson?: { id: string; page: string };
}

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const params = new URLSearchParams(query);
  const [, lesson, page = ''] = /^lessons\/([^/]+)(?:\/([^/]*))?$/.exec(path) ?? [];
  if (lesson !== undefined) return { view: 'lab', params, lesson: { id: lesson, page } };
  if (path === 'hand-out') return { view: path, params };
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
