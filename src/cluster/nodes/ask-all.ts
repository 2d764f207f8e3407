import type { Credentials } from '../../auth/credentials.ts';
import { GatewayError } from '../../errors.ts';
import type { ClusterStatus } from '../../harper/domain.ts';
import { OwnLoginFault } from '../../harper/login.ts';
import type { Clock, Timer } from '../../util/clock.ts';
import type { NodeView } from '../topology/view.ts';
import { isFailureOfNode } from './failover.ts';
import type { Nodes } from './nodes.ts';
import type { StartedNode } from './start-node.ts';

export interface AskAllOptions {
  readonly nodes: Nodes;
  /** Milliseconds a node has for its view. */
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** Asks every node at once for its view. */
export type AskAll = (credentials: Credentials, signal?: AbortSignal) => Promise<NodeView[]>;

/** A node that did not answer before has this part of the time only. */
const TIME_OF_THE_LOST = 1 / 3;

/** A view, or why there is none. */
type Answer = ClusterStatus | GatewayError;

/** Creates the question to all nodes. */
export function createAskAll({ nodes, timeoutMs, clock }: AskAllOptions): AskAll {
  /** One that is slow or does not answer costs its own view and nothing else. */
  function ask(node: StartedNode, credentials: Credentials, signal: AbortSignal | undefined): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const limit = node.health.isIn ? timeoutMs : Math.ceil(timeoutMs * TIME_OF_THE_LOST);
      let timer: Timer | undefined;
      const pending = node.status.await(credentials, {
        resolve: end(resolve),
        reject: end((error: unknown) => (error instanceof GatewayError ? resolve(error) : reject(error))),
      });
      timer = clock.setTimeout(() => {
        pending.cancel();
        node.health.failed();
        end(resolve)(new GatewayError('UPSTREAM_TIMEOUT', `Harper gave no whole answer within ${limit} ms.`));
      }, limit);
      const leave = () => {
        pending.cancel();
        end(reject)(signal?.reason);
      };
      signal?.addEventListener('abort', leave, { once: true });
      function end<T>(then: (value: T) => void): (value: T) => void {
        return (value) => {
          clock.clearTimeout(timer);
          signal?.removeEventListener('abort', leave);
          then(value);
        };
      }
    });
  }

  return async (credentials, signal) => {
    signal?.throwIfAborted();
    const first = new Map<StartedNode, Answer>();
    // Which addresses lead to one node is not known before it has told its name, and two cluster_status must not meet
    // there. One that has failed before does not hold up the others.
    for (const node of nodes.distinct) {
      if (node.name === undefined && node.health.isIn) first.set(node, await ask(node, credentials, signal));
    }
    const asked = nodes.distinct;
    const answers = await Promise.all(asked.map((node) => first.get(node) ?? ask(node, credentials, signal)));
    await Promise.all(
      asked.map((node, at) => (answers[at] instanceof GatewayError ? null : node.readVersion(credentials, signal))),
    );
    return viewsOf(asked.map((node, at) => ({ node, answer: answers[at] as Answer })));
  };
}

/** A node and what it has answered. */
export interface Answered {
  readonly node: StartedNode;
  readonly answer: ClusterStatus | GatewayError;
}

/**
 * The views of all nodes.
 * @throws the failure of the most preferred node where there is no view at all
 */
export function viewsOf(answered: readonly Answered[]): NodeView[] {
  const statuses = answered.flatMap(({ answer }) => (answer instanceof GatewayError ? [] : [answer]));
  const [first] = answered;
  if (statuses.length === 0 && first?.answer instanceof GatewayError) throw first.answer;
  const processes = withoutAliases(answered);
  return processes
    .filter(({ node, answer }) => node.isConfigured || isListed(node, statuses) || !(answer instanceof GatewayError))
    .map(({ node, answer }) => toView(node, answer, statuses));
}

function toView(node: StartedNode, answer: Answer, statuses: readonly ClusterStatus[]): NodeView {
  const { rank, formerNames, address, version } = node;
  const shared = { rank, formerNames: [...formerNames], operationsUrl: address.displayUrl };
  const name = node.name ?? nameByAddress(node, statuses);
  if (!(answer instanceof GatewayError)) return { ...shared, name, version, state: 'UP', reason: null, status: answer };
  const isReached = answer instanceof OwnLoginFault || !isFailureOfNode(answer);
  const state = isReached ? 'REFUSED' : 'UNREACHABLE';
  return { ...shared, name, version, state, reason: answer.message, status: null };
}

/** The name of a node that has never answered: that of the peer at its host, or else its address. */
function nameByAddress({ address }: StartedNode, statuses: readonly ClusterStatus[]): string {
  const { hostname, host } = new URL(address.origin);
  const peers = statuses.flatMap(({ connections }) => connections);
  const own = new Set(statuses.map(({ nodeName }) => nodeName));
  const names = new Set(
    peers
      .filter(({ name, url }) => !own.has(name) && (name === hostname || URL.parse(url ?? '')?.hostname === hostname))
      .map(({ name }) => name),
  );
  const [name] = names;
  return names.size === 1 && name !== undefined ? name : (address.socketPath ?? host);
}

function isListed({ name }: StartedNode, statuses: readonly ClusterStatus[]): boolean {
  return statuses.some(({ connections }) => connections.some((peer) => peer.name === name));
}

/**
 * Leaves out all addresses but the first of one process, and remembers them. Two processes may have one name as well
 * (docs/harper.md, "Views of all nodes"). Then what they measured of their peers differs.
 */
function withoutAliases(answered: readonly Answered[]): readonly Answered[] {
  const byName = new Map<string, Answered>();
  return answered.filter((each) => {
    const { node, answer } = each;
    if (answer instanceof GatewayError) return true;
    const known = byName.get(answer.nodeName);
    if (known === undefined) {
      byName.set(answer.nodeName, each);
      return true;
    }
    if (!isOneProcess(known.answer as ClusterStatus, answer)) return true;
    node.aliasOf = known.node;
    return false;
  });
}

/** Whether two answers with one name are of one process: a figure that each node measures for itself is the same. */
function isOneProcess(one: ClusterStatus, other: ClusterStatus): boolean {
  if (one.url !== other.url || one.connections.length !== other.connections.length) return false;
  const figures = (status: ClusterStatus) =>
    new Map(
      status.connections.flatMap(({ name, databaseSockets }) =>
        databaseSockets.flatMap(({ database, latency }) =>
          latency === null ? [] : [[JSON.stringify([name, database]), latency] as const],
        ),
      ),
    );
  const ofOne = figures(one);
  const ofOther = figures(other);
  if (ofOne.size === 0 && ofOther.size === 0) return true;
  return [...ofOne].some(([key, latency]) => ofOther.get(key) === latency);
}
