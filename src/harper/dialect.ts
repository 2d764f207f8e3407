import { z } from 'zod';
import { withoutUserinfo } from '../redact.ts';
import type { ClusterStatus, DatabaseSocket, Peer, ReplicationFlow, SocketError, TableSubscription } from './domain.ts';
import { isSameJson } from './same.ts';
import { toDate } from './times.ts';

/*
 * What cluster_status answers on Harper 4.4 to 5.x, as harper.md lists it ("cluster_status"). Objects are stripped:
 * a field that is not named here, such as a peer's stored `authorization`, ends at this file.
 */

const flag = z.boolean().nullish();
const number = z.number().nullish();
const text = z.string().nullish();
/** A time: toUTCString() text, ISO text or milliseconds; `Copying` is a word some versions put in its place. */
const time = z.union([z.string(), z.number()]).nullish();

const socket = z.object({
  database: z.string(),
  connected: flag,
  latency: number,
  threadId: number,
  thread_id: number,
  nodes: z.array(z.unknown()).nullish(),
  lastCommitConfirmed: time,
  lastReceivedRemoteTime: time,
  lastReceivedLocalTime: time,
  lastReceivedVersion: number,
  sendingMessage: time,
  backPressurePercent: number,
  lastReceivedStatus: text,
  blobReplicationFailures: number,
  lastBlobFailure: time,
  lastLiveness: time,
  lastConnectionError: z.object({ code: z.union([z.number(), z.string()]).nullish(), time }).nullish(),
});

const flow = z
  .union([
    z.boolean(),
    z.object({ sends: flag, receives: flag, sendsTo: z.unknown().optional(), receivesFrom: z.unknown().optional() }),
  ])
  .nullish();

/** Harper stores and returns the items of `subscriptions` unchecked, so they are looked at one by one. */
const subscription = z.object({ database: text, schema: text, table: z.string(), publish: flag, subscribe: flag });

const connection = z.object({
  name: z.string(),
  url: text,
  subscriptions: z.array(z.unknown()).nullish(),
  replicates: flow,
  replicateByDefault: flow,
  shard: z.union([z.number(), z.string()]).nullish(),
  start_time: time,
  startTime: time,
  revoked_certificates: z.array(z.unknown()).nullish(),
  ca_info: z.object({ issuer: text, subject: text, serialNumber: text, validFrom: time, validTo: time }).nullish(),
  database_sockets: z.array(socket).nullish(),
});

/** What cluster_status says, in the gateway's model but for the times of the answer. */
export interface StatusAnswer extends Omit<ClusterStatus, 'observedAt' | 'nodeTime'> {
  /** Whether the operation ran in a worker thread, where calls must not overlap: only such answers carry `type`. */
  readonly ranInWorker: boolean;
}

/** What an answer says beside its connections. */
const head = {
  type: text,
  node_name: z.string(),
  url: text,
  shard: z.union([z.number(), z.string()]).nullish(),
  is_enabled: flag,
};
const envelope = z.object({ ...head, connections: z.array(z.unknown()).nullish() });
const changed = z.array(connection);

/**
 * The answer of cluster_status, unknown fields dropped and the others given the schema's names. Peers come sorted by name and sockets by
 * database, since Harper's order changes between answers.
 */
export const statusAnswer = z
  .object({ ...head, connections: z.array(connection).nullish() })
  .transform((answer) => toStatusAnswer(answer, answer.connections?.map((raw) => toPeer(raw, answer.node_name)) ?? []));

/**
 * Creates a reader of one answer of cluster_status after the other, by `statusAnswer`. In most clusters most peers say what they said the
 * last time: such a one is taken over from there instead of being checked and converted again, and is the very same object.
 */
export function createStatusReader(): (body: unknown) => z.ZodSafeParseResult<StatusAnswer> {
  let node: string | undefined;
  let known = new Map<string, Known>();
  return (body) => {
    const outer = envelope.safeParse(body);
    // What is wrong is told by the whole schema, which knows where it is.
    if (!outer.success) return statusAnswer.safeParse(body);
    const { node_name: nodeName, connections } = outer.data;
    const raws = connections ?? [];
    const before = raws.map((raw) => (nodeName === node ? known.get(nameOf(raw)) : undefined));
    const isKnown = raws.map((raw, index) => before[index] !== undefined && isSameJson(before[index]?.raw, raw));
    const checked = changed.safeParse(raws.filter((_, index) => !isKnown[index]));
    if (!checked.success) return statusAnswer.safeParse(body);
    const anew = checked.data.values();
    const all = raws.map((raw, index): Known => {
      const same = isKnown[index] ? before[index] : undefined;
      return same ?? { raw, peer: toPeer(anew.next().value as z.output<typeof connection>, nodeName) };
    });
    node = nodeName;
    known = new Map(all.map((each) => [each.peer.name, each]));
    return {
      success: true,
      data: toStatusAnswer(
        outer.data,
        all.map(({ peer }) => peer),
      ),
    };
  };
}

/** A peer of the last answer, and what it was made of. */
interface Known {
  readonly raw: unknown;
  readonly peer: Peer;
}

function nameOf(raw: unknown): string {
  const name = (raw as { readonly name?: unknown } | null)?.name;
  return typeof name === 'string' ? name : '';
}

