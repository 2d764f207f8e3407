import { type ErrorDetails, GatewayError } from '../errors.ts';
import { checkInput } from '../harper/checks.ts';
import type { HarperClient } from '../harper/client.ts';
import type { ClusterStatus, Route } from '../harper/domain.ts';
import { OWN_LOGIN } from '../harper/login.ts';
import { operations } from '../harper/operations.ts';
import { type NodeRequest, nameOf } from '../harper/requests.ts';
import type { Hub } from '../live/hub.ts';
import { redact, secretsOf, secretsWithin } from '../observability/redact.ts';
import type { Audit } from './audit.ts';
import { type ConfigureClusterRequest, type ConfigureOutcome, configureCluster, planCluster } from './configure.ts';
import { lockOf } from './lock.ts';
import {
  type AddNodeRequest,
  addNode,
  type RemoveNodeRequest,
  removeNode,
  type UpdateNodeRequest,
  updateNode,
} from './node.ts';
import type { ClusterPlan } from './plan.ts';
import type { Outcome } from './result.ts';
import { deleteRoutes, type RoutesOutcome, type RoutesRequest, readRoutes, setRoutes } from './routes.ts';
import { createSender } from './sender.ts';
import type { ConfigureStep } from './steps.ts';
import { targetOf } from './target.ts';
import { waitForConnected } from './wait-for-connected.ts';

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
  /** Fires when the gateway stops. */
  readonly stopping: AbortSignal;
  /** Keeps the gateway from stopping until a change is over. */
  readonly track: <T>(change: Promise<T>) => Promise<T>;
}

/** Creates the changes of one request. */
export function createChanges(options: ChangesOptions): Changes {
  const { client, hub, backend, writeTimeout, audit, authorization, readStatus, stopping, track } = options;
  const topology = lockOf(`topology ${backend}`);
  const configuration = lockOf(`configuration ${backend}`);
  const harper = createSender({ client, authorization, readStatus, writeTimeout });

  /** Makes a change as the audit is to know it; live readers see at once whatever came of it. */
  function change<T extends Outcome>(mutation: string, input: object, make: () => Promise<T>): Promise<T> {
    const making = audit.record(mutation, targetOf(input), async () => {
      const secrets = [...secretsWithin(input), ...(authorization === OWN_LOGIN ? [] : secretsOf(authorization))];
      try {
        const outcome = await make();
        return shownOutcome(outcome, secrets);
      } catch (error) {
        throw error instanceof GatewayError ? withoutSecrets(error, secrets) : error;
      } finally {
        hub.nudge();
      }
    });
    return track(making);
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
      const outcome = await change('updateNode', input, () => updateNode(harper, backend, topology, input));
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

/** An outcome as it may be shown: what it means was read out of Harper's own words before, secrets and all. */
function shownOutcome<T extends Outcome>(outcome: T, secrets: readonly string[]): T {
  const { message, warnings } = outcome;
  const shown = {
    ...outcome,
    message: redact(message, secrets),
    warnings: warnings.map((each) => redact(each, secrets)),
  };
  return 'steps' in outcome ? { ...shown, steps: shownSteps(outcome.steps, secrets) } : shown;
}

function shownSteps(steps: unknown, secrets: readonly string[]): object[] {
  return (steps as ConfigureStep[]).map((step) => ({ ...step, message: redact(step.message, secrets) }));
}

/** The same error without what was secret in a request: one that takes several calls tells each of them only a part. */
function withoutSecrets(error: GatewayError, secrets: readonly string[]): GatewayError {
  const { steps, ...extensions } = error.extensions as ErrorDetails;
  return new GatewayError(error.code, redact(error.message, secrets), {
    read: false,
    ...extensions,
    ...(steps !== undefined && { steps: shownSteps(steps, secrets) }),
    cause: error,
  });
}
