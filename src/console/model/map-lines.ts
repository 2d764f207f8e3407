import type { PairState } from './directions.ts';
import type { MapLayout, PlacedGroup } from './map-layout.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A line of the map from its begin to its end; where changes go one way, they go to the end. */
export interface MapLine {
  readonly key: string;
  readonly pair: PairState;
  readonly from: Point;
  readonly to: Point;
}

/** Two islands between which links are down, drawn as one line. */
export interface Rift {
  readonly key: string;
  readonly from: Point;
  readonly to: Point;
  readonly pairs: number;
}

export interface Drawing {
  readonly lines: readonly MapLine[];
  readonly rifts: readonly Rift[];
  /** How many pairs that are well are left out. */
  readonly leftOut: number;
}

/** With more nodes, links that are well are left out: they would hide the others. */
const MOST_WITH_ALL = 20;
/** Distance of a line's ends from the middle of a node. */
const NODE_RADIUS = 16;
const GROUP_MARGIN = 40;

/**
 * Works out which lines to draw. Those of a node that cannot be asked say no more than the node itself does. Those that
 * are down between islands are one line, as there may be hundreds.
 */
export function drawingOf(pairs: readonly PairState[], layout: MapLayout, isAsked: (name: string) => boolean): Drawing {
  const places = new Map(layout.groups.flatMap(({ names }, index) => names.map((name) => [name, index] as const)));
  const placesOf = ({ ends }: PairState) =>
    ends.map((name) => places.get(name) ?? -1).sort((one, other) => one - other);
  const drawn = pairs.filter(({ kind, ends }) => kind !== 'unconfirmed' || ends.every(isAsked));
  const isLeftOut = ({ kind }: PairState) =>
    layout.nodes.size > MOST_WITH_ALL && (kind === 'ok' || kind === 'unwanted');
  const isRift = (pair: PairState) => pair.kind === 'down' && new Set(placesOf(pair)).size > 1;
  return {
    lines: drawn
      .filter((pair) => !isLeftOut(pair) && !isRift(pair))
      // What is not well is drawn over what is.
      .sort((one, other) => Number(one.kind !== 'ok') - Number(other.kind !== 'ok'))
      .flatMap((pair) => lineOf(pair, layout)),
    rifts: riftsOf(drawn.filter(isRift).map(placesOf), layout.groups),
    leftOut: drawn.filter(isLeftOut).length,
  };
}

function lineOf(pair: PairState, { nodes, isDense }: MapLayout): MapLine[] {
  const ends = pair.receiver === pair.ends[0] ? pair.ends.toReversed() : pair.ends;
  const [from, to] = ends.map((name) => nodes.get(name));
  if (from === undefined || to === undefined) return [];
  const margin = isDense ? NODE_RADIUS / 2 : NODE_RADIUS;
  return [{ key: pair.ends.join('\0'), pair, from: towards(from, to, margin), to: towards(to, from, margin) }];
}

function riftsOf(places: readonly (readonly number[])[], groups: readonly PlacedGroup[]): Rift[] {
  const between = Map.groupBy(places, (pair) => pair.join('-'));
  return [...between].flatMap(([key, { length }]) => {
    const [one, other] = key.split('-').map((index) => groups[Number(index)]);
    if (one === undefined || other === undefined) return [];
    const from = towards(one, other, one.radius + GROUP_MARGIN);
    return [{ key, from, to: towards(other, one, other.radius + GROUP_MARGIN), pairs: length }];
  });
}

/** The point at a distance from one towards another. */
export function towards(from: Point, to: Point, distance: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  return {
    x: from.x + ((to.x - from.x) * distance) / length,
    y: from.y + ((to.y - from.y) * distance) / length,
  };
}
