import { contextCacheSymbol } from '@pothos/core';
import { type Caller, isAllowed, type Role } from '../auth/caller.ts';
import type { Thresholds } from '../cluster/state.ts';
import { GatewayError } from '../errors.ts';
import type { CallOptions, HarperClient } from '../harper/client.ts';
import type { ClusterStatus, Viewer } from '../harper/domain.ts';
import { operations } from '../harper/operations.ts';
import type { Reachability } from '../harper/reachability.ts';
import { toClusterStatus } from '../harper/status/dialect.ts';
import type { FeedEvent } from '../live/changelog.ts';
import type { Hub, WatchFacts } from '../live/hub.ts';
import type { Reading } from '../live/stream.ts';
import { type ChangesRequest, readChanges, readStatus } from '../live/subscriptions.ts';
import { type Audit, createAudit } from '../mutations/audit.ts';
import { type Changes, createChanges } from '../mutations/mutations.ts';
import { targetOf } from '../mutations/target.ts';
import type { Logger } from '../observability/logger.ts';

/** Whose credentials reach Harper. */
export type GatewayMode = 'FORWARD' | 'SERVICE' | 'SANDBOX';

/** What the schema needs to know of the gateway as a whole; one per process. */
export interface GatewayFacts {
  readonly version: string;
  readonly startedAt: Date;
  readonly mode: GatewayMode;
  readonly backendUrl: string;
  /** What an operator should know of the configuration, such as that Harper's certificate is not verified. */
  readonly warnings: readonly string[];
  readonly pollInterval: number;
  /** Milliseconds a change may take, and may wait for its turn. */
  readonly writeTimeout: number;
  readonly thresholds: Thresholds;
  /** Fires when the gateway stops: no further step of a change is begun then. */
  readonly stopping: AbortSignal;
  /** Keeps the gateway from stopping until a change is over. */
  readonly track: <T>(change: Promise<T>) => Promise<T>;
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
  status(minIntervalMs: number): Reading<ClusterStatus>;
  changes(request: ChangesRequest): Reading<FeedEvent>;
}

