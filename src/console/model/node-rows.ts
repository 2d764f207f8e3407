import type { LinkFiguresQuery } from '../graphql/graphql.ts';
import { byName, type Cluster, type Link, timeOf } from './cluster.ts';
import type { Share } from './summary.ts';
import { nodeWord, type StateWord, severity } from './words.ts';

/** The figures of the links, which come apart from their states. */
export type LinkFigures = NonNullable<LinkFiguresQuery['cluster']>['links'];

/** One node as the table shows it. */
export interface NodeRow {
  readonly name: string;
  readonly state: StateWord;
  readonly isMember: boolean;
  readonly since: number | undefined;
  readonly reason: string | undefined;
  readonly version: string | undefined;
  readonly databases: readonly string[];
  /** Of the links that are needed, how many are connected. */
  readonly links: Share;
  /** The largest of what it receives, in milliseconds; undefined where nothing is known. */
  readonly lag: number | undefined;
  readonly lastError: LastError | undefined;
}

export interface LastError {
  readonly at: number | undefined;
  readonly code: number | undefined;
}

/** What the figures say of one node. */
interface NodeFigures {
  readonly lag: number | undefined;
  readonly lastError: LastError | undefined;
}

/** The rows of all nodes, by name. */
export function nodeRows(cluster: Cluster, figures: LinkFigures | undefined): NodeRow[] {
  const byNode = linksByNode(cluster);
  const measured = figuresByNode(figures ?? []);
  return cluster.nodes
    .map((node): NodeRow => {
      const links = (byNode.get(node.name) ?? []).filter(({ state }) => state !== 'UNWANTED');
      const { lag, lastError } = measured.get(node.name) ?? { lag: undefined, lastError: undefined };
      return {
        name: node.name,
        state: nodeWord(node.state),
        isMember: node.isMember,
        since: timeOf(node.stateSince),
        reason: node.reason ?? undefined,
        version: node.version ?? undefined,
        databases: [...new Set(links.map(({ database }) => database))].sort(byName),
        links: { part: links.filter(({ state }) => state === 'CONNECTED').length, all: links.length },
        lag,
        lastError,
      };
    })
    .sort((one, other) => byName(one.name, other.name));
}

function linksByNode({ links }: Cluster): Map<string, Link[]> {
  const byNode = new Map<string, Link[]>();
  for (const link of links) {
    for (const name of link.nodes) {
      const own = byNode.get(name);
      if (own === undefined) byNode.set(name, [link]);
      else own.push(link);
    }
  }
  return byNode;
}

function figuresByNode(links: LinkFigures): Map<string, NodeFigures> {
  const byNode = new Map<string, NodeFigures>();
  for (const { views } of links) {
    for (const { nodeName, lag, socket } of views) {
      const known = byNode.get(nodeName);
      const at = timeOf(socket.lastConnectionError?.at);
      const failed =
        socket.lastConnectionError === null ? undefined : { at, code: socket.lastConnectionError.code ?? undefined };
      byNode.set(nodeName, { lag: larger(known?.lag, lag ?? undefined), lastError: later(known?.lastError, failed) });
    }
  }
  return byNode;
}

function larger(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || (other !== undefined && other > one) ? other : one;
}

function later(one: LastError | undefined, other: LastError | undefined): LastError | undefined {
  return one === undefined || (other !== undefined && (other.at ?? 0) > (one.at ?? 0)) ? other : one;
}

/** The columns by which the table can be sorted. */
export const COLUMNS = ['name', 'state', 'since', 'version', 'databases', 'links', 'lag', 'error'] as const;
export type Column = (typeof COLUMNS)[number];

export interface Sorting {
  readonly column: Column;
  readonly isReversed: boolean;
}

/** Worst first, which is how the table begins. */
export const WORST_FIRST: Sorting = { column: 'state', isReversed: false };

/** Reads a sorting such as `lag` or `-lag`. */
export function parseSorting(text: string | undefined): Sorting {
  const isReversed = text?.startsWith('-') ?? false;
  const column = COLUMNS.find((each) => each === (isReversed ? text?.slice(1) : text));
  return column === undefined ? WORST_FIRST : { column, isReversed };
}

export function formatSorting({ column, isReversed }: Sorting): string {
  return `${isReversed ? '-' : ''}${column}`;
}

/** Rows in the order of a column, then by name; those without a value are last either way. */
export function sortRows(rows: readonly NodeRow[], { column, isReversed }: Sorting): NodeRow[] {
  return rows.toSorted((one, other) => {
    const [a, b] = [sortValue(one, column), sortValue(other, column)];
    if (a === undefined || b === undefined)
      return Number(a === undefined) - Number(b === undefined) || byName(one.name, other.name);
    const order = typeof a === 'string' ? byName(a, String(b)) : a - Number(b);
    return (isReversed ? -order : order) || byName(one.name, other.name);
  });
}

/** What is compared; the first order of each column begins with what an operator looks for. */
function sortValue(row: NodeRow, column: Column): string | number | undefined {
  switch (column) {
    case 'name':
      return row.name;
    case 'state':
      return badness(row);
    case 'since':
      return row.since === undefined ? undefined : -row.since;
    case 'version':
      return row.version;
    case 'databases':
      return -row.databases.length;
    case 'links':
      return row.links.part - row.links.all;
    case 'lag':
      return row.lag === undefined ? undefined : -row.lag;
    case 'error':
      return row.lastError?.at === undefined ? undefined : -row.lastError.at;
  }
}

/** Less is worse: members before others, by state, then by links that are missing. */
function badness({ state, isMember, links }: NodeRow): number {
  const missing = Math.min(links.all - links.part, 999) / 1000;
  return severity(state.tone) + (isMember || state.tone === 'ok' ? 0 : 3) - missing;
}

/** Whether a row is meant by what was typed: a part of its name, state, version or reason. */
export function matches({ name, state, version, reason }: NodeRow, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  return [name, state.word, version ?? '', reason ?? ''].some((text) => text.toLowerCase().includes(wanted));
}
