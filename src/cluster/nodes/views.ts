import { GatewayError } from '../../errors.ts';
import type { ClusterStatus } from '../../harper/domain.ts';
import { OwnLoginFault } from '../../harper/login.ts';
import type { NodeView } from '../topology/view.ts';
import { isFailureOfNode } from './failover.ts';
import type { NodeInfo } from './node.ts';

/** A view, or why there is none. */
export type Answer = ClusterStatus | GatewayError;

/** A node and what it has answered. */
export interface Answered {
  readonly node: NodeInfo;
  readonly answer: Answer;
  /** What the node at this address was called when it was last seen, before this process; of use where it fails. */
  readonly seenAs?: string | undefined;
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
    .filter((each) => each.node.isConfigured || isListed(each, statuses) || !(each.answer instanceof GatewayError))
    .map((each) => toView(each, statuses));
}

function toView(answered: Answered, statuses: readonly ClusterStatus[]): NodeView {
  const { node, answer } = answered;
  const { rank, formerNames, address, version } = node;
  const shared = { rank, formerNames: [...formerNames], operationsUrl: address.displayUrl };
  const name = nameOf(answered, statuses);
  if (!(answer instanceof GatewayError)) return { ...shared, name, version, state: 'UP', reason: null, status: answer };
  const isReached = answer instanceof OwnLoginFault || !isFailureOfNode(answer);
  const state = isReached ? 'REFUSED' : 'UNREACHABLE';
  return { ...shared, name, version, state, reason: answer.message, status: null };
}

function nameOf({ node, seenAs }: Answered, statuses: readonly ClusterStatus[]): string {
  if (node.name !== undefined) return node.name;
  // It may be at another address now.
  const isElsewhere = statuses.some(({ nodeName }) => nodeName === seenAs);
  return seenAs !== undefined && !isElsewhere ? seenAs : nameByAddress(node, statuses);
}

/** The name of a node that has never answered: that of the peer at its host, or else its address. */
function nameByAddress({ address }: NodeInfo, statuses: readonly ClusterStatus[]): string {
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

function isListed(answered: Answered, statuses: readonly ClusterStatus[]): boolean {
  const name = nameOf(answered, statuses);
  return statuses.some(({ connections }) => connections.some((peer) => peer.name === name));
}

/**
 * Leaves out all addresses but the first of one process, and remembers them. Two processes may have one name as well
 * (docs/harper.md, "Seen on all nodes at once"). Then what they measured of their peers differs.
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
