import { type Changes, createChanges } from '../change/changes.ts';
import { GatewayError } from '../errors.ts';
import type { HarperClient, Reachability } from '../harper/client.ts';
import { toClusterStatus } from '../harper/dialect.ts';
import type { ClusterStatus, Viewer } from '../harper/domain.ts';
import { operations } from '../harper/operations.ts';
import type { Thresholds } from '../harper/state.ts';
import type { FeedEvent } from '../live/feed.ts';
import type { Hub, WatchFacts } from '../live/hub.ts';
import { type ChangesRequest, readChanges, readStatus } from '../live/reader.ts';
import type { Logger } from '../log.ts';

export type GatewayMode = 'FORWARD' | 'SERVICE' | 'SANDBOX';

/** What the schema needs to know of the gateway as a whole; one per process. */
export interface GatewayFacts {
  readonly version: string;
  readonly startedAt: Date;
  readonly mode: GatewayMode;
  readonly backendUrl: string;
  readonly pollInterval: number;
  /** Milliseconds a change may take, and may wait for its turn. */
  readonly writeTimeout: number;
  readonly thresholds: Thresholds;
  /** Fires when the gateway stops: no further step of a change is begun then. */
  readonly stopping: AbortSignal;
}

/** Harper as one caller may use it. */
export interface CallerHarper {
  /** A fresh cluster_status, answered by a call that began after this one was made. */
  status(): Promise<ClusterStatus>;
  /** One cluster_status for everything a query asks of it, so that its answer is of one moment. */
  sharedStatus(): Promise<ClusterStatus>;
  viewer(): Promise<Viewer>;
}

/** Live readings as one caller may have them. */
export interface CallerLive {
  /** @throws GatewayError BAD_USER_INPUT for an interval out of range */
  status(minIntervalMs: number): AsyncIterableIterator<ClusterStatus>;
  changes(request: ChangesRequest): AsyncIterableIterator<FeedEvent>;
}

/** What a resolver gets. */
export interface SchemaContext {
  readonly gateway: GatewayFacts;
  readonly requestId: string;
  /**
   * Harper with the caller's credentials.
   * @throws GatewayError UNAUTHENTICATED where the caller brought none: Harper takes an unauthenticated request from this
   * machine for a super user's (harper.md, "Transport"), so none is ever sent
   */
  harper(): CallerHarper;
  /** What the caller may change. Its members throw UNAUTHENTICATED, as `harper`. */
  changes(): Changes;
  /**
   * Live readings with the caller's credentials.
   * @throws GatewayError UNAUTHENTICATED, as `harper`
   */
  live(): CallerLive;
  watch(): WatchFacts;
  reachability(): Reachability;
  /** Whether Harper has taken the caller's credentials before, in the life of this gateway. */
  isKnownCaller(): boolean;
  supports(operation: string): boolean | null;
}

/** Whose credentials a request runs with: a caller's or the gateway's own. */
export interface Credentials {
  readonly authorization: string;
}

export interface ContextOptions {
  readonly client: HarperClient;
  readonly hub: Hub;
  readonly gateway: GatewayFacts;
  readonly requestId: string;
  readonly auditLogger: Logger;
  /** The credentials to use, or why there are none. */
  readonly credentials: Credentials | GatewayError;
  readonly signal: AbortSignal;
  /** Cursor of the last event an SSE client got before it was cut off; stands in for `after`. */
  readonly lastEventId?: string | undefined;
}

/** Creates the context of one GraphQL operation. */
export function createContext(options: ContextOptions): SchemaContext {
  const { client, hub, gateway, requestId, credentials } = options;
  const authorization = (): string => {
    if (credentials instanceof GatewayError) throw credentials;
    return credentials.authorization;
  };
  let harper: CallerHarper | undefined;
  let changes: Changes | undefined;
  return {
    gateway,
    requestId,
    harper() {
      harper ??= createCallerHarper(options, authorization());
      return harper;
    },
    changes() {
      changes ??= createChanges({
        client,
        hub,
        backend: gateway.backendUrl,
        writeTimeout: gateway.writeTimeout,
        auditLogger: options.auditLogger,
        requestId,
        authorization: credentials instanceof GatewayError ? credentials : credentials.authorization,
        // Not with the caller's signal: a change goes on when its caller has left.
        readStatus: (login) => readClusterStatus(client, login),
        stopping: gateway.stopping,
      });
      return changes;
    },
    live: () => createCallerLive(hub, authorization(), options.lastEventId),
    watch: () => hub.facts,
    reachability: () => client.reachability,
    isKnownCaller: () => client.hasAccepted(authorization()),
    supports: (operation) => client.supports(operation),
  };
}

function createCallerLive(hub: Hub, authorization: string, lastEventId: string | undefined): CallerLive {
  return {
    status(minIntervalMs) {
      if (minIntervalMs < 0 || minIntervalMs > 60_000) {
        const issues = [{ path: ['minIntervalMs'], message: 'must be between 0 and 60000' }];
        throw new GatewayError('BAD_USER_INPUT', 'minIntervalMs must be between 0 and 60000.', { issues });
      }
      return readStatus(hub.watch(authorization), minIntervalMs);
    },
    changes: (request) => readChanges(hub.watch(authorization), { ...request, after: lastEventId ?? request.after }),
  };
}

/** Reads cluster_status into the gateway's model. */
export async function readClusterStatus(
  client: HarperClient,
  authorization: string,
  signal?: AbortSignal,
): Promise<ClusterStatus> {
  const options = { authorization, ...(signal && { signal }) };
  const { data, receivedAt, nodeTime } = await client.call(operations.clusterStatus, {}, options);
  return toClusterStatus(data, receivedAt, nodeTime ?? receivedAt);
}

function createCallerHarper({ client, signal }: ContextOptions, authorization: string): CallerHarper {
  let shared: Promise<ClusterStatus> | undefined;
  const read = { authorization, signal };
  const status = () => readClusterStatus(client, authorization, signal);

  return {
    status,
    sharedStatus() {
      shared ??= status();
      return shared;
    },
    async viewer() {
      const { data } = await client.call(operations.userInfo, {}, read);
      const isSuperUser = data.role?.permission?.super_user === true;
      return { username: data.username, role: data.role?.role ?? '', isSuperUser, canChange: isSuperUser };
    },
  };
}
