import { byName, type Cluster } from './cluster.ts';

export interface PlacedNode {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  /** Where it is on its circle, in degrees: 0 is to the right, 90 below. */
  readonly angle: number;
}

/** The nodes of one island on a circle. */
export interface PlacedGroup {
  readonly names: readonly string[];
  readonly isIsland: boolean;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

export interface MapLayout {
  readonly width: number;
  readonly height: number;
  readonly nodes: ReadonlyMap<string, PlacedNode>;
  readonly groups: readonly PlacedGroup[];
  /** Whether names stand along the radius, because side by side they would overlap. */
  readonly isDense: boolean;
}

export interface NodeGroup {
  readonly names: readonly string[];
  /** False for the nodes that are in no island, because they are no members. */
  readonly isIsland: boolean;
}

/** With more nodes in one island, names stand along the radius. */
const MOST_BESIDE = 12;
const BESIDE = { step: 118, least: 96, across: 76, down: 46 };
const DENSE = { step: 27, least: 110, across: 150, down: 150 };

/** The islands for all databases, or for one where it has others, the largest first; then the nodes in none. */
export function groupsOf({ nodes, islands }: Pick<Cluster, 'nodes' | 'islands'>, database?: string): NodeGroup[] {
  const own = islands.filter((island) => island.database === database);
  const chosen = own.length > 0 ? own : islands.filter((island) => island.database === null);
  const known = new Set(nodes.map(({ name }) => name));
  const groups = chosen
    .map((island) => island.nodes.filter((name) => known.has(name)).sort(byName))
    .filter((names) => names.length > 0)
    .sort((one, other) => other.length - one.length || byName(one[0] ?? '', other[0] ?? ''));
  const placed = new Set(groups.flat());
  const rest = [...known].filter((name) => !placed.has(name)).sort(byName);
  return [
    ...groups.map((names) => ({ names, isIsland: true })),
    ...(rest.length > 0 ? [{ names: rest, isIsland: false }] : []),
  ];
}

/**
 * Places each group on a circle of its own, in rows. It depends on the names alone, so nothing moves when a state does.
 * @param columns how many circles are beside one another at most
 */
export function layoutOf(groups: readonly NodeGroup[], columns: number): MapLayout {
  const isDense = groups.some(({ names }) => names.length > MOST_BESIDE);
  const { step, least, across, down } = isDense ? DENSE : BESIDE;
  const sized = groups.map((group) => {
    const count = group.names.length;
    const radius = count === 1 ? 0 : Math.max(least, (count * step) / (2 * Math.PI));
    return { ...group, radius, width: 2 * (radius + across), height: 2 * (radius + down) };
  });
  const nodes = new Map<string, PlacedNode>();
  const placed: PlacedGroup[] = [];
  let width = 0;
  let top = 0;
  for (let first = 0; first < sized.length; first += columns) {
    const row = sized.slice(first, first + columns);
    const height = Math.max(...row.map((each) => each.height));
    let left = 0;
    for (const group of row) {
      const { names, isIsland, radius } = group;
      const centre = { x: left + group.width / 2, y: top + height / 2 };
      placed.push({ names, isIsland, radius, ...centre });
      for (const node of circle(names, radius, centre)) nodes.set(node.name, node);
      left += group.width;
    }
    width = Math.max(width, left);
    top += height;
  }
  return { width, height: top, nodes, groups: placed, isDense };
}

function circle(names: readonly string[], radius: number, centre: { x: number; y: number }): PlacedNode[] {
  // Two nodes are side by side; with more, the first is above.
  const begin = names.length === 2 ? 180 : 270;
  return names.map((name, index) => {
    const angle = (begin + (index * 360) / names.length) % 360;
    const radians = (angle * Math.PI) / 180;
    return { name, angle, x: centre.x + radius * Math.cos(radians), y: centre.y + radius * Math.sin(radians) };
  });
}
