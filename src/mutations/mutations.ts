import type { Credentials } from '../auth/credentials.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { StartedNode } from '../cluster/nodes/start-node.ts';
import { revisionOf } from '../cluster/revision.ts';
import { GatewayError } from '../errors.ts';
import { checkInput } from '../harper/checks.ts';
import type { Route } from '../harper/domain.ts';
import { operations } from '../harper/operations.ts';
import { type NodeRequest, nameOf } from '../harper/requests.ts';
import type { Hub } from '../live/hub.ts';
import { redact, secretsOf, secretsWithin } from '../observability/redact.ts';
import { alsoRemove, type RemoveResult } from './also-remove.ts';
import { createAtNode, type Placed, type Where } from './at-node.ts';
import type { Audit } from './audit.ts';
import { type ConfigureClusterRequest, configureCluster, planCluster } from './configure.ts';
import type { Locks } from './locks.ts';
import {
  type AddNodeRequest,
  addNode,
  type RemoveNodeRequest,
  removeNode,
  type UpdateNodeRequest,
  updateNode,
} from './node.ts';
import type { ClusterPlan } from './plan.ts';
import type { MutationResult } from './result.ts';
import type { RevisionsOfOthers } from './revision.ts';
import { deleteRoutes, type RoutesRequest, readRoutes, setRoutes } from './routes.ts';
import { createSender, type Sender } from './sender.ts';
import type { ConfigureStep } from './steps.ts';
import { targetOf } from './target.ts';
import { waitForConnected } from './wait-for-connected.ts';

/** The mutations of one caller, and the reads that belong to them. */
export type Mutations = ReturnType<typeof createMutations>;

export interface MutationsOptions {
  readonly cluster: Cluster;
  readonly hub: Hub;
  readonly locks: Locks;
  /** Milliseconds a change may take, and may wait for a lock. */
  readonly writeTimeout: number;
  readonly audit: Audit;
  readonly credentials: Credentials;
  /** Aborted when the gateway stops. */
  readonly stopping: AbortSignal;
  /** Keeps the gateway from stopping until a mutation has settled. */
  readonly track: <T>(mutation: Promise<T>) => Promise<T>;
}

