import { type ErrorDetails, GatewayError } from '../errors.ts';
import { checkInput } from '../harper/checks.ts';
import type { HarperClient } from '../harper/client.ts';
import type { ClusterStatus, Route } from '../harper/domain.ts';
import { operations } from '../harper/operations.ts';
import { type NodeRequest, nameOf } from '../harper/requests.ts';
import type { Hub } from '../live/hub.ts';
import { redact, redactDeep, secretsWithin } from '../redact.ts';
import type { Audit } from './audit.ts';
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
import { deleteRoutes, type RoutesOutcome, type RoutesRequest, readRoutes, setRoutes } from './routes.ts';
import { createSender } from './sender.ts';
import { targetOf } from './target.ts';

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
  readonly audit: Audit;
  /** The Authorization that Harper is called with. */
  readonly authorization: string;
  readonly readStatus: () => Promise<ClusterStatus>;
  /** Told of an error that Harper or the gateway answers a change with. */
  readonly onError: (error: unknown) => void;
  /** Fires when the gateway stops. */
  readonly stopping: AbortSignal;
}

/** Creates the changes of one request. */
export function createChanges(options: ChangesOptions): Changes {
  const { client, hub, backend, writeTimeout, audit, authorization, readStatus, onError, stopping } = options;
  const topology = lockOf(`topology ${backend}`);
  const configuration = lockOf(`configuration ${backend}`);
  const harper = createSender({ client, authorization, readStatus, writeTimeout });

  /** Makes a change as the audit is to know it; live readers see at once whatever came of it. */
  function change<T extends Outcome>(mutation: string, input: object, make: () => Promise<T>): Promise<T> {
    return audit.record(mutation, targetOf(input), async () => {
      const secrets = secretsWithin(input);
      try {
        const outcome = await make();
        return secrets.length === 0 ? outcome : (redactDeep(outcome, secrets) as T);
      } catch (error) {
        onError(error);
        throw error instanceof GatewayError ? withoutSecrets(error, secrets) : error;
      } finally {
        hub.nudge();
      }
    });
  }

  /** Adds a warning when the node is not connected in the time the caller gave it. */
  async function connected(outcome: Outcome, name: string, wait: number | null | undefined): Promise<Outcome> {
    if (wait === null || wait === undefined) return outcome;
    const reason = await waitForConnected(hub.watch(authorization), name, wait);
    return reason === undefined ? outcome : { ...outcome, warnings: [...outcome.warnings, reason] };
  }

  return {
    async addNode(input) {
      const outcome = await change('addNode', input, () => addNode(harper, topology, input));
      return connected(outcome, nameOf(input), input.waitForConnected);
    },
    async updateNode(input) {
      const outcome = await change('updateNode', input, () => updateNode(harper, topology, input));
      return connected(outcome, input.hostname, input.waitForConnected);
    },
    removeNode: (input) => change('removeNode', input, () => removeNode(harper, topology, input)),
    configureCluster: (input) =>
      change('configureCluster', input, () => configureCluster(harper, topology, input, stopping)),
    setRoutes: (input) => change('setRoutes', input, () => setRoutes(harper, configuration, input)),
    deleteRoutes: (input) => change('deleteRoutes', input, () => deleteRoutes(harper, configuration, input)),
    async plan(connections) {
      checkInput(operations.configureCluster, { connections }, []);
      return planCluster(harper, connections);
    },
    routes: () => readRoutes(harper),
  };
}

/** The same error without what was secret in a request: one that takes several calls tells each of them only a part. */
function withoutSecrets(error: GatewayError, secrets: readonly string[]): GatewayError {
  const message = redact(error.message, secrets);
  if (message === error.message) return error;
  const extensions = redactDeep(error.extensions, secrets) as ErrorDetails;
  return new GatewayError(error.code, message, { read: false, ...extensions, cause: error });
}
