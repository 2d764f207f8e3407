/** What is selected, as the hash of the page's address tells it. */
export interface Route {
  readonly path: readonly string[];
  readonly query: ReadonlyMap<string, string>;
}

/** Reads a hash such as `#/nodes/node-2?sort=lag`. Whatever it holds is a route. */
export function parseHash(hash: string): Route {
  const [path = '', ...rest] = hash.replace(/^#?\/?/, '').split('?');
  const parts = path.split('/').filter(Boolean).map(decoded);
  return { path: parts, query: new Map(new URLSearchParams(rest.join('?'))) };
}

/** The hash of a path and a query; what is empty in the query is left out. */
export function formatHash(path: readonly string[], query: Iterable<readonly [string, string]> = []): string {
  const params = new URLSearchParams(
    [...query].filter(([, value]) => value !== '').map(([key, value]) => [key, value]),
  );
  const text = params.toString();
  // A name with half a character in it has no address, which is no reason to show nothing at all.
  return `#/${path.map((part) => encodeURIComponent(part.toWellFormed())).join('/')}${text === '' ? '' : `?${text}`}`;
}

/** A part of a path that somebody has typed may hold a percent sign by itself. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
