import type { Disagreement } from '../../cluster/topology/disagreement.ts';
import type { DatabaseSocket, Peer } from '../../harper/domain.ts';
import type { Change } from '../diff.ts';
import type { ClusterChange } from '../whole/cluster-change.ts';
import type { StoredChange } from './store.ts';

/** What a store needs to know of a kind of change. */
export interface Codec<C> {
  encode(change: C, position: number): StoredChange;
  /** @throws an error for what is no JSON */
  decode(text: string): C;
}

/** What JSON makes of a value: its dates are texts. */
export type Written<T> = T extends Date
  ? string
  : T extends readonly (infer E)[]
    ? readonly Written<E>[]
    : T extends object
      ? { readonly [K in keyof T]: Written<T[K]> }
      : T;

/** Changes of one node's view. */
export const viewCodec: Codec<Change> = {
  encode: (change, position) => ({
    position,
    at: change.observedAt.getTime(),
    kind: change.kind,
    nodes: [change.nodeName, change.peerName].filter((name) => name !== null),
    databases: change.database === null ? [] : [change.database],
    text: JSON.stringify(change),
  }),
  decode(text) {
    const written = JSON.parse(text) as Written<Change>;
    return { ...written, observedAt: new Date(written.observedAt), peer: written.peer && revivePeer(written.peer) };
  },
};

/** Changes of the whole cluster. */
export const clusterCodec: Codec<ClusterChange> = {
  encode: (change, position) => ({
    position,
    at: change.observedAt.getTime(),
    kind: change.kind,
    nodes: change.nodes,
    databases: change.databases,
    text: JSON.stringify(change),
  }),
  decode(text) {
    const written = JSON.parse(text) as Written<ClusterChange>;
    return {
      ...written,
      observedAt: new Date(written.observedAt),
      disagreement: written.disagreement as Disagreement | null,
    };
  },
};

/** Makes a peer of what JSON has made of one. */
export function revivePeer(peer: Written<Peer>): Peer {
  const { certificateAuthority: authority } = peer;
  return {
    ...peer,
    databaseSockets: peer.databaseSockets.map(reviveSocket),
    startTime: toDate(peer.startTime),
    certificateAuthority: authority && {
      ...authority,
      validFrom: toDate(authority.validFrom),
      validTo: toDate(authority.validTo),
    },
  };
}

function reviveSocket(socket: Written<DatabaseSocket>): DatabaseSocket {
  const { lastConnectionError: error } = socket;
  return {
    ...socket,
    lastCommitConfirmed: toDate(socket.lastCommitConfirmed),
    lastReceivedRemoteTime: toDate(socket.lastReceivedRemoteTime),
    lastReceivedLocalTime: toDate(socket.lastReceivedLocalTime),
    sendingSince: toDate(socket.sendingSince),
    lastBlobFailure: toDate(socket.lastBlobFailure),
    lastLiveness: toDate(socket.lastLiveness),
    lastConnectionError: error && { ...error, at: toDate(error.at) },
  };
}

function toDate(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
