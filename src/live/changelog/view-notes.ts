import type { ClusterStatus } from '../../harper/domain.ts';
import type { SavedSinces } from '../sinces.ts';
import { revivePeer, type Written } from './codec.ts';

/** One node's view as it was when the log was last added to. */
export interface SeenView {
  /** undefined where it was never read. */
  readonly status: ClusterStatus | undefined;
  /** Whether it could not be read any more. */
  readonly isLost: boolean;
  readonly sinces: SavedSinces;
}

const VIEW = 'view ';
const LOST_AT = 'lost at';

/** What is noted of a view, by the address of its node. */
export function viewNote(address: string, view: SeenView): [key: string, text: string] {
  return [`${VIEW}${address}`, JSON.stringify(view)];
}

/** What is noted of the position before UPSTREAM_LOST; undefined when it is over. */
export function lostAtNote(position: number | undefined): [key: string, text: string | undefined] {
  return [LOST_AT, position === undefined ? undefined : String(position)];
}

/** What was noted of all views, by the addresses of their nodes. */
export function viewsIn(notes: ReadonlyMap<string, string>): Map<string, SeenView> {
  const views = [...notes].flatMap(([key, text]) =>
    key.startsWith(VIEW) ? [[key.slice(VIEW.length), revive(JSON.parse(text) as Written<SeenView>)] as const] : [],
  );
  return new Map(views);
}

/** The position before UPSTREAM_LOST; undefined where Harper could be read. */
export function lostAtIn(notes: ReadonlyMap<string, string>): number | undefined {
  const text = notes.get(LOST_AT);
  return text === undefined ? undefined : Number(text);
}

function revive({ status, isLost, sinces }: Written<SeenView>): SeenView {
  return {
    status: status && reviveStatus(status),
    isLost,
    sinces: sinces as SavedSinces,
  };
}

/** Makes a status of what JSON has made of one. */
export function reviveStatus(status: Written<ClusterStatus>): ClusterStatus {
  return {
    ...status,
    connections: status.connections.map(revivePeer),
    observedAt: new Date(status.observedAt),
    nodeTime: new Date(status.nodeTime),
  };
}
