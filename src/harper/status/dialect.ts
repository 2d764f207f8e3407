import type { z } from 'zod';
import { withoutUserinfo } from '../../observability/redact.ts';
import type {
  ClusterStatus,
  DatabaseSocket,
  Peer,
  ReplicationFlow,
  SocketError,
  TableSubscription,
} from '../domain.ts';
import { createTimeReader, toDate } from '../times.ts';
import { isStatus } from './check.generated.ts';
import {
  type RawFlow,
  type RawPeer,
  type RawSocket,
  type RawStatus,
  statusContract,
  subscriptionContract,
} from './contract.ts';

/** An answer of cluster_status in the gateway's model, without the times of the answer. */
export interface StatusAnswer extends Omit<ClusterStatus, 'observedAt' | 'nodeTime'> {
  /** Whether a worker thread gave the answer, where calls must not overlap: only such answers have `type`. */
  readonly ranInWorker: boolean;
}

/**
 * Checks an answer of cluster_status and turns it into the gateway's model. Unknown fields are dropped, such as a
 * peer's stored `authorization`. Peers are sorted by name and sockets by database, since Harper's order changes
 * between answers.
 */
export const statusAnswer = statusContract.transform((answer) => toStatusAnswer(answer, toDate));

/**
 * Creates a decoder that reads answers as `statusAnswer` does. Valid answers are recognised by code generated from the
 * contract, in a tenth of the time (bench/poll.ts); zod reports what is wrong with the others.
 */
export function createStatusDecoder(): (body: unknown) => z.ZodSafeParseResult<StatusAnswer> {
  const readTime = createTimeReader();
  return (body) =>
    isStatus(body)
      ? { success: true, data: toStatusAnswer(body as RawStatus, readTime) }
      : statusAnswer.safeParse(body);
}

/**
 * Adds the times of the answer.
 * @param nodeTime the node's clock, from the Date header; `observedAt` where there was none
 */
export function toClusterStatus(answer: StatusAnswer, observedAt: Date, nodeTime: Date = observedAt): ClusterStatus {
  const { nodeName, url, shard, isEnabled, connections } = answer;
  return { nodeName, url, shard, isEnabled, connections, observedAt, nodeTime };
}

function toStatusAnswer(answer: RawStatus, readTime: typeof toDate): StatusAnswer {
  const peers = answer.connections?.map((raw) => toPeer(raw, answer.node_name, readTime)) ?? [];
  return {
    ranInWorker: answer.type !== undefined,
    nodeName: answer.node_name,
    url: urlOrNull(answer.url),
    shard: toShard(answer.shard),
    isEnabled: answer.is_enabled ?? true,
    connections: sorted(peers, ({ name }) => name),
  };
}

function toPeer(raw: RawPeer, nodeName: string, readTime: typeof toDate): Peer {
  const ca = raw.ca_info;
  return {
    name: raw.name,
    url: urlOrNull(raw.url),
    subscriptions: raw.subscriptions?.flatMap(toSubscription) ?? null,
    databaseSockets: sorted(
      (raw.database_sockets ?? []).map((each) => toSocket(each, { nodeName, peerName: raw.name }, readTime)),
      ({ database }) => database,
    ),
    replication: toFlow(raw.replicates ?? raw.replicateByDefault),
    shard: toShard(raw.shard),
    startTime: readTime(raw.start_time ?? raw.startTime),
    revokedCertificates: textsOf(raw.revoked_certificates),
    certificateAuthority: ca
      ? {
          subject: ca.subject ?? null,
          issuer: ca.issuer ?? null,
          serialNumber: ca.serialNumber ?? null,
          validFrom: readTime(ca.validFrom),
          validTo: readTime(ca.validTo),
        }
      : null,
  };
}

function toSocket(
  raw: RawSocket,
  ends: Pick<DatabaseSocket, 'nodeName' | 'peerName'>,
  readTime: typeof toDate,
): DatabaseSocket {
  const remote = readTime(raw.lastReceivedRemoteTime);
  const local = readTime(raw.lastReceivedLocalTime);
  const sendingSince = readTime(raw.sendingMessage);
  return {
    nodeName: ends.nodeName,
    peerName: ends.peerName,
    database: raw.database,
    connected: raw.connected ?? false,
    latency: raw.latency ?? null,
    threadId: toInt(raw.threadId ?? raw.thread_id),
    nodes: textsOf(raw.nodes),
    lastCommitConfirmed: readTime(raw.lastCommitConfirmed),
    lastReceivedRemoteTime: remote,
    lastReceivedLocalTime: local,
    // 0 means that nothing was received (docs/harper.md, cluster_status).
    lastReceivedVersion: raw.lastReceivedVersion || null,
    lag: remote && local ? Math.max(0, local.getTime() - remote.getTime()) : null,
    sending: isCopying(raw) ? 'COPYING' : sendingSince ? 'SENDING' : 'IDLE',
    sendingSince,
    receiving: toReceiving(raw.lastReceivedStatus),
    backPressurePercent: raw.backPressurePercent ?? null,
    blobReplicationFailures: toInt(raw.blobReplicationFailures),
    lastBlobFailure: readTime(raw.lastBlobFailure),
    lastLiveness: readTime(raw.lastLiveness),
    lastConnectionError: toSocketError(raw.lastConnectionError, readTime),
  };
}

/** While the first full copy runs, some versions send the word in place of a time. */
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

function toSocketError(raw: RawSocket['lastConnectionError'], readTime: typeof toDate): SocketError | null {
  return raw ? { code: toInt(raw.code), at: readTime(raw.time) } : null;
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

/** Sorts a list in place if it is not in order. Checking the order is a tenth of the work of sorting. */
function sorted<T>(list: T[], keyOf: (item: T) => string): T[] {
  const isInOrder = list.every((item, at) => at === 0 || keyOf(list[at - 1] as T) <= keyOf(item));
  return isInOrder ? list : list.sort((a, b) => compare(keyOf(a), keyOf(b)));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
