import { type Cluster, linkKey } from './cluster.ts';

/** When something was first seen in a state for which the gateway gives no time. */
interface Sight {
  readonly state: string;
  readonly at: string;
}

/**
 * Remembers since when nodes and links are as they are, where the gateway does not say so. It says so only when a state
 * has lasted, and sends nothing again for that. So what the page has seen itself is the best that is known.
 * @returns fills in what is missing in each state of the cluster, as it comes
 */
export function createFirstSeen(): (cluster: Cluster, now: number) => Cluster {
  let sights = new Map<string, Sight>();
  return (cluster, now) => {
    const next = new Map<string, Sight>();
    const at = new Date(now).toISOString();
    const sinceOf = (key: string, state: string) => {
      const known = sights.get(key);
      const sight = known?.state === state ? known : { state, at };
      next.set(key, sight);
      return sight.at;
    };
    const filled = {
      ...cluster,
      nodes: cluster.nodes.map((node) =>
        node.stateSince === null ? { ...node, stateSince: sinceOf(`node\0${node.name}`, node.state) } : node,
      ),
      links: cluster.links.map((link) =>
        link.since === null ? { ...link, since: sinceOf(`link\0${linkKey(link)}`, link.state) } : link,
      ),
    };
    sights = next;
    return filled;
  };
}
