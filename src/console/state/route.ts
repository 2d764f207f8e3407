import { type ReadonlySignal, signal } from '@preact/signals';
import { formatHash, parseHash, type Route } from '../model/route.ts';

/** What is selected, which is in the address so that it can be shared. Neither makes an entry in the history. */
export interface RouteStore {
  readonly route: ReadonlySignal<Route>;
  /** Goes somewhere else than the address says. */
  replace(path: readonly string[]): void;
  /** Changes a part of the query. Empty values are left out. */
  refine(changes: Readonly<Record<string, string>>): void;
}

export function createRoute(window: Window): RouteStore {
  const route = signal(parseHash(window.location.hash));
  const read = () => {
    route.value = parseHash(window.location.hash);
  };
  const replace = (hash: string) => {
    window.history.replaceState(null, '', hash);
    read();
  };
  window.addEventListener('hashchange', read);
  return {
    route,
    replace: (path) => replace(formatHash(path)),
    refine(changes) {
      const { path, query } = route.value;
      replace(formatHash(path, new Map([...query, ...Object.entries(changes)])));
    },
  };
}
