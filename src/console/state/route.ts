import { type ReadonlySignal, signal } from '@preact/signals';
import { formatHash, parseHash, type Route } from '../model/route.ts';

/** What is selected, which is in the address so that it can be shared. */
export interface RouteStore {
  readonly route: ReadonlySignal<Route>;
  go(path: readonly string[], query?: Iterable<readonly [string, string]>): void;
  /** Changes a part of the query, without an entry in the browser's history. Empty values are left out. */
  refine(changes: Readonly<Record<string, string>>): void;
}

export function createRoute(window: Window): RouteStore {
  const route = signal(parseHash(window.location.hash));
  const read = () => {
    route.value = parseHash(window.location.hash);
  };
  window.addEventListener('hashchange', read);
  return {
    route,
    go(path, query) {
      window.location.hash = formatHash(path, query);
    },
    refine(changes) {
      const { path, query } = route.value;
      window.history.replaceState(null, '', formatHash(path, new Map([...query, ...Object.entries(changes)])));
      read();
    },
  };
}
