import type { NodeState, NodeView } from '../../src/cluster/topology/view.ts';
import type { ClusterStatus } from '../../src/harper/domain.ts';
import { statusAnswer, toClusterStatus } from '../../src/harper/status/dialect.ts';
import { connection, socket, status } from './answers.ts';

export const THRESHOLDS = { lag: 5000, backPressure: 75, liveness: 90_000 };
export const AT = new Date('2026-11-23T02:13:00Z');

/**
 * A status in shorthand: `b: system+ dev-, c:` lists b with two sockets, of which dev is down, and c without any. After
 * the name of a peer: `#2` is a shard, `@url` its URL, `>` sends only, `<` receives only, `[dev.dog><]` tables with
 * what is published (`>`) and subscribed to (`<`).
 */
export function statusOf(nodeName: string, text: string, at = AT): ClusterStatus {
  const connections = text
    .split(',')
    .filter((each) => each.trim() !== '')
    .map(peerOf);
  const answer = status(connections, { node_name: nodeName, url: `ws://${nodeName}:9933` });
  return toClusterStatus(statusAnswer.parse(answer), at);
}

const PEER =
  /^(?<name>[\w.-]+)(?:#(?<shard>\d+))?(?:@(?<url>\S+))?(?<flow>[<>])?(?:\[(?<tables>[^\]]*)\])?:(?<list>.*)$/;

function peerOf(text: string): Record<string, unknown> {
  const groups = text.trim().match(PEER)?.groups;
  if (groups === undefined) throw new Error(`no peer: ${text}`);
  const { name = '', shard, url, flow, tables, list = '' } = groups;
  return connection({
    name,
    url: url ?? `ws://${name}:9933`,
    ...(shard && { shard: Number(shard) }),
    ...(flow && { replicates: { sends: flow === '>', receives: flow === '<' } }),
    ...(tables !== undefined && {
      replicates: undefined,
      subscriptions: tables.split(' ').filter(Boolean).map(tableOf),
    }),
    database_sockets: list.split(' ').filter(Boolean).map(socketOf),
  });
}

function tableOf(text: string): Record<string, unknown> {
  const [, database, table, ways = ''] = text.match(/^(\w+)\.(\w+)([<>]*)$/) ?? [];
  return { database, table, publish: ways.includes('>'), subscribe: ways.includes('<') };
}

function socketOf(text: string): Record<string, unknown> {
  const [, database, mark] = text.match(/^(\w+)([+-])$/) ?? [];
  if (database === undefined) throw new Error(`no socket: ${text}`);
  return socket({ database, connected: mark === '+' });
}

/** The view of a node that has answered. */
export function up(name: string, text: string, more: Partial<NodeView> = {}): NodeView {
  return { ...view(name, 'UP'), status: statusOf(name, text), reason: null, ...more };
}

/** The view of a node that has not. */
export function view(name: string, state: NodeState, more: Partial<NodeView> = {}): NodeView {
  const reason = 'It could not be asked.';
  return {
    name,
    formerNames: [],
    operationsUrl: `https://${name}:9925`,
    rank: 0,
    state,
    reason,
    status: null,
    version: null,
    ...more,
  };
}
