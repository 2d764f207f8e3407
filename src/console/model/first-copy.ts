import { byName, type Cluster, pairKey } from './cluster.ts';
import type { StateWord } from './words.ts';

/** What a node that was added has got of one database. */
export interface DatabaseCopy {
  readonly database: string;
  readonly state: StateWord;
  /** The nodes from or to which a first copy runs. */
  readonly copying: readonly string[];
  /** Of the links that are needed, how many are connected. */
  readonly connected: number;
  readonly all: number;
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
    return { database, state: stateOf(from.length, connected, own.length), copying: from, connected, all: own.length };
  });
}

function stateOf(copying: number, connected: number, all: number): StateWord {
  if (copying > 0) return { word: 'Copying', tone: 'info' };
  if (connected === all) return { word: 'Connected', tone: 'ok' };
  return connected > 0 ? { word: 'Partly connected', tone: 'warn' } : { word: 'Not connected', tone: 'off' };
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
