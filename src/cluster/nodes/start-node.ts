import type { Credentials } from '../../auth/credentials.ts';
import type { HarperAddress, HarperBackend } from '../../config/backend.ts';
import type { Settings } from '../../config/settings.ts';
import { GatewayError } from '../../errors.ts';
import { type CallReport, createHarperClient } from '../../harper/client.ts';
import type { ClusterStatus } from '../../harper/domain.ts';
import { operations } from '../../harper/operations.ts';
import type { Reachability } from '../../harper/reachability.ts';
import { createStatusLock } from '../../harper/shared-status-semaphore.ts';
import { startTransport } from '../../harper/transport.ts';
import type { Logger } from '../../observability/logger.ts';
import type { Redis } from '../../redis/redis.ts';
import type { Clock } from '../../util/clock.ts';
import type { TimeSlices } from '../../util/time-slices.ts';
import { FAILURES_OF_NODE } from './failover.ts';
import type { ClusterAddress } from './node.ts';
import { createNodeHealth } from './node-health.ts';
import { createStatusReader } from './read-status.ts';

/** What all nodes of one gateway have in common. */
export interface NodeOptions {
  readonly backend: HarperBackend;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly slices: TimeSlices;
  readonly logger: Logger;
  /** Shared with other gateways of the cluster; left out where there are none. */
  readonly redis?: Redis | undefined;
  readonly traceHeaders: () => Record<string, string>;
  /** Called for every call that was sent, and for every read that was answered by another's call. */
  readonly onCall: (call: CallReport, node: ClusterAddress) => void;
  /** Called whenever cluster_status is sent again. */
  readonly onRetry: (node: ClusterAddress) => void;
  /** Called whenever a node ceases to answer, and when it answers again. */
  readonly onReachability: (now: Reachability, node: ClusterAddress) => void;
}

/** A node whose name and version are learned from its answers. */
export interface StartedNode extends ClusterAddress {
  name: string | undefined;
  /** Learns from a status of it, whoever has read that. */
  learn(status: ClusterStatus): void;
  /**
   * Reads its version, unless that was done a short time ago.
   * @returns null where it does not say
   */
  readVersion(credentials: Credentials, signal?: AbortSignal): Promise<string | null>;
}

export interface StartNodeOptions extends NodeOptions {
  readonly address: HarperAddress;
  readonly rank: number;
  readonly isConfigured: boolean;
  /** Told of each status that the node gives. */
  readonly onStatus: (status: ClusterStatus, node: StartedNode) => void;
}

/** Milliseconds for which a version is taken as still true: an upgrade takes longer to matter. */
const VERSION_MAX_AGE = 300_000;

/** How many former names of a node are remembered. */
const MOST_NAMES = 8;

/**
 * By these nothing is learned of a node's health. A change may wait a minute for a silent peer. The version is
 * read of a table.
 */
const TELL_NOTHING: ReadonlySet<string> = new Set([
  operations.version.name,
  ...Object.values(operations).flatMap(({ name, kind }) => (kind === 'write' ? [name] : [])),
]);

/** Starts what asks at one address. Nothing is sent before the first call. */
export function startNode(options: StartNodeOptions): StartedNode {
  const { backend, address, settings, clock, logger, redis, onStatus } = options;
  const transport = startTransport({
    backend: { ...backend, ...address },
    connectTimeout: settings.CONNECT_TIMEOUT,
    connectionLifetime: settings.HARPER_CONNECTION_LIFETIME,
    maxResponseBytes: settings.MAX_RESPONSE_BYTES,
    traceHeaders: options.traceHeaders,
    logger,
  });
  const health = createNodeHealth({
    ping: transport.ping,
    clock,
    onFault: (error) => logger.error({ err: error }, 'Unexpected error'),
  });
  const client = createHarperClient({
    transport,
    readTimeout: settings.READ_TIMEOUT,
    writeTimeout: settings.WRITE_TIMEOUT,
    statusConcurrency: settings.STATUS_CONCURRENCY,
    statusRetryAfter: settings.STATUS_RETRY_AFTER,
    statusLock: redis && createStatusLock({ redis, clock, address, readTimeout: settings.READ_TIMEOUT }),
    ...{ slices: options.slices, logger, clock },
    ...(backend.login && { login: backend.login }),
    onCall(call) {
      options.onCall(call, node);
      if (call.seconds === undefined || TELL_NOTHING.has(call.operation)) return;
      if (FAILURES_OF_NODE.has(call.failure)) health.failed();
      else health.succeeded();
    },
    onRetry: () => options.onRetry(node),
    onReachability: (now) => options.onReachability(now, node),
  });
  const formerNames: string[] = [];
  let latest: ClusterStatus | undefined;
  let version: string | null = null;
  let versionAt = Number.NEGATIVE_INFINITY;
  let versionEpoch = -1;

  const node: StartedNode = {
    ...{ address, rank: options.rank, isConfigured: options.isConfigured, client, health, ping: transport.ping },
    name: undefined,
    aliasOf: undefined,
    formerNames,
    get latest() {
      return latest;
    },
    get version() {
      return version;
    },
    awaitStatus: createStatusReader(client, (status) => node.learn(status)),
    learn(status) {
      const before = latest;
      latest = status;
      // An address that led to one node and leads to a peer of it now is no node with another name.
      const isPeer = before?.connections.some(({ name }) => name === status.nodeName) ?? false;
      if (node.name !== undefined && node.name !== status.nodeName && !isPeer) {
        formerNames.push(...formerNames.splice(0).filter((name) => name !== node.name), node.name);
        formerNames.splice(0, formerNames.length - MOST_NAMES);
      }
      node.name = status.nodeName;
      onStatus(status, node);
    },
    async readVersion(credentials, signal) {
      const isKnown = clock.now() - versionAt < VERSION_MAX_AGE && versionEpoch === transport.epoch;
      if (isKnown) return version;
      try {
        const { data } = await client.call(operations.version, {}, { credentials, ...(signal && { signal }) });
        version = data;
      } catch (error) {
        // Who may not read it, and a Harper that does not tell it, leave it unknown for a while.
        if (signal?.aborted) return version;
        if (!(error instanceof GatewayError)) throw error;
        version = null;
      }
      versionAt = clock.now();
      versionEpoch = transport.epoch;
      return version;
    },
    async close(graceMs) {
      health.stop();
      await client.close(graceMs);
    },
  };
  return node;
}
