import { contextCacheSymbol } from '@pothos/core';
import { type Caller, isAllowed, type Role } from '../auth/caller.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { StartedNode } from '../cluster/nodes/start-node.ts';
import type { Thresholds } from '../cluster/state.ts';
import { mergeViews, type Topology } from '../cluster/topology/topology.ts';
import { badInput, GatewayError } from '../errors.ts';
import type { ClusterStatus, Viewer } from '../harper/domain.ts';
import { operations } from '../harper/operations.ts';
import type { MutationPageRequest } from '../live/changelog/audit/mutation-page.ts';
import type { ChangeEvent } from '../live/changelog/changelog.ts';
import type { History } from '../live/changelog/history.ts';
import { type HistoryPage, type PageRequest, readPage } from '../live/changelog/history-page.ts';
import { type AvailabilityRequest, readAvailability } from '../live/changelog/read-availability.ts';
import type { LiveStatus } from '../live/freshness.ts';
import type { Hub, WatchInfo } from '../live/hub.ts';
import type { LiveStream } from '../live/stream.ts';
import { type ChangesRequest, subscribeToChanges, subscribeToStatus } from '../live/subscriptions.ts';
import type { Watcher } from '../live/watcher.ts';
import type { Availability } from '../live/whole/availability.ts';
import type { ClusterChange } from '../live/whole/cluster-change.ts';
import {
  type ClusterChangesRequest,
  subscribeToClusterChanges,
  subscribeToWhole,
} from '../live/whole/subscriptions.ts';
import type { LiveWhole } from '../live/whole/whole-watch.ts';
import { type AuditLog, createAudit } from '../mutations/audit.ts';
import type { Locks } from '../mutations/locks.ts';
import { createMutations, type Mutations } from '../mutations/mutations.ts';
import { targetOf } from '../mutations/target.ts';
import type { Clock } from '../util/clock.ts';
import type { TimeSlices } from '../util/time-slices.ts';
import { type ChangeLogInfo, changeLogOf, openHistory, readMutations } from './caller-history.ts';

/** Whose credentials reach Harper. */
export type GatewayMode = 'FORWARD' | 'SERVICE' | 'SANDBOX';

/** What the schema needs to know of the gateway as a whole; one per process. */
export interface GatewayInfo {
  readonly version: string;
  readonly startedAt: Date;
  readonly mode: GatewayMode;
  /** What an operator should know of the configuration, such as that Harper's certificate is not verified. */
  readonly warnings: readonly string[];
  readonly pollInterval: number;
  /** Milliseconds a change may take, and may wait for its turn. */
  readonly writeTimeout: number;
  readonly thresholds: Thresholds;
  readonly clock: Clock;
  /** Keep the mutations of this Harper apart. */
  readonly locks: Locks;
  /** Fires when the gateway stops: no further step of a change is begun then. */
  readonly stopping: AbortSignal;
  /** Keeps the gateway from stopping until a change is over. */
  readonly track: <T>(change: Promise<T>) => Promise<T>;
}

/** Harper as one caller may use it. */
type CallerHarper = ReturnType<typeof createCallerHarper>;

/** Live streams as one caller may have them. */
type CallerLive = ReturnType<typeof createCallerLive>;

