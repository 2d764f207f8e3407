import type { ConnectionState } from '../cluster/state.ts';
import type { DatabaseSocket } from '../harper/domain.ts';
import type { Change } from './diff.ts';
import type { Snapshot } from './snapshot.ts';

/** A value, and when it was first seen to be so, in milliseconds since 1970. */
type Seen<V> = readonly [value: V, since: number];

interface SeenPeer {
  state: Seen<ConnectionState | undefined>;
  readonly sockets: Map<string, Seen<boolean>>;
}

/** The same as JSON. */
export type SavedSinces = readonly (readonly [
  peer: string,
  state: Seen<ConnectionState | null>,
  sockets: readonly (readonly [database: string, Seen<boolean>])[],
])[];

/** Since when the peers and the sockets of one view are as they are. */
export class Sinces {
  readonly #peers = new Map<string, SeenPeer>();

  /** Takes up what there was, or what there is now. */
  begin(from: SavedSinces | Snapshot): void {
    this.#peers.clear();
    if (!('status' in from)) {
      for (const [name, [state, since], sockets] of from) {
        this.#peers.set(name, { state: [state ?? undefined, since], sockets: new Map(sockets) });
      }
      return;
    }
    const at = from.status.observedAt.getTime();
    for (const { name, databaseSockets } of from.status.connections) {
      const sockets = databaseSockets.map(({ database, connected }) => [database, [connected, at]] as const);
      this.#peers.set(name, { state: [from.assessments.get(name)?.state, at], sockets: new Map(sockets) });
    }
  }

  take(changes: readonly Change[]): void {
    for (const change of changes) this.#takeOne(change);
  }

  #takeOne({ kind, peerName, database, connected, assessment, observedAt }: Change): void {
    if (peerName === null) return;
    const at = observedAt.getTime();
    if (kind === 'PEER_REMOVED') this.#peers.delete(peerName);
    else if (kind === 'PEER_ADDED') this.#peers.set(peerName, { state: [assessment?.state, at], sockets: new Map() });
    const peer = this.#peers.get(peerName);
    if (peer === undefined) return;
    if (kind === 'STATE_CHANGED') peer.state = [assessment?.state, at];
    else if (kind === 'DATABASE_REMOVED' && database !== null) peer.sockets.delete(database);
    else if (database !== null && connected !== null) peer.sockets.set(database, [connected, at]);
  }

  /** Since when a peer has been in a state; null where that is another than was seen. */
  ofPeer(name: string, state: ConnectionState): Date | null {
    const seen = this.#peers.get(name)?.state;
    return seen?.[0] === state ? new Date(seen[1]) : null;
  }

  /** Since when a socket has been up, or down. */
  ofSocket({ peerName, database, connected }: DatabaseSocket): Date | null {
    const seen = this.#peers.get(peerName)?.sockets.get(database);
    return seen?.[0] === connected ? new Date(seen[1]) : null;
  }

  save(): SavedSinces {
    return [...this.#peers].map(
      ([
        name,
        {
          state: [state, since],
          sockets,
        },
      ]) => [name, [state ?? null, since], [...sockets]],
    );
  }
}