/**
 * An answer of cluster_status at its moment.
 * @param nodeTime the node's clock, from the Date header; `observedAt` where there was none
 */
export function toClusterStatus(
  { ranInWorker: _, ...answer }: StatusAnswer,
  observedAt: Date,
  nodeTime: Date = observedAt,
): ClusterStatus {
  return { ...answer, observedAt, nodeTime };
}

function toStatusAnswer(answer: Omit<z.output<typeof envelope>, 'connections'>, peers: Peer[]): StatusAnswer {
  return {
    ranInWorker: answer.type !== undefined,
    nodeName: answer.node_name,
    url: urlOrNull(answer.url),
    shard: toShard(answer.shard),
    isEnabled: answer.is_enabled ?? true,
    connections: peers.sort((a, b) => compare(a.name, b.name)),
  };
}

function toPeer(raw: z.output<typeof connection>, nodeName: string): Peer {
  const ca = raw.ca_info;
  return {
    name: raw.name,
    url: urlOrNull(raw.url),
    subscriptions: raw.subscriptions?.flatMap(toSubscription) ?? null,
    databaseSockets: (raw.database_sockets ?? [])
      .map((each) => toSocket(each, nodeName, raw.name))
      .sort((a, b) => compare(a.database, b.database)),
    replication: toFlow(raw.replicates ?? raw.replicateByDefault),
    shard: toShard(raw.shard),
    startTime: toDate(raw.start_time ?? raw.startTime),
    revokedCertificates: (raw.revoked_certificates ?? []).filter((item) => typeof item === 'string'),
    certificateAuthority: ca
      ? {
          subject: ca.subject ?? null,
          issuer: ca.issuer ?? null,
          serialNumber: ca.serialNumber ?? null,
          validFrom: toDate(ca.validFrom),
          validTo: toDate(ca.validTo),
        }
      : null,
  };
}

function toSocket(raw: z.output<typeof socket>, nodeName: string, peerName: string): DatabaseSocket {
  const remote = toDate(raw.lastReceivedRemoteTime);
  const local = toDate(raw.lastReceivedLocalTime);
  const sendingSince = toDate(raw.sendingMessage);
  const copying = [raw.sendingMessage, raw.lastCommitConfirmed, raw.lastReceivedRemoteTime, raw.lastReceivedLocalTime];
  return {
    nodeName,
    peerName,
    database: raw.database,
    connected: raw.connected ?? false,
    latency: raw.latency ?? null,
    threadId: toInt(raw.threadId ?? raw.thread_id),
    nodes: (raw.nodes ?? []).filter((node) => typeof node === 'string'),
    lastCommitConfirmed: toDate(raw.lastCommitConfirmed),
    lastReceivedRemoteTime: remote,
    lastReceivedLocalTime: local,
    // 0 stands for none (harper.md, "cluster_status").
    lastReceivedVersion: raw.lastReceivedVersion || null,
    lag: remote && local ? Math.max(0, local.getTime() - remote.getTime()) : null,
    sending: copying.includes('Copying') ? 'COPYING' : sendingSince ? 'SENDING' : 'IDLE',
    sendingSince,
    receiving: toReceiving(raw.lastReceivedStatus),
    backPressurePercent: raw.backPressurePercent ?? null,
    blobReplicationFailures: toInt(raw.blobReplicationFailures),
    lastBlobFailure: toDate(raw.lastBlobFailure),
    lastLiveness: toDate(raw.lastLiveness),
    lastConnectionError: toSocketError(raw.lastConnectionError),
  };
}

function toSocketError(raw: z.output<typeof socket>['lastConnectionError']): SocketError | null {
  return raw ? { code: toInt(raw.code), at: toDate(raw.time) } : null;
}

function toSubscription(raw: unknown): TableSubscription[] {
  const { data } = subscription.safeParse(raw);
  const database = data?.database ?? data?.schema;
  if (data === undefined || database === undefined || database === null) return [];
  return [{ database, table: data.table, publish: data.publish ?? false, subscribe: data.subscribe ?? false }];
}

function toFlow(raw: z.output<typeof flow>): ReplicationFlow | null {
  if (raw === null || raw === undefined) return null;
  if (typeof raw === 'boolean') return { sends: raw, receives: raw };
  return { sends: raw.sends ?? isFilled(raw.sendsTo), receives: raw.receives ?? isFilled(raw.receivesFrom) };
}

function isFilled(list: unknown): boolean {
  return Array.isArray(list) && list.length > 0;
}

function toReceiving(status: string | null | undefined): 'WAITING' | 'RECEIVING' | null {
  if (status === 'Waiting') return 'WAITING';
  return status === 'Receiving' ? 'RECEIVING' : null;
}

function toShard(shard: string | number | null | undefined): number | null {
  return toInt(shard === '' ? null : shard);
}

/** A whole number within GraphQL's Int, or null. */
function toInt(value: string | number | null | undefined): number | null {
  if (value === null || value === undefined) return null;
  const parsed = Number(value);
  return Number.isInteger(parsed) && Math.abs(parsed) < 2 ** 31 ? parsed : null;
}

function urlOrNull(url: string | null | undefined): string | null {
  return url ? withoutUserinfo(url) : null;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