/** What a resolver gets. */
export interface SchemaContext {
  /** What Pothos' auth plugin keeps its results by. */
  readonly [contextCacheSymbol]: object;
  readonly gateway: GatewayInfo;
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
   * @throws GatewayError UNAUTHENTICATED where the caller brought none. A request without credentials is never sent:
   * Harper takes one from its own machine for a super user's (docs/harper.md, "Transport")
   */
  harper(): CallerHarper;
  /**
   * What the caller may change.
   * @throws GatewayError UNAUTHENTICATED, as `harper`
   */
  changes(): Mutations;
  /**
   * Live streams with the caller's credentials.
   * @throws GatewayError UNAUTHENTICATED, as `harper`
   */
  live(): CallerLive;
  watch(): WatchInfo;
  /** A watch with the caller's credentials, which knows since when things are as they are; undefined without one. */
  watched(): Watcher | undefined;
  /**
   * The changes of the whole cluster that the caller may see.
   * @throws to whoever waits: GatewayError BAD_USER_INPUT, CURSOR_EXPIRED, UNAUTHENTICATED, what Harper refuses with
   */
  history(request: PageRequest): Promise<HistoryPage>;
  /**
   * How much of the watched time a node or a link was up.
   * @throws to whoever waits: GatewayError BAD_USER_INPUT, and what `history` throws
   */
  availability(request: AvailabilityRequest): Promise<Availability>;
  /**
   * The mutations that were asked for, of all callers.
   * @throws to whoever waits: what `history` throws
   */
  mutations(request: MutationPageRequest): ReturnType<typeof readMutations>;
  /** What keeps the changes. */
  changeLog(): ChangeLogInfo;
  /** The nodes that can be asked, the preferred one first. */
  readonly nodes: readonly StartedNode[];
  /** Whether the caller has a token of the gateway, or Harper has taken their login before and not refused it since. */
  isKnownCaller(): boolean;
}

/** What the contexts of one gateway are made with. */
export interface ContextServices {
  readonly cluster: Cluster;
  readonly hub: Hub;
  /** undefined: changes are kept in memory only. */
  readonly history: History | undefined;
  /** The time of the event loop that long work shares. */
  readonly slices: TimeSlices;
  readonly gateway: GatewayInfo;
  readonly auditLog: AuditLog;
}

/** What a transport knows of one request. */
export interface RequestInfo {
  readonly requestId: string;
  /** Who asks, or why that is not known. */
  readonly caller: Caller | GatewayError;
  /** Fires when the caller has gone away; left out where nobody waits for this very answer. */
  readonly signal?: AbortSignal | undefined;
  /** Cursor of the last event that an SSE client got before it was cut off; stands in for `after`. */
  readonly lastEventId?: string | undefined;
  /** Gives the status of this request, or throws what kept it from being read, where it has been asked for already. */
  readonly status?: (() => ClusterStatus) | undefined;
}

/** Creates the context of one GraphQL operation. */
export function createContext(services: ContextServices, request: RequestInfo): SchemaContext {
  const { cluster, hub, history, gateway, auditLog } = services;
  const { requestId, caller } = request;
  const known = (): Caller => {
    if (caller instanceof GatewayError) throw caller;
    return caller;
  };
  const user = caller instanceof GatewayError ? null : caller.name;
  const audit = () => createAudit(auditLog, { requestId, user });
  let harper: CallerHarper | undefined;
  let changes: Mutations | undefined;
  return {
    [contextCacheSymbol]: rightsOf(caller),
    gateway,
    requestId,
    may: (role) => !(caller instanceof GatewayError) && isAllowed(caller, role),
    refuse(change) {
      const isAnonymous = caller instanceof GatewayError;
      const error = isAnonymous ? caller : new GatewayError('FORBIDDEN', 'This needs the role operator.');
      // What an anonymous caller sends is not worth a long look.
      if (change !== undefined) audit().refused(change.mutation, isAnonymous ? [] : targetOf(change.input), error);
      return error;
    },
    harper() {
      harper ??= createCallerHarper(services, known(), request);
      return harper;
    },
    changes() {
      const { credentials } = known();
      changes ??= createMutations({ ...gateway, cluster, hub, audit: audit(), credentials });
      return changes;
    },
    live: () => createCallerLive(hub, known(), request.lastEventId),
    watch: () => hub.info,
    watched: () => hub.find(known().credentials),
    history: async (page) => readPage((await openHistory(services, known().credentials)).find, page),
    async availability(wanted) {
      const { find, notes } = await openHistory(services, known().credentials);
      return readAvailability(find, await notes(), wanted);
    },
    mutations: async (page) => readMutations({ ...services, records: auditLog.records }, known().credentials, page),
    changeLog: () => changeLogOf(history),
    nodes: cluster.nodes.all,
    isKnownCaller: () => known().role !== null || cluster.hasAccepted(known().credentials),
  };
}

const RIGHTS = { anonymous: {}, any: {}, viewer: {}, operator: {} } as const;

