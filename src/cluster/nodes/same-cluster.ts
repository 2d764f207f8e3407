import type { ClusterStatus } from '../../harper/domain.ts';

/** Whether the views of two nodes have any node in common. */
export function isSameCluster(one: ClusterStatus, other: ClusterStatus): boolean {
  const names = new Set(namesIn(one));
  return namesIn(other).some((name) => names.has(name));
}

function namesIn({ nodeName, connections }: ClusterStatus): string[] {
  return [nodeName, ...connections.map(({ name }) => name)];
}
