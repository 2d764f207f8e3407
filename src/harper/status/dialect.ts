import type { z } from 'zod';
import { withoutUserinfo } from '../../observability/redact.ts';
import { isSameJson } from '../../util/same-json.ts';
import type {
  ClusterStatus,
  DatabaseSocket,
  Peer,
  ReplicationFlow,
  SocketError,
  TableSubscription,
} from '../domain.ts';
import { toDate } from '../times.ts';
import { isStatus } from './check.generated.ts';
import {
  type RawFlow,
  type RawPeer,
  type RawSocket,
  type RawStatus,
  statusContract,
  subscriptionContract,
} from './contract.ts';

/** What cluster_status says, in the gateway's model but for the times of the answer. */
export interface StatusAnswer extends Omit<ClusterStatus, 'observedAt' | 'nodeTime'> {
  /** Whether the operation ran in a worker thread, where calls must not overlap: only such answers carry `type`. */
  readonly ranInWorker: boolean;
}

/**
 * The answer of cluster_status, unknown fields dropped, such as a peer's stored `authorization`, and the others given the schema's names.
 * Peers come sorted by name and sockets by database, since Harper's order changes between answers.
 */
export const statusAnswer = statusContract.transform((answer) =>
  toStatusAnswer(answer, answer.connections?.map((raw) => toPeer(raw, answer.node_name)) ?? []),
);

/**
 * Creates a reader of one answer of cluster_status after the other, which reads as `statusAnswer` does. A peer that says what it said the
 * last time, as most do in most clusters, is taken over from there, and is the very same object. What is good is told by a check made of
 * the contract, which takes a tenth of the time; what is wrong, by the contract itself (bench/poll.ts).
 */
export function createStatusReader(): (body: unknown) => z.ZodSafeParseResult<StatusAnswer> {
  let node: string | undefined;
  let known = new Map<string, Known>();
  return (body) => {
    if (!isStatus(body)) return statusAnswer.safeParse(body);
    const { node_name: nodeName, connections } = body as RawStatus;
    const before = nodeName === node ? known : NOTHING;
    node = nodeName;
    known = new Map();
    const peers: Peer[] = [];
    for (const raw of connections ?? []) {
      const same = before.get(raw.name);
      const peer = same !== undefined && isSameJson(same.raw, raw) ? same : { raw, peer: toPeer(raw, nodeName) };
      known.set(raw.name, peer);
      peers.push(peer.peer);
    }
    return { success: true, data: toStatusAnswer(body as RawStatus, peers) };
  };
}

const NOTHING: ReadonlyMap<string, Known> = new Map();

/** A peer of the last answer, and what it was made of. */
interface Known {
  readonly raw: RawPeer;
  readonly peer: Peer;
}

/**
 * An answer of cluster_status at its moment.
 * @param nodeTime the node's clock, from the Date header; `observedAt` where there was none
 */
export function toClusterStatus(answer: StatusAnswer, observedAt: Date, nodeTime: Date = observedAt): ClusterStatus {
  const { nodeName, url, shard, isEnabled, connections } = answer;
  return { nodeName, url, shard, isEnabled, connections, observedAt, nodeTime };
}

function toStatusAnswer(answer: RawStatus, peers: Peer[]): StatusAnswer {
  return {
    ranInWorker: answer.type !== undefined,
    nodeName: answer.node_name,
    url: urlOrNull(answer.url),
    shard: toShard(answer.shard),
    isEnabled: answer.is_enabled ?? true,
    connections: sorted(peers, ({ name }) => name),
  };
}

function toPeer(raw: RawPeer, nodeName: string): Peer {
  const ca = raw.ca_info;
  return {
    name: raw.name,
    url: urlOrNull(raw.url),
    subscriptions: raw.subscriptions?.flatMap(toSubscription) ?? null,
    databaseSockets: sorted(
      (raw.database_sockets ?? []).map((each) => toSocket(each, nodeName, raw.name)),
      ({ database }) => database,
    ),
    replication: toFlow(raw.replicates ?? raw.replicateByDefault),
    shard: toShard(raw.shard),
    startTime: toDate(raw.start_time ?? raw.startTime),
    revokedCertificates: textsOf(raw.revoked_certificates),
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

function toSocket(raw: RawSocket, nodeName: string, peerName: string): DatabaseSocket {
  const remote = toDate(raw.lastReceivedRemoteTime);
  const local = toDate(raw.lastReceivedLocalTime);
  const sendingSince = toDate(raw.sendingMessage);
  return {
    nodeName,
    peerName,
    database: raw.database,
    connected: raw.connected ?? false,
    latency: raw.latency ?? null,
    threadId: toInt(raw.threadId ?? raw.thread_id),
    nodes: textsOf(raw.nodes),
    lastCommitConfirmed: toDate(raw.lastCommitConfirmed),
    lastReceivedRemoteTime: remote,
    lastReceivedLocalTime: local,
    // 0 stands for none (harper.md, "cluster_status").
    lastReceivedVersion: raw.lastReceivedVersion || null,
    lag: remote && local ? Math.max(0, local.getTime() - remote.getTime()) : null,
    sending: isCopying(raw) ? 'COPYING' : sendingSince ? 'SENDING' : 'IDLE',
    sendingSince,
    receiving: toReceiving(raw.lastReceivedStatus),
    backPressurePercent: raw.backPressurePercent ?? null,
    blobReplicationFailures: toInt(raw.blobReplicationFailures),
    lastBlobFailure: toDate(raw.lastBlobFailure),
    lastLiveness: toDate(raw.lastLiveness),
    lastConnectionError: toSocketError(raw.lastConnectionError),
  };
}

/** Some versions put the word in the place of a time while the first full copy runs. */
function isCopying(raw: RawSocket): boolean {
  return (
    raw.sendingMessage === 'Copying' ||
    raw.lastCommitConfirmed === 'Copying' ||
    raw.lastReceivedRemoteTime === 'Copying' ||
    raw.lastReceivedLocalTime === 'Copying'
  );
}

/** The texts of a list that Harper does not check. */
function textsOf(list: readonly unknown[] | null | undefined): readonly string[] {
  return list?.filter((item) => typeof item === 'string') ?? NO_TEXTS;
}

const NO_TEXTS: readonly string[] = [];

function toSocketError(raw: RawSocket['lastConnectionError']): SocketError | null {
  return raw ? { code: toInt(raw.code), at: toDate(raw.time) } : null;
}

function toSubscription(raw: unknown): TableSubscription[] {
  const { data } = subscriptionContract.safeParse(raw);
  const database = data?.database ?? data?.schema;
  if (data === undefined || database === undefined || database === null) return [];
  return [{ database, table: data.table, publish: data.publish ?? false, subscribe: data.subscribe ?? false }];
}

function toFlow(raw: RawFlow): ReplicationFlow | null {
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

/** Sorts a list in place, where it is not in order already; to find that out is a tenth of the work. */
function sorted<T>(list: T[], keyOf: (item: T) => string): T[] {
  const isInOrder = list.every((item, at) => at === 0 || keyOf(list[at - 1] as T) <= keyOf(item));
  return isInOrder ? list : list.sort((a, b) => compare(keyOf(a), keyOf(b)));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