/**
 * Names what a caller may do. The auth plugin keeps what it has found in a WeakMap by this object, not by the context
 * of each request. An entry for every request would cost the garbage collector as much as executing a query takes
 * (docs/performance.md).
 */
function rightsOf(caller: Caller | GatewayError): object {
  return caller instanceof GatewayError ? RIGHTS.anonymous : RIGHTS[caller.role ?? 'any'];
}

function createCallerLive(hub: Hub, caller: Caller, lastEventId: string | undefined) {
  const { credentials } = caller;
  return {
    /** @throws GatewayError BAD_USER_INPUT for an interval out of range */
    async status(minIntervalMs: number): Promise<LiveStream<LiveStatus>> {
      checkInterval(minIntervalMs);
      return subscribeToStatus(await hub.watch(credentials), minIntervalMs, caller);
    },
    changes: async (request: ChangesRequest): Promise<LiveStream<ChangeEvent>> =>
      subscribeToChanges(await hub.watch(credentials), { ...request, after: lastEventId ?? request.after }, caller),
    async whole(minIntervalMs: number): Promise<LiveStream<LiveWhole>> {
      checkInterval(minIntervalMs);
      return subscribeToWhole(await hub.watch(credentials), minIntervalMs, caller);
    },
    clusterChanges: async (request: ClusterChangesRequest): Promise<LiveStream<ChangeEvent<ClusterChange>>> =>
      subscribeToClusterChanges(
        await hub.watch(credentials),
        { ...request, after: lastEventId ?? request.after },
        caller,
      ),
  };
}

function checkInterval(minIntervalMs: number): void {
  if (minIntervalMs >= 0 && minIntervalMs <= 60_000) return;
  throw badInput([{ path: ['minIntervalMs'], message: 'must be between 0 and 60000' }]);
}

function createCallerHarper({ cluster, slices, gateway }: ContextServices, caller: Caller, request: RequestInfo) {
  const { credentials, role, name } = caller;
  const untilLeft = { signal: request.signal };
  async function status(node?: StartedNode): Promise<ClusterStatus> {
    const read = await cluster.readStatus(credentials, { ...untilLeft, node });
    // All who waited for it are answered at once, and each has a result to be made.
    await slices.turn();
    return read;
  }
  async function statusOf(name: string): Promise<ClusterStatus> {
    return status(await cluster.nodeNamed(name, ['node'], credentials));
  }
  async function askAll(): Promise<Topology> {
    const views = await cluster.askAll(credentials, request.signal);
    await slices.turn();
    return mergeViews(views, gateway.thresholds);
  }
  let shared: Promise<ClusterStatus> | undefined;
  const pinned = new Map<string, Promise<ClusterStatus>>();
  let whole: Promise<Topology> | undefined;
  return {
    /** A fresh cluster_status of a node, answered by a call that began after this one was made. */
    status,
    /**
     * One cluster_status of the named node for everything a query asks of it.
     * @throws GatewayError BAD_USER_INPUT for a name that is not known
     */
    statusOf(name: string): Promise<ClusterStatus> {
      const pending = pinned.get(name) ?? statusOf(name);
      pinned.set(name, pending);
      return pending;
    },
    /** The views of all nodes, merged, of this moment. */
    freshWhole: askAll,
    /** The same, once for everything a query asks of them. */
    whole(): Promise<Topology> {
      whole ??= askAll();
      return whole;
    },
    /** One cluster_status for everything a query asks of it, so that its answer is of one moment. */
    sharedStatus(): Promise<ClusterStatus> | ClusterStatus {
      if (request.status !== undefined) return request.status();
      shared ??= status();
      return shared;
    },
    async viewer(): Promise<Viewer> {
      const { data } = await cluster.read(operations.userInfo, credentials, untilLeft);
      const isSuperUser = data.role?.permission?.super_user === true;
      // In SERVICE mode Harper knows the gateway only; who asks is the gateway's to say.
      if (role !== null) return { username: name ?? '', role, isSuperUser: false, canChange: role === 'operator' };
      return { username: data.username, role: data.role?.role ?? '', isSuperUser, canChange: isSuperUser };
    },
  };
}
