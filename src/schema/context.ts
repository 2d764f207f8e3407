import { GatewayError } from '../errors.ts';
import type { HarperClient, Reachability } from '../harper/client.ts';
import { toClusterStatus } from '../harper/dialect.ts';
import type { ClusterStatus, Route, Viewer } from '../harper/domain.ts';
import { type Operation, operations } from '../harper/operations.ts';
import { toRoute } from '../harper/routes.ts';
import type { Thresholds } from '../harper/state.ts';

export type GatewayMode = 'FORWARD' | 'SERVICE' | 'SANDBOX';

/** What the schema needs to know of the gateway as a whole; one per process. */
export interface GatewayFacts {
  readonly version: string;
  readonly startedAt: Date;
  readonly mode: GatewayMode;
  readonly backendUrl: string;
  readonly pollInterval: number;
  readonly thresholds: Thresholds;
}

/** Harper as one caller may use it. */
export interface CallerHarper {
  /** A fresh cluster_status, answered by a call that began after this one was made. */
  status(): Promise<ClusterStatus>;
  /** One cluster_status for everything a query asks of it, so that its answer is of one moment. */
  sharedStatus(): Promise<ClusterStatus>;
  routes(): Promise<Route[]>;
  viewer(): Promise<Viewer>;
  /** Sends a change; its input stands at `input` in the caller's arguments. */
  change<I, O>(operation: Operation<I, O>, input: NoInfer<I>): Promise<O>;
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
  reachability(): Reachability;
  supports(operation: string): boolean | null;
}

/** Whose credentials a request runs with: a caller's or the gateway's own. */
export interface Credentials {
  readonly authorization: string;
}

export interface ContextOptions {
  readonly client: HarperClient;
  readonly gateway: GatewayFacts;
  readonly requestId: string;
  /** The credentials to use, or why there are none. */
  readonly credentials: Credentials | GatewayError;
  readonly signal: AbortSignal;
}

/** Creates the context of one GraphQL operation. */
export function createContext({ client, gateway, requestId, credentials, signal }: ContextOptions): SchemaContext {
  let harper: CallerHarper | undefined;
  return {
    gateway,
    requestId,
    harper() {
      if (credentials instanceof GatewayError) throw credentials;
      harper ??= createCallerHarper(client, credentials.authorization, signal);
      return harper;
    },
    reachability: () => client.reachability,
    supports: (operation) => client.supports(operation),
  };
}

function createCallerHarper(client: HarperClient, authorization: string, signal: AbortSignal): CallerHarper {
  let shared: Promise<ClusterStatus> | undefined;
  const read = { authorization, signal };

  async function status(): Promise<ClusterStatus> {
    const { data, receivedAt, nodeTime } = await client.call(operations.clusterStatus, {}, read);
    return toClusterStatus(data, receivedAt, nodeTime ?? receivedAt);
  }

  return {
    status,
    sharedStatus() {
      shared ??= status();
      return shared;
    },
    async routes() {
      const { data } = await client.call(operations.getRoutes, {}, read);
      return data.map(toRoute);
    },
    async viewer() {
      const { data } = await client.call(operations.userInfo, {}, read);
      const isSuperUser = data.role?.permission?.super_user === true;
      return { username: data.username, role: data.role?.role ?? '', isSuperUser, canChange: isSuperUser };
    },
    async change(operation, input) {
      const { data } = await client.call(operation, input, { authorization, inputPath: ['input'] });
      return data;
    },
  };
}
