import type { Peer, TableSubscription } from '../../harper/domain.ts';
import type { Disagreeing, Disagreement } from './disagreement.ts';
import type { LinkedPair } from './islands.ts';
import { unknownMembers } from './unknown-members.ts';
import { compare } from './view.ts';

/** Everything in which the views do not fit together, by kind and node. */
export function disagreementsOf(all: Disagreeing): Disagreement[] {
  return [
    ...unknownMembers(all),
    ...configurations(all),
    ...all.pairs.flatMap(({ pair, links }) => [...flows(pair.ends), ...tables(pair.ends), ...oneSided(links)]),
    ...versions(all),
    ...doubleNames(all),
  ];
}

/** The entries of a node at all others, and what they say. */
function configurations({ nodes, pairs }: Disagreeing): Disagreement[] {
  const told = new Map<string, { urls: Map<string, string[]>; shards: Map<number, string[]> }>();
  const note = <K>(map: Map<K, string[]>, key: K | null, by: string) => {
    if (key !== null) map.set(key, [...(map.get(key) ?? []), by]);
  };
  for (const { pair } of pairs) {
    for (const [at, { view, entry }] of pair.ends.entries()) {
      const name = pair.ends[1 - at]?.view.name ?? '';
      if (entry === undefined) continue;
      const known = told.get(name) ?? { urls: new Map(), shards: new Map() };
      told.set(name, known);
      note(known.urls, entry.url, view.name);
      note(known.shards, entry.shard, view.name);
    }
  }
  return [...told]
    .sort(([a], [b]) => compare(a, b))
    .flatMap(([name, { urls, shards }]) => {
      const own = nodes.get(name)?.status;
      if (own) note(shards, own.shard, name);
      return [...difference('URL_DIFFERS', name, urls), ...difference('SHARD_DIFFERS', name, shards)];
    });
}

const WORDS = { URL_DIFFERS: 'replication URL', SHARD_DIFFERS: 'shard' } as const;
const FIELDS = { URL_DIFFERS: 'url', SHARD_DIFFERS: 'shard' } as const;

function difference<K extends string | number>(
  kind: 'URL_DIFFERS' | 'SHARD_DIFFERS',
  name: string,
  told: ReadonlyMap<K, readonly string[]>,
): Disagreement[] {
  if (told.size < 2) return [];
  const values = [...told].sort(([a], [b]) => compare(String(a), String(b)));
  const list = values.map(([value, by]) => `${value} (${[...by].sort().join(', ')})`).join(', ');
  const by = [...new Set(values.flatMap(([, names]) => names))].sort().filter((each) => each !== name);
  return [
    {
      kind,
      nodes: [name, ...by],
      database: null,
      message: `The ${WORDS[kind]} of ${name} is told differently: ${list}.`,
      remedy: `Update ${name} with the right ${FIELDS[kind]} at ${by[0]} (updateNode). The last one told wins.`,
    },
  ];
}

type Ends = LinkedPair['pair']['ends'];

/** Both entries of a pair; undefined unless each lists the other. */
function entriesOf([first, second]: Ends): [Peer, Peer] | undefined {
  return first.entry && second.entry && [first.entry, second.entry];
}

function flows(ends: Ends): Disagreement[] {
  const entries = entriesOf(ends);
  if (entries === undefined || entries.some(({ subscriptions }) => subscriptions !== null)) return [];
  const [here, there] = entries;
  if (here.replication === null || there.replication === null) return [];
  const [one, other] = ends.map(({ view }) => view.name) as [string, string];
  const faults = [
    ...(here.replication.sends && !there.replication.receives ? [`${one} sends, and ${other} does not receive`] : []),
    ...(there.replication.sends && !here.replication.receives ? [`${other} sends, and ${one} does not receive`] : []),
    ...(here.replication.receives && !there.replication.sends ? [`${one} receives, and ${other} does not send`] : []),
    ...(there.replication.receives && !here.replication.sends ? [`${other} receives, and ${one} does not send`] : []),
  ];
  if (faults.length === 0) return [];
  return [
    {
      kind: 'FLOW_DIFFERS',
      nodes: [one, other],
      database: null,
      message: `${faults.join('; ')}.`,
      remedy: `To replicate both ways, update ${other} at ${one} (updateNode): Harper makes it both with every update.`,
    },
  ];
}

