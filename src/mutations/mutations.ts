import type { Credentials } from '../auth/credentials.ts';
import { GatewayError } from '../errors.ts';
import { checkInput } from '../harper/checks.ts';
import type { HarperClient } from '../harper/client.ts';
import type { ClusterStatus } from '../harper/domain.ts';
import { operations } from '../harper/operations.ts';
import { type NodeRequest, nameOf } from '../harper/requests.ts';
import type { Hub } from '../live/hub.ts';
import { redact, secretsOf, secretsWithin } from '../observability/redact.ts';
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
import { deleteRoutes, type RoutesRequest, readRoutes, setRoutes } from './routes.ts';
import { createSender } from './sender.ts';
import type { ConfigureStep } from './steps.ts';
import { targetOf } from './target.ts';
import { waitForConnected } from './wait-for-connected.ts';

/** The mutations of one caller, and the reads that belong to them. */
export type Mutations = ReturnType<typeof createMutations>;

export interface MutationsOptions {
  readonly client: HarperClient;
  readonly hub: Hub;
  readonly locks: Locks;
  /** Milliseconds a change may take, and may wait for a lock. */
  readonly writeTimeout: number;
  readonly audit: Audit;
  readonly credentials: Credentials;
  readonly readStatus: () => Promise<ClusterStatus>;
  /** Name of the called node as it was last seen; undefined before it was. */
  readonly nodeName: () => string | undefined;
  /** Aborted when the gateway stops. */
  readonly stopping: AbortSignal;
  /** Keeps the gateway from stopping until a mutation has settled. */
  readonly track: <T>(mutation: Promise<T>) => Promise<T>;
}

/** Creates the mutations of one request. Each is audited; each rejects with GatewayError, or with a fault of ours. */
export function createMutations(options: MutationsOptions) {
  const { client, hub, locks, writeTimeout, audit, credentials, readStatus, nodeName, stopping, track } = options;
  const sender = createSender({ client, credentials, readStatus, writeTimeout });

  /** Runs a mutation with its audit line, without secrets in its texts. Then live readers are polled for at once. */
  function run<T extends MutationResult>(mutation: string, input: object, send: () => Promise<T>): Promise<T> {
    const running = audit.record(mutation, targetOf(input), async () => {
      const own = credentials.kind === 'own' ? [] : secretsOf(credentials.authorization);
      const secrets = [...secretsWithin(input), ...own];
      try {
        return redactResult(await send(), secrets);
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
    result: MutationResult,
    { waitForConnected: timeoutMs, ...node }: AddNodeRequest | UpdateNodeRequest,
  ): Promise<MutationResult> {
    if (!timeoutMs) return result;
    const reason = await waitForConnected(hub.watch(credentials), nameOf(node), timeoutMs);
    return reason === undefined ? result : { ...result, warnings: [...result.warnings, reason] };
  }

  /** Harper adds its own node with success, and nothing comes of it (docs/harper.md, "add_node"). */
  async function added(result: MutationResult, input: AddNodeRequest): Promise<MutationResult> {
    const name = nameOf(input);
    // The change is made: a status that cannot be read must not hide that.
    if (nodeName() === undefined) await readStatus().catch(() => undefined);
    if (nodeName() !== name) return connected(withCertificateWarning(result), input);
    return { ...result, warnings: [...result.warnings, `${name} is the called node itself, so nothing was added.`] };
  }

  return {
    async addNode(input: AddNodeRequest): Promise<MutationResult> {
      return added(await run('addNode', input, () => addNode(sender, locks, input)), input);
    },
    async updateNode(input: UpdateNodeRequest): Promise<MutationResult> {
      const result = await run('updateNode', input, () => updateNode(sender, locks, input));
      return connected(result, input);
    },
    removeNode: (input: RemoveNodeRequest) => run('removeNode', input, () => removeNode(sender, locks, input)),
    configureCluster: (input: ConfigureClusterRequest) =>
      run('configureCluster', input, () => configureCluster(sender, input, { locks, stopping })),
    setRoutes: (input: RoutesRequest) => run('setRoutes', input, () => setRoutes(sender, locks, input)),
    deleteRoutes: (input: RoutesRequest) => run('deleteRoutes', input, () => deleteRoutes(sender, locks, input)),
    /** What configureCluster would do; changes nothing. */
    async plan(connections: readonly NodeRequest[]): Promise<ClusterPlan> {
      checkInput(operations.configureCluster, { connections: [...connections] }, []);
      return planCluster(sender, connections);
    },
    routes: () => readRoutes(sender),
  };
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
function withCertificateWarning(result: MutationResult): MutationResult {
  if (!/'wss:/.test(result.message)) return result;
  const warning =
    'With its first join over wss the called node gets another certificate. Clients of its operations API, this ' +
    'gateway too, need the authorities of all nodes (HARPER_CA_FILE), or its new fingerprint (HARPER_FINGERPRINT).';
  return { ...result, warnings: [...result.warnings, warning] };
}
