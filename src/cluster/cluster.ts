import { type Credentials, OWN_CREDENTIALS } from '../auth/credentials.ts';
import type { Answered } from '../harper/client.ts';
import type { ClusterStatus } from '../harper/domain.ts';
import { OwnLoginFault } from '../harper/login.ts';
import type { Operation } from '../harper/operations.ts';
import { waitFor } from '../util/waiter.ts';
import { type Asking, createAsking } from './nodes/asking.ts';
import { type BeginRead, createFailover } from './nodes/failover.ts';
import { type Nodes, startNodes } from './nodes/nodes.ts';
import type { AwaitStatus } from './nodes/read-status.ts';
import type { NodeOptions, StartedNode } from './nodes/start-node.ts';

/** The cluster as a whole, through all nodes that can be asked. */
export interface Cluster extends Asking {
  readonly nodes: Nodes;
  /**
   * The node of a name. Where that is not known, and some have not told theirs yet, all are asked first.
   * @param path where the name stands in the caller's request
   * @throws GatewayError BAD_USER_INPUT that lists the names that are known
   */
  nodeNamed(name: string, path: readonly (string | number)[], credentials: Credentials): Promise<StartedNode>;
  /**
   * Reads the status at a node; at the best one that answers when none is given.
   * @throws what the client throws
   */
  readStatus(credentials: Credentials, options?: ReadOptions): Promise<ClusterStatus>;
  /** The same without a promise, at the best node: for many who wait at once. */
  readonly awaitStatus: AwaitStatus;
  /** The nodes there are at this moment, as polls with these credentials read them. */
  watched(credentials: Credentials): readonly PolledNode[];
  /** Reads anything else, as `readStatus` does. */
  read<O>(
    operation: Operation<Record<string, never>, O>,
    credentials: Credentials,
    options?: ReadOptions,
  ): Promise<Answered<O>>;
  /** Asks whether any node is there at all, without a login. Rejects with why the preferred one is not. */
  ping(signal: AbortSignal): Promise<void>;
  /**
   * Reads the cluster with the gateway's own login.
   * @returns settles with why Harper refuses that; undefined where it does not, or cannot be asked in time
   */
  checkOwnLogin(signal: AbortSignal): Promise<string | undefined>;
  /** Whether any node has accepted these credentials, and has not refused them since. */
  hasAccepted(credentials: Credentials): boolean;
  close(graceMs: number): Promise<void>;
}

/** A node as polls read it. */
export interface PolledNode {
  readonly info: StartedNode;
  /** Learns from a status that another gateway has read. */
  readonly learn: (status: ClusterStatus) => void;
  readonly read: (signal: AbortSignal) => Promise<ClusterStatus>;
}

export interface ReadOptions {
  readonly node?: StartedNode | undefined;
  /** Takes the caller out of the read. */
  readonly signal?: AbortSignal | undefined;
}

/** Creates the cluster; nothing is sent before the first call. */
export function createCluster(options: NodeOptions): Cluster {
  const { settings, clock, logger } = options;
  const onFault = (error: unknown) => logger.error({ err: error }, 'Unexpected error');
  const nodes = startNodes(options);
  const readFromAny = createFailover(settings.READ_TIMEOUT, clock);

  function readOnce<T>(begin: BeginRead<T>, { node, signal }: ReadOptions): Promise<T> {
    return waitFor((waiter) => readFromAny(node === undefined ? nodes.choose() : [node], begin, waiter), signal);
  }

  const readStatus: Cluster['readStatus'] = (credentials, readOptions = {}) =>
    readOnce((node, waiter) => node.awaitStatus(credentials, waiter), readOptions);
  const asking = createAsking({ nodes, timeoutMs: settings.VIEW_TIMEOUT, clock });
  return {
    nodes,
    async nodeNamed(name, path, credentials) {
      const known = nodes.all.some((node) => node.name === name);
      if (!known && nodes.all.some((node) => node.name === undefined)) await asking.askAll(credentials);
      return nodes.named(name, path);
    },
    readStatus,
    awaitStatus: (credentials, waiter) =>
      readFromAny(nodes.choose(), (node, own) => node.awaitStatus(credentials, own), waiter),
    read: <O>(operation: Operation<Record<string, never>, O>, credentials: Credentials, readOptions = {}) =>
      readOnce<Answered<O>>((node, waiter) => node.client.read(operation, credentials, waiter), readOptions),
    ...asking,
    watched: (credentials) =>
      nodes.distinct.map((info) => ({
        info,
        learn: info.learn,
        async read(signal) {
          // Of several nodes each has the time of a view. The only one has all there is.
          const status = await (nodes.all.length === 1
            ? readStatus(credentials, { node: info, signal })
            : asking.askOne(info, credentials, signal));
          info.readVersion(credentials, signal).catch(onFault);
          return status;
        },
      })),
    async ping(signal) {
      const pings = nodes.distinct.map(async (node) => {
        try {
          await node.ping(signal);
        } catch (error) {
          node.health.failed();
          throw error;
        }
        // One that is out is back when a probe, or somebody who asks for it, has reached it.
        if (node.health.isIn) node.health.succeeded();
      });
      try {
        await Promise.any(pings);
      } catch {
        await pings[0];
      }
    },
    async checkOwnLogin(signal) {
      try {
        await readStatus(OWN_CREDENTIALS, { signal });
        return undefined;
      } catch (error) {
        // Whatever else is wrong is no matter of the login.
        return error instanceof OwnLoginFault ? error.message : undefined;
      }
    },
    hasAccepted: (credentials) => nodes.all.some(({ client }) => client.hasAccepted(credentials)),
    close: nodes.close,
  };
}
