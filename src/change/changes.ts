import { type ErrorDetails, GatewayError } from '../errors.ts';
import { checkInput } from '../harper/checks.ts';
import type { HarperClient } from '../harper/client.ts';
import type { ClusterStatus, Route } from '../harper/domain.ts';
import { operations } from '../harper/operations.ts';
import { type NodeRequest, nameOf } from '../harper/requests.ts';
import type { Hub } from '../live/hub.ts';
import type { Logger } from '../log.ts';
import { redact, redactDeep, secretsWithin } from '../redact.ts';
import { createAudit, userOf } from './audit.ts';
import { type ConfigureClusterRequest, type ConfigureOutcome, configureCluster, planCluster } from './configure.ts';
import { waitForConnected } from './connected.ts';
import { lockOf } from './lock.ts';
import {
  type AddNodeRequest,
  addNode,
  type RemoveNodeRequest,
  removeNode,
  type UpdateNodeRequest,
  updateNode,
} from './node.ts';
import type { Outcome } from './outcome.ts';
import type { ClusterPlan } from './plan.ts';
import { deleteRoutes, placesOf, type RoutesOutcome, type RoutesRequest, readRoutes, setRoutes } from './routes.ts';
import { createSender, type Sender } from './sender.ts';

/** Everything one caller may change; each is audited, and live readers see it at once. */
export interface Changes {
  addNode(input: AddNodeRequest): Promise<Outcome>;
  updateNode(input: UpdateNodeRequest): Promise<Outcome>;
  removeNode(input: RemoveNodeRequest): Promise<Outcome>;
  configureCluster(input: ConfigureClusterRequest): Promise<ConfigureOutcome>;
  setRoutes(input: RoutesRequest): Promise<RoutesOutcome>;
  deleteRoutes(input: RoutesRequest): Promise<RoutesOutcome>;
  /** What configureCluster would do; changes nothing. */
  plan(connections: readonly NodeRequest[]): Promise<ClusterPlan>;
  routes(): Promise<Route[]>;
}

export interface ChangesOptions {
  readonly client: HarperClient;
  readonly hub: Hub;
  /** Names the backend: its changes are kept apart. */
  readonly backend: string;
  readonly writeTimeout: number;
  readonly auditLogger: Logger;
  readonly requestId: string;
  /** The caller's credentials, or why there are none. */
  readonly authorization: string | GatewayError;
  readonly readStatus: (authorization: string) => Promise<ClusterStatus>;
  /** Fires when the gateway stops. */
  readonly stopping: AbortSignal;
}

/** Creates the changes of one request. */
export function createChanges(options: ChangesOptions): Changes {
  const { client, hub, backend, writeTimeout, auditLogger, requestId, authorization, readStatus, stopping } = options;
  const topology = lockOf(`topology ${backend}`);
  const configuration = lockOf(`configuration ${backend}`);
  const user = authorization instanceof GatewayError ? null : userOf(authorization);
  const audit = createAudit({ logger: auditLogger, requestId, user });

  function login(): string {
    if (authorization instanceof GatewayError) throw authorization;
    return authorization;
  }

  function sender(): Sender {
    const own = login();
    return createSender({ client, authorization: own, readStatus: () => readStatus(own), writeTimeout });
  }

  /** Makes a change as the audit is to know it; live readers see at once whatever came of it. */
  function change<T extends Outcome>(
    mutation: string,
    target: string | readonly string[],
    input: object,
    make: (sender: Sender) => Promise<T>,
  ): Promise<T> {
    return audit.record(mutation, target, async () => {
      const secrets = secretsWithin(input);
      try {
        const outcome = await make(sender());
        return secrets.length === 0 ? outcome : (redactDeep(outcome, secrets) as T);
      } catch (error) {
        throw error instanceof GatewayError ? withoutSecrets(error, secrets) : error;
      } finally {
        hub.nudge();
      }
    });
  }

  /** Adds a warning when the node is not connected in the time the caller gave it. */
  async function connected(outcome: Outcome, name: string, wait: number | null | undefined): Promise<Outcome> {
    if (wait === null || wait === undefined) return outcome;
    const reason = await waitForConnected(hub.watch(login()), name, wait);
    return reason === undefined ? outcome : { ...outcome, warnings: [...outcome.warnings, reason] };
  }

  return {
    async addNode(input) {
      const outcome = await change('addNode', nameOf(input), input, (harper) => addNode(harper, topology, input));
      return connected(outcome, nameOf(input), input.waitForConnected);
    },
    async updateNode(input) {
      const outcome = await change('updateNode', nameOf(input), input, (harper) => updateNode(harper, topology, input));
      return connected(outcome, input.hostname, input.waitForConnected);
    },
    removeNode: (input) => change('removeNode', input.hostname, input, (harper) => removeNode(harper, topology, input)),
    configureCluster: (input) =>
      change('configureCluster', input.connections.map(nameOf), input, (harper) =>
        configureCluster(harper, topology, input, stopping),
      ),
    setRoutes: (input) =>
      change('setRoutes', placesOf(input), input, (harper) => setRoutes(harper, configuration, input)),
    deleteRoutes: (input) =>
      change('deleteRoutes', placesOf(input), input, (harper) => deleteRoutes(harper, configuration, input)),
    async plan(connections) {
      const harper = sender();
      checkInput(operations.configureCluster, { connections }, []);
      return planCluster(harper, connections);
    },
    routes: () => readRoutes(sender()),
  };
}

/** The same error without what was secret in a request: one that takes several calls tells each of them only a part. */
function withoutSecrets(error: GatewayError, secrets: readonly string[]): GatewayError {
  const message = redact(error.message, secrets);
  if (message === error.message) return error;
  const extensions = redactDeep(error.extensions, secrets) as ErrorDetails;
  return new GatewayError(error.code, message, { read: false, ...extensions, cause: error });
}
