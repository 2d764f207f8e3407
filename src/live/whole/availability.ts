import type { ClusterChange } from './cluster-change.ts';
import type { Span } from './watched-time.ts';

/** What was up, and for how long. */
export interface Availability {
  /** Milliseconds in which the cluster was watched, and in which it was up meanwhile. */
  readonly watched: number;
  readonly up: number;
}

/** A node, or the link of two nodes for one database. */
export interface Subject {
  readonly nodes: readonly string[];
  /** undefined for a node. */
  readonly database: string | undefined;
}

/** From some moment on something is up, or down. */
type Step = readonly [at: number, isUp: boolean];

/**
 * How much of the watched time something was up. A link is up while both of its nodes answer and it is connected both
 * ways.
 * @param changes in order; before the first that is about it, it was the other way round
 * @param isUp whether a part of it is up at the end, where no change says so; undefined where that is not known
 */
export function availabilityOf(
  { nodes, database }: Subject,
  changes: readonly ClusterChange[],
  spans: readonly Span[],
  isUp: (part: Subject) => boolean | undefined,
): Availability {
  const parts: Subject[] = nodes.map((name) => ({ nodes: [name], database: undefined }));
  if (database !== undefined) parts.push({ nodes, database });
  const timelines = parts.map((part) => timelineOf(part, changes, isUp(part)));
  let watched = 0;
  let up = 0;
  for (const [from, to] of spans) {
    watched += to - from;
    const moments = timelines.flatMap((steps) => steps.map(([at]) => at)).filter((at) => at > from && at < to);
    const ends = [from, ...moments.sort((a, b) => a - b), to];
    for (const [at, begin] of ends.slice(0, -1).entries()) {
      if (timelines.every((steps) => isUpAt(steps, begin))) up += (ends[at + 1] ?? begin) - begin;
    }
  }
  return { watched, up };
}

/** Whether anything was ever told of a part. */
export function isKnown(part: Subject, changes: readonly ClusterChange[], isUp: boolean | undefined): boolean {
  return isUp !== undefined || changes.some((change) => isUpAfter(part, change) !== undefined);
}

function timelineOf(part: Subject, changes: readonly ClusterChange[], isUpNow: boolean | undefined): readonly Step[] {
  const steps = changes.flatMap((change): Step[] => {
    const to = isUpAfter(part, change);
    return to === undefined ? [] : [[change.observedAt.getTime(), to]];
  });
  // One that lasted longer to be told may have begun earlier.
  steps.sort(([a], [b]) => a - b);
  const [first] = steps;
  return [[Number.NEGATIVE_INFINITY, first === undefined ? (isUpNow ?? false) : !first[1]], ...steps];
}

/** Whether a part is up after a change; undefined where that is not about it. */
function isUpAfter({ nodes, database }: Subject, change: ClusterChange): boolean | undefined {
  if (!nodes.every((name) => change.nodes.includes(name))) return undefined;
  if (database === undefined) {
    if (change.kind === 'NODE_UP') return true;
    return change.kind === 'NODE_DOWN' ? false : undefined;
  }
  if (!change.databases.includes(database)) return undefined;
  if (change.kind === 'LINK_UP') return true;
  return change.kind === 'LINK_DOWN' || change.kind === 'LINK_ONE_SIDED' ? false : undefined;
}

function isUpAt(steps: readonly Step[], moment: number): boolean {
  return steps.findLast(([at]) => at <= moment)?.[1] ?? false;
}

/** The parts of spans that lie in a time. */
export function within(spans: readonly Span[], since: number, until: number): Span[] {
  return spans.flatMap(([from, to]): Span[] => {
    const span: Span = [Math.max(from, since), Math.min(to, until)];
    return span[0] < span[1] ? [span] : [];
  });
}