/** Creates the mutations of one request. Each is audited; each rejects with GatewayError, or with a fault of ours. */
export function createMutations(options: MutationsOptions) {
  const { cluster, hub, locks, writeTimeout, audit, credentials, stopping, track } = options;
  const atNode = createAtNode(cluster, credentials);
  // Not with the caller's signal: a change goes on when its caller has left.
  const readStatus = (node: StartedNode) => cluster.readStatus(credentials, { node });
  const senderOf = (node: StartedNode) =>
    createSender({ client: node.client, credentials, readStatus: () => readStatus(node), writeTimeout });

  const readVersion = (node: StartedNode) => node.readVersion(credentials);

  /**
   * Runs a mutation at a node, with its audit line, without secrets in its texts. Then live readers are polled for at
   * once.
   */
  function run<T extends MutationResult>(
    mutation: string,
    input: { readonly node?: string | null | undefined },
    send: (sender: Sender, node: StartedNode) => Promise<T>,
    where?: Where,
  ): Promise<Placed<T>> {
    const running = audit.record(mutation, targetOf(input), async () => {
      const own = credentials.kind === 'own' ? [] : secretsOf(credentials.authorization);
      const secrets = [...secretsWithin(input), ...own];
      try {
        const placed = await atNode(input.node, ['input', 'node'], (node) => send(senderOf(node), node), where);
        return { ...redactResult(placed, secrets), at: placed.at };
      } catch (error) {
        throw error instanceof GatewayError ? redactError(error, secrets) : error;
      } finally {
        hub.pollNow();
      }
    });
    return track(running);
  }

  /** Adds a warning when the node is not connected within the time that the caller allowed. */
  async function connected(
    result: Placed<MutationResult>,
    { waitForConnected: timeoutMs, ...node }: AddNodeRequest | UpdateNodeRequest,
  ): Promise<Placed<MutationResult>> {
    if (!timeoutMs) return result;
    const reason = await waitForConnected(await hub.watch(credentials), nameOf(node), { at: result.at, timeoutMs });
    return reason === undefined ? result : { ...result, warnings: [...result.warnings, reason] };
  }

  /** Harper adds its own node with success, and nothing comes of it (docs/harper.md, "add_node"). */
  async function added(result: Placed<MutationResult>, input: AddNodeRequest): Promise<Placed<MutationResult>> {
    const name = nameOf(input);
    // The change is made: a status that cannot be read must not hide that.
    if (result.at.name === undefined) await readStatus(result.at).catch(() => undefined);
    if (result.at.name !== name) return connected(withCertificateWarning(result), input);
    return { ...result, warnings: [...result.warnings, `${name} is the called node itself, so nothing was added.`] };
  }

  return {
    async addNode(input: AddNodeRequest): Promise<Placed<MutationResult>> {
      const send = (sender: Sender, called: StartedNode) =>
        addNode(sender, input, { locks, others: revisionsBut(called) });
      return added(await run('addNode', input, send, { but: nameOf(input) }), input);
    },
    async updateNode(input: UpdateNodeRequest): Promise<Placed<MutationResult>> {
      const send = (sender: Sender, called: StartedNode) =>
        updateNode(sender, input, { locks, others: revisionsBut(called) });
      return connected(await run('updateNode', input, send, { but: nameOf(input) }), input);
    },
    removeNode: (input: RemoveNodeRequest): Promise<Placed<RemoveResult>> =>
      run(
        'removeNode',
        input,
        async (sender, called) => {
          const further = (await removalsAt(input)).filter((node) => node !== called);
          const result = await removeNode(sender, input, { locks, others: revisionsBut(called) });
          return alsoRemove(result, {
            hostname: input.hostname,
            topology: locks.topology,
            further,
            stopping,
            senderOf,
            readVersion,
          });
        },
        { but: input.hostname },
      ),
    configureCluster: (input: ConfigureClusterRequest) =>
      run(
        'configureCluster',
        input,
        (sender, node) => configureCluster(sender, input, { locks, stopping, revisionsOfOthers: revisionsBut(node) }),
        // The wanted peers of one node are not those of another. A revision says whose were meant.
        { preferredOnly: input.expectedRevision == null },
      ),
    setRoutes: (input: RoutesRequest) => run('setRoutes', input, (sender) => setRoutes(sender, locks, input)),
    deleteRoutes: (input: RoutesRequest) => run('deleteRoutes', input, (sender) => deleteRoutes(sender, locks, input)),
    /** What configureCluster would do; changes nothing. */
    async plan(connections: readonly NodeRequest[], node?: string | null): Promise<Placed<ClusterPlan>> {
      checkInput(operations.configureCluster, { connections: [...connections] }, []);
      return atNode(node, ['node'], (at) => planCluster(senderOf(at), connections));
    },
    async routes(node?: string | null): Promise<Route[]> {
      const { routes } = await atNode(node, ['node'], async (at) => ({ routes: await readRoutes(senderOf(at)) }));
      return routes;
    },
    /** The routes of a node, after a change there. */
    routesAt: (node: StartedNode) => readRoutes(senderOf(node)),
  };

  /** The nodes at which something is removed as well. They are looked for before anything is sent. */
  async function removalsAt({ alsoAt }: RemoveNodeRequest): Promise<StartedNode[]> {
    const found = new Set<StartedNode>();
    for (const [at, name] of (alsoAt ?? []).entries())
      found.add(await cluster.nodeNamed(name, ['input', 'alsoAt', at], credentials));
    return [...found];
  }

  /** The revisions that other nodes had when they were last read, with their names. */
  function revisionsBut(called: StartedNode): RevisionsOfOthers {
    const others = cluster.nodes.distinct.filter((node) => node !== called);
    return new Map(others.flatMap(({ latest }) => (latest ? [[revisionOf(latest), latest.nodeName] as const] : [])));
  }
}

/** A result without secrets. It was made of Harper's words as they were, so a password cannot change its meaning. */
function redactResult<T extends MutationResult>(result: T, secrets: readonly string[]): T {
  return {
    ...result,
    message: redact(result.message, secrets),
    warnings: result.warnings.map((warning) => redact(warning, secrets)),
    ...('steps' in result && { steps: redactSteps(result.steps as readonly ConfigureStep[], secrets) }),
  };
}

function redactSteps(steps: readonly ConfigureStep[], secrets: readonly string[]): ConfigureStep[] {
  return steps.map((step) => ({ ...step, message: redact(step.message, secrets) }));
}

/** The same error without secrets of the whole input: each call of several knows only its own part of them. */
function redactError(error: GatewayError, secrets: readonly string[]): GatewayError {
  const { steps, ...details } = error.details;
  return new GatewayError(error.code, redact(error.message, secrets), {
    read: false,
    ...details,
    ...(steps !== undefined && { steps: redactSteps(steps as readonly ConfigureStep[], secrets) }),
    cause: error,
  });
}

/** Over TLS the first addition changes the certificate of the called node itself (docs/harper.md, "add_node"). */
function withCertificateWarning<T extends MutationResult>(result: T): T {
  if (!/'wss:/.test(result.message)) return result;
  const warning =
    'With its first join over wss the called node gets another certificate. Clients of its operations API, this ' +
    'gateway too, need the authorities of all nodes (HARPER_CA_FILE), or its new fingerprint (HARPER_FINGERPRINT).';
  return { ...result, warnings: [...result.warnings, warning] };
}
