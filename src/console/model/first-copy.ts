import { byName, type Cluster, type Link, pairKey } from './cluster.ts';
import { linkWord, type StateWord } from './words.ts';

/** What a node that was added has got of one database. */
export interface DatabaseCopy {
  readonly database: string;
  readonly state: StateWord;
  /** The nodes from or to which a first copy runs. */
  readonly copying: readonly string[];
  /** Of the links that are needed, how many are connected. */
  readonly connected: number;
  readonly all: number;
  /** What the ends say of those that are not connected, or that only one end could be asked about. */
  readonly reasons: readonly string[];
}

/** The first copy and the links of a node, per database. Empty as long as it has none. */
export function firstCopyOf(cluster: Cluster, name: string): DatabaseCopy[] {
  const copying = copiesOf(cluster, name);
  const links = cluster.links.filter(({ nodes, state }) => nodes.includes(name) && state !== 'UNWANTED');
  const databases = [...new Set(links.map(({ database }) => database))].sort(byName);
  return databases.map((database) => {
    const own = links.filter((link) => link.database === database);
    const connected = own.filter(({ state }) => state === 'CONNECTED').length;
    const from = own
      .map(({ nodes }) => nodes.find((each) => each !== name) ?? name)
      .filter((other) => copying.get(pairKey([name, other]))?.has(database))
      .sort(byName);
    const reasons = own.flatMap(({ reason }) => (reason === null ? [] : [reason]));
    return { database, state: stateOf(from.length, own), copying: from, connected, all: own.length, reasons };
  });
}

function stateOf(copying: number, links: readonly Link[]): StateWord {
  const states = links.map(({ state }) => state);
  if (copying > 0) return { word: 'Copying', tone: 'info' };
  if (states.every((state) => state === 'CONNECTED')) return { word: 'Connected', tone: 'ok' };
  // Where the gateway cannot ask the new node, what one end says does not make it connected, nor unconnected.
  if (states.every((state) => state === 'CONNECTED' || state === 'UNCONFIRMED')) return linkWord('UNCONFIRMED');
  if (states.every((state) => state === 'DOWN')) return { word: 'Not connected', tone: 'warn' };
  return { word: 'Partly connected', tone: 'warn' };
}

/** The databases whose first copy runs, by the two nodes it runs between: either end may say so. */
function copiesOf({ nodes }: Cluster, name: string): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const node of nodes) {
    for (const connection of node.view?.connections ?? []) {
      if (node.name !== name && connection.name !== name) continue;
      const key = pairKey([node.name, connection.name]);
      const databases = connection.reasons.filter(({ code }) => code === 'COPYING').flatMap((each) => each.databases);
      found.set(key, new Set([...(found.get(key) ?? []), ...databases]));
    }
  }
  return found;
}
