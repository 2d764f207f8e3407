import { addressesOf, type Discovery, type HarperAddress } from '../../config/backend.ts';
import { badInput } from '../../errors.ts';
import type { ClusterStatus } from '../../harper/domain.ts';
import { addressOf } from './discovery.ts';
import { isSameCluster } from './same-cluster.ts';
import { type NodeOptions, type StartedNode, startNode } from './start-node.ts';

/** The nodes that a gateway can ask. */
export interface Nodes {
  /** The configured ones by preference, then those that were discovered. */
  readonly all: readonly StartedNode[];
  /** The one with the most preferred address. */
  readonly first: StartedNode;
  /** Those to ask when nobody says which, the best first: those that are well, by preference, then the others. */
  choose(): readonly StartedNode[];
  /**
   * The node of a name.
   * @param path where the name stands in the caller's request
   * @throws GatewayError BAD_USER_INPUT that lists the names that are known
   */
  named(name: string, path: readonly (string | number)[]): StartedNode;
  /** Those that one answer of cluster_status can come from: one address of each. */
  readonly distinct: readonly StartedNode[];
  close(graceMs: number): Promise<void>;
}

/** Most nodes that are discovered: names come from the cluster, and each costs connections. */
const MOST_DISCOVERED = 256;

/**
 * Starts the nodes that are configured. Others are added when a peer of one is at an address that is allowed.
 * @throws an error where a TLS file cannot be read
 */
export function startNodes(options: NodeOptions): Nodes {
  const { backend, logger } = options;
  const all: StartedNode[] = [];
  let nextRank = 0;
  const configured = addressesOf(backend);
  for (const address of configured) add(address, true);
  const first = all[0] as StartedNode;

  function add({ origin, displayUrl, socketPath }: HarperAddress, isConfigured: boolean): StartedNode {
    const address = { origin, displayUrl, ...(socketPath !== undefined && { socketPath }) };
    const node = startNode({ ...options, address, rank: nextRank, isConfigured, onStatus: learn });
    nextRank += 1;
    all.push(node);
    return node;
  }

  /** Leaves nodes that were discovered, do not answer, and that no node lists any more. */
  function forget(discovery: Discovery): void {
    const gone = all.filter(({ isConfigured, health }) => !isConfigured && !health.isIn);
    if (gone.length === 0) return;
    const listed = all.flatMap(({ health, latest }) => (health.isIn ? (latest?.connections ?? []) : []));
    const origins = new Map(listed.map((peer) => [peer.name, addressOf(peer, discovery)?.origin]));
    const isListed = ({ name, address }: StartedNode) =>
      [...origins.values()].includes(address.origin) ||
      // One that is at another address now is found there.
      (name !== undefined && origins.has(name) && origins.get(name) === undefined);
    for (const node of gone) {
      if (isListed(node)) continue;
      all.splice(all.indexOf(node), 1);
      for (const other of all) if (other.aliasOf === node) other.aliasOf = undefined;
      // What it is still doing may be a change.
      node.close(options.settings.WRITE_TIMEOUT).catch((error) => logger.error({ err: error }, 'Unexpected error'));
      logger.info({ node: node.name, url: node.address.displayUrl }, 'A node that was discovered is gone');
    }
  }

  /** Looks for nodes that only this answer names. */
  function learn({ connections }: ClusterStatus): void {
    const { discovery } = backend;
    if (discovery === undefined) return;
    forget(discovery);
    for (const peer of connections) {
      if (all.length >= configured.length + MOST_DISCOVERED) return;
      if (all.some(({ name, health }) => name === peer.name && health.isIn)) continue;
      const address = addressOf(peer, discovery);
      if (address === undefined || all.some((node) => node.address.origin === address.origin)) continue;
      add(address, false);
      logger.info({ node: peer.name, url: address.displayUrl }, 'A node was discovered');
    }
  }

  /**
   * Whether another address leads to the same node. That has to be found out anew when the other one fails, or leads to
   * another node.
   */
  function isAlias(node: StartedNode): boolean {
    const other = all.find((each) => each === node.aliasOf);
    if (!other?.health.isIn || other.name !== node.name) node.aliasOf = undefined;
    return node.aliasOf !== undefined;
  }

  /** Whether a node belongs to another cluster than the preferred one: then its answer is none to an open question. */
  function isForeign({ latest }: StartedNode): boolean {
    const known = first.latest;
    return known !== undefined && latest !== undefined && latest !== known && !isSameCluster(known, latest);
  }

  return {
    all,
    first,
    choose() {
      if (all.length === 1) return all;
      const open = all.filter((node) => !isAlias(node) && !isForeign(node));
      // By another address a node is asked only where it does not answer by the first.
      const others = all.filter((node) => node.aliasOf !== undefined && !isForeign(node));
      const well = open.filter(({ health }) => health.isIn);
      return [...well, ...open.filter(({ health }) => !health.isIn), ...others];
    },
    named(name, path) {
      const named = all.filter((node) => node.name === name && !isAlias(node));
      const found = named.find(({ health }) => health.isIn) ?? named[0];
      if (found !== undefined) return found;
      const known = [...new Set(all.flatMap((node) => node.name ?? []))].sort();
      const message =
        known.length === 0
          ? 'names a node, and none has told its name yet'
          : `must be the name of a node that can be asked: ${known.join(', ')}`;
      throw badInput([{ path, message }]);
    },
    get distinct() {
      return all.filter((node) => !isAlias(node));
    },
    async close(graceMs) {
      await Promise.all(all.map((node) => node.close(graceMs)));
    },
  };
}
