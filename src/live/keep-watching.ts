import { OWN_CREDENTIALS } from '../auth/credentials.ts';
import type { Clock, Timer } from '../util/clock.ts';
import type { Hub } from './hub.ts';

/** Milliseconds until a watch is begun again that has ended, such as because Harper refused the login. */
const PAUSE = 10_000;

/**
 * Watches the cluster with the gateway's own login, whoever reads.
 * @param onFault told of an error in our own code
 * @returns ends that
 */
export function keepWatching(hub: Hub, clock: Clock, onFault: (error: unknown) => void): () => void {
  let isOver = false;
  let timer: Timer | undefined;
  let release: () => void = () => undefined;

  async function watch(): Promise<void> {
    const watcher = await hub.watch(OWN_CREDENTIALS);
    if (isOver) return;
    release = watcher.enter();
    const listener = {
      notify() {
        if (watcher.ended === undefined) return;
        watcher.listeners.delete(listener);
        if (!isOver) timer = clock.setTimeout(begin, PAUSE, 'background');
      },
    };
    watcher.listeners.add(listener);
  }

  function begin(): void {
    watch().catch((error: unknown) => {
      onFault(error);
      if (!isOver) timer = clock.setTimeout(begin, PAUSE, 'background');
    });
  }

  begin();
  return () => {
    isOver = true;
    clock.clearTimeout(timer);
    release();
  };
}
