/** Hash routes: `#/lab` (also for anything unknown) and `#/runs`, with parameters after `?`. */
export type View = 'lab' | 'runs';

export interface Route {
  view: View;
  params: URLSearchParams;
}

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  return { view: path === 'runs' ? 'runs' : 'lab', params: new URLSearchParams(query) };
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