/** A table as text, as its other end should have it. */
const tableOf = (item: TableSubscription, isMirrored: boolean) => {
  const [publish, subscribe] = isMirrored ? [item.subscribe, item.publish] : [item.publish, item.subscribe];
  return JSON.stringify([item.database, item.table, publish, subscribe]);
};

function tables(ends: Ends): Disagreement[] {
  const entries = entriesOf(ends);
  if (entries === undefined) return [];
  const [here, there] = entries;
  if (here.subscriptions === null && there.subscriptions === null) return [];
  const ofHere = here.subscriptions?.map((item) => tableOf(item, false)).sort() ?? null;
  const ofThere = there.subscriptions?.map((item) => tableOf(item, true)).sort() ?? null;
  if (JSON.stringify(ofHere) === JSON.stringify(ofThere)) return [];
  const [one, other] = ends.map(({ view }) => view.name) as [string, string];
  return [
    {
      kind: 'TABLES_DIFFER',
      nodes: [one, other],
      database: null,
      message: `The table subscriptions do not match: ${textOf(one, here)}; ${textOf(other, there)}.`,
      remedy:
        `Remove ${other} at ${one} and ${one} at ${other} (removeNode), ` +
        `then add ${other} at ${one} with the tables wanted (addNode).`,
    },
  ];
}

function textOf(name: string, { subscriptions }: Peer): string {
  if (subscriptions === null) return `${name} replicates everything`;
  const list = subscriptions.map(({ database, table, publish, subscribe }) => {
    const ways = [...(publish ? ['publishes'] : []), ...(subscribe ? ['subscribes to'] : [])];
    return `${ways.join(' and ') || 'ignores'} ${database}.${table}`;
  });
  return `${name} ${list.sort().join(', ') || 'replicates nothing'}`;
}

function oneSided(links: LinkedPair['links']): Disagreement[] {
  return links
    .filter(({ state }) => state === 'ONE_SIDED')
    .map(({ nodes, database, views }) => {
      const down = views.find(({ isWanted, socket }) => isWanted && !socket.connected)?.socket.nodeName ?? nodes[0];
      const up = nodes[0] === down ? nodes[1] : nodes[0];
      return {
        kind: 'LINK_ONE_SIDED',
        nodes: [down, up],
        database,
        message:
          `${down} is not connected to ${up} for ${database}, so changes of ${up} do not reach it; ` +
          `${up} is connected to ${down}.`,
        remedy: `See that ${down} can reach the replication port of ${up}. If it can, restart ${down}.`,
      };
    });
}

/** Releases differ where the first two numbers do. */
function versions({ members }: Disagreeing): Disagreement[] {
  const known = [...members.values()].flatMap(({ name, version }) => (version === null ? [] : [{ name, version }]));
  const releases = new Set(known.map(({ version }) => version.split('.', 2).join('.')));
  if (releases.size < 2) return [];
  const list = known.map(({ name, version }) => `${name} ${version}`).join(', ');
  return [
    {
      kind: 'VERSION_DIFFERS',
      nodes: known.map(({ name }) => name),
      database: null,
      message: `The nodes run different releases of Harper: ${list}.`,
      remedy: 'Bring all nodes to one release.',
    },
  ];
}

function doubleNames({ nodes, doubles }: Disagreeing): Disagreement[] {
  const names = [...new Set(doubles.map(({ name }) => name))].sort();
  return names.map((name) => {
    const answers = [nodes.get(name), ...doubles.filter((double) => double.name === name)];
    const urls = answers.map((view) => view?.operationsUrl).sort();
    return {
      kind: 'NAME_TAKEN_TWICE',
      nodes: [name],
      database: null,
      message: `Different nodes call themselves ${name}: those at ${urls.join(' and ')}.`,
      remedy: 'Stop the one that has the name wrongly, give it a name of its own, and start and add it under that.',
    };
  });
}