/** What a resolver gets. */
export interface SchemaContext {
  /** What Pothos' auth plugin keeps its verdicts by. */
  readonly [contextCacheSymbol]: object;
  readonly gateway: GatewayFacts;
  readonly requestId: string;
  /** Whether the caller may do what a role may. */
  may(role: Role): boolean;
  /**
   * Why the caller may not: UNAUTHENTICATED, RATE_LIMITED or FORBIDDEN.
   * @param change the change that was asked for, which is audited; undefined for everything else
   */
  refuse(change: { readonly mutation: string; readonly input: object } | undefined): GatewayError;
  /**
   * Harper with the caller's credentials.
   * @throws GatewayError UNAUTHENTICATED where the caller brought none: Harper takes an unauthenticated request from this
   * machine for a super user's (harper.md, "Transport"), so none is ever sent
   */
  harper(): CallerHarper;
  /**
   * What the caller may change.
   * @throws GatewayError UNAUTHENTICATED, as `harper`
   */
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

/** What becomes of asking Harper for a status. */
export type StatusWait = Pick<CallOptions, 'onStart' | 'onWait'>;

export interface ContextOptions {
  readonly client: HarperClient;
  readonly hub: Hub;
  readonly gateway: GatewayFacts;
  readonly requestId: string;
  readonly auditLogger: Logger;
  /** Who asks, or why it is nobody. */
  readonly caller: Caller | GatewayError;
  /** Fires when the caller has gone away; undefined where nobody waits for this very answer. */
  readonly signal: AbortSignal | undefined;
  /** How whoever shares the answer takes part in asking Harper for the shared status. */
  readonly wait?: StatusWait | undefined;
  /** Cursor of the last event an SSE client got before it was cut off; stands in for `after`. */
  readonly lastEventId?: string | undefined;
}

/** Creates the context of one GraphQL operation. */
export function createContext(options: ContextOptions): SchemaContext {
  const { client, hub, gateway, requestId, caller, auditLogger } = options;
  const known = (): Caller => {
    if (caller instanceof GatewayError) throw caller;
    return caller;
  };
  let audited: Audit | undefined;
  const audit = () => {
    const user = caller instanceof GatewayError ? null : caller.name;
    audited ??= createAudit({ logger: auditLogger, requestId, user });
    return audited;
  };
  let harper: CallerHarper | undefined;
  let changes: Changes | undefined;
  return {
    [contextCacheSymbol]: rightsOf(caller),
    gateway,
    requestId,
    may: (role) => !(caller instanceof GatewayError) && isAllowed(caller, role),
    refuse(change) {
      const error =
        caller instanceof GatewayError ? caller : new GatewayError('FORBIDDEN', 'This needs the role operator.');
      // What somebody who is nobody sends is not worth a long look.
      const target = caller instanceof GatewayError ? [] : targetOf(change?.input ?? {});
      if (change !== undefined) audit().refused(change.mutation, target, error);
      return error;
    },
    harper() {
      harper ??= createCallerHarper(options, known());
      return harper;
    },
    changes() {
      const { authorization } = known();
      changes ??= createChanges({
        client,
        hub,
        backend: gateway.backendUrl,
        writeTimeout: gateway.writeTimeout,
        audit: audit(),
        authorization,
        // Not with the caller's signal: a change goes on when its caller has left.
        readStatus: () => readClusterStatus(client, authorization),
        stopping: gateway.stopping,
        track: gateway.track,
      });
      return changes;
    },
    live: () => createCallerLive(hub, known(), options.lastEventId),
    watch: () => hub.facts,
    reachability: () => client.reachability,
    isKnownCaller: () => client.hasAccepted(known().authorization),
    supports: (operation) => client.supports(operation),
  };
}

const RIGHTS = { nobody: {}, any: {}, viewer: {}, operator: {} } as const;

/**
 * Names what a caller may do. The auth plugin keeps what it has found in a WeakMap by this object, not by the context of each request: an
 * entry for every request costs the garbage collector as much as executing a query takes (docs/performance.md).
 */
function rightsOf(caller: Caller | GatewayError): object {
  return caller instanceof GatewayError ? RIGHTS.nobody : RIGHTS[caller.role ?? 'any'];
}

function createCallerLive(hub: Hub, caller: Caller, lastEventId: string | undefined): CallerLive {
  const { authorization } = caller;
  return {
    status(minIntervalMs) {
      if (minIntervalMs < 0 || minIntervalMs > 60_000) {
        const issues = [{ path: ['minIntervalMs'], message: 'must be between 0 and 60000' }];
        throw new GatewayError('BAD_USER_INPUT', 'minIntervalMs must be between 0 and 60000.', { issues });
      }
      return readStatus(hub.watch(authorization), minIntervalMs, caller);
    },
    changes: (request) =>
      readChanges(hub.watch(authorization), { ...request, after: lastEventId ?? request.after }, caller),
  };
}

/** Reads cluster_status into the gateway's model. */
export async function readClusterStatus(
  client: HarperClient,
  authorization: string,
  signal?: AbortSignal,
  wait?: StatusWait,
): Promise<ClusterStatus> {
  const options = { authorization, ...(signal && { signal }), ...wait };
  const { data, receivedAt, nodeTime } = await client.call(operations.clusterStatus, {}, options);
  return toClusterStatus(data, receivedAt, nodeTime ?? receivedAt);
}

function createCallerHarper({ client, signal, wait }: ContextOptions, caller: Caller): CallerHarper {
  const { authorization, role, name } = caller;
  let shared: Promise<ClusterStatus> | undefined;

  const status = () => readClusterStatus(client, authorization, signal);

  return {
    status,
    sharedStatus() {
      shared ??= readClusterStatus(client, authorization, signal, wait);
      return shared;
    },
    async viewer() {
      const { data } = await client.call(operations.userInfo, {}, { authorization, ...(signal && { signal }) });
      const isSuperUser = data.role?.permission?.super_user === true;
      // In SERVICE mode Harper knows the gateway only; who asks is the gateway's to say.
      if (role !== null) return { username: name ?? '', role, isSuperUser: false, canChange: role === 'operator' };
      return { username: data.username, role: data.role?.role ?? '', isSuperUser, canChange: isSuperUser };
    },
  };
}
