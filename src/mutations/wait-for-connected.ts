import type { NodeInfo } from '../cluster/nodes/node.ts';
import { wantedSockets } from '../cluster/state.ts';
import type { Peer } from '../harper/domain.ts';
import type { NodeWatch } from '../live/node-watch.ts';
import type { Watcher } from '../live/watcher.ts';
import type { Timer } from '../util/clock.ts';

export interface WaitOptions {
  /** The node in whose view it is to be connected; the preferred one when left out. */
  readonly at?: NodeInfo;
  /** Longest wait, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Waits until a peer's sockets are connected, using the polls that serve live readers.
 * @returns why it is not connected; undefined when it is
 */
export async function waitForConnected(
  watcher: Watcher,
  name: string,
  { at, timeoutMs }: WaitOptions,
): Promise<string | undefined> {
  const view = watcher.viewOf(at);
  // What was seen before the change says nothing of it. The change has requested a poll, unless nobody watched then.
  // Before it enters: that may begin a poll, which is then the one to wait for.
  let next: Promise<unknown> = view.requestedPoll ?? view.pollNow();
  const release = watcher.enter();
  const listener: { notify: () => void } = { notify: () => undefined };
  watcher.listeners.add(listener);
  const { clock } = watcher;
  let timer: Timer | undefined;
  const over = new Promise<'over'>((resolve) => {
    timer = clock.setTimeout(() => resolve('over'), timeoutMs);
  });
  try {
    for (;;) {
      if ((await Promise.race([next, over])) === 'over') return reasonOf(view, name, timeoutMs);
      if (watcher.ended !== undefined) return `Whether ${name} is connected is not known: ${watcher.ended.message}`;
      if (isConnected(peerIn(view, name))) return undefined;
      // The next snapshot or state of the watch, or its end.
      next = new Promise<void>((resolve) => {
        listener.notify = resolve;
      });
    }
  } finally {
    clock.clearTimeout(timer);
    watcher.listeners.delete(listener);
    release();
  }
}

/** The peer as the last poll saw it; undefined also where that failed. */
function peerIn({ state, snapshot }: NodeWatch, name: string): Peer | undefined {
  return state === 'LIVE' ? snapshot?.status.connections.find((peer) => peer.name === name) : undefined;
}

/** Whether every socket that replication needs is up. A peer that needs none counts as connected. */
function isConnected(peer: Peer | undefined): boolean {
  if (peer === undefined) return false;
  const wanted = wantedSockets(peer);
  return wanted.length === 0 ? !needsSockets(peer) : wanted.every(({ connected }) => connected);
}

function needsSockets({ subscriptions, replication }: Peer): boolean {
  if (subscriptions !== null) return subscriptions.some(({ subscribe }) => subscribe);
  return replication?.receives ?? true;
}

function reasonOf(view: NodeWatch, name: string, timeoutMs: number): string {
  const begin = `${name} was not connected within ${timeoutMs} ms`;
  if (view.state === 'LOST') return `${begin}: Harper could not be read.`;
  if (view.state === 'STALE') return `${begin}: the status of the cluster is out of date.`;
  const peer = peerIn(view, name);
  if (peer === undefined) return `${begin}: it is not listed.`;
  const down = wantedSockets(peer).filter(({ connected }) => !connected);
  return down.length === 0
    ? `${begin}: it has no sockets yet.`
    : `${begin}: not connected for ${down.map(({ database }) => database).join(', ')}.`;
}
