import { wantedSockets } from '../cluster/state.ts';
import type { Peer } from '../harper/domain.ts';
import type { Watcher } from '../live/watcher.ts';

/**
 * Waits until a peer's sockets are connected, on the polls that serve live readers.
 * @param milliseconds how long at most
 * @returns why it is not connected; undefined when it is
 */
export async function waitForConnected(
  watcher: Watcher,
  name: string,
  milliseconds: number,
): Promise<string | undefined> {
  const leave = watcher.enter();
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<'over'>((resolve) => {
    timer = setTimeout(resolve, milliseconds, 'over');
  });
  try {
    // What was seen before the change says nothing of it.
    let next: Promise<unknown> = watcher.fresh();
    for (;;) {
      if ((await Promise.race([next, over])) === 'over') return reasonOf(watcher, name, milliseconds);
      if (watcher.ended !== undefined) return `Whether ${name} is connected is not known: ${watcher.ended.message}`;
      if (isConnected(peerIn(watcher, name))) return undefined;
      next = nextSnapshot(watcher);
    }
  } finally {
    clearTimeout(timer);
    leave();
  }
}

/** Settles with the next snapshot, or with the end of the watch. */
function nextSnapshot(watcher: Watcher): Promise<void> {
  return new Promise((resolve) => {
    const waker = {
      wake() {
        watcher.wakers.delete(waker);
        resolve();
      },
    };
    watcher.wakers.add(waker);
  });
}

function peerIn(watcher: Watcher, name: string): Peer | undefined {
  return watcher.state === 'LOST' ? undefined : watcher.snapshot?.status.connections.find((peer) => peer.name === name);
}

/** Whether every socket that replication needs is up; where it needs none there is nothing to wait for. */
function isConnected(peer: Peer | undefined): boolean {
  if (peer === undefined) return false;
  const wanted = wantedSockets(peer);
  return wanted.length === 0 ? !needsSockets(peer) : wanted.every(({ connected }) => connected);
}

function needsSockets({ subscriptions, replication }: Peer): boolean {
  if (subscriptions !== null) return subscriptions.some(({ subscribe }) => subscribe);
  return replication?.receives ?? true;
}

function reasonOf(watcher: Watcher, name: string, milliseconds: number): string {
  const begin = `${name} was not connected within ${milliseconds} ms`;
  if (watcher.state === 'LOST') return `${begin}: Harper could not be read.`;
  const peer = peerIn(watcher, name);
  if (peer === undefined) return `${begin}: it is not listed.`;
  const down = wantedSockets(peer).filter(({ connected }) => !connected);
  return down.length === 0
    ? `${begin}: it has no sockets yet.`
    : `${begin}: not connected for ${down.map(({ database }) => database).join(', ')}.`;
}
