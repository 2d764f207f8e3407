import { once } from 'node:events';
import WebSocket from 'ws';

/** Readers that share a socket. */
const PER_SOCKET = 100;
const QUERY = 'subscription { connectionStatusChanged { cursor kind peerName database connected message } }';

/** The readers of one gateway: how many have had the latest change, and when the first and the last of them had it. */
export interface ChangeReaders {
  count: number;
  first: number;
  last: number;
}

/** Subscribes so many readers to the changes. */
export async function readChanges(url: string, count: number, authorization: string): Promise<ChangeReaders> {
  const readers: ChangeReaders = { count: 0, first: 0, last: 0 };
  for (let left = count; left > 0; left -= PER_SOCKET) {
    const socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false });
    // Its gateway may be killed.
    socket.on('error', () => undefined);
    await once(socket, 'open');
    const acknowledged = once(socket, 'message');
    socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } }));
    await acknowledged;
    socket.on('message', () => {
      readers.last = performance.now();
      if (readers.count === 0) readers.first = readers.last;
      readers.count += 1;
    });
    for (let id = 0; id < Math.min(left, PER_SOCKET); id += 1)
      socket.send(JSON.stringify({ id: String(id), type: 'subscribe', payload: { query: QUERY } }));
  }
  return readers;
}
