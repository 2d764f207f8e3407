import { type Credentials, expiryOf } from '../auth/credentials.ts';
import { GatewayError } from '../errors.ts';
import { LONGEST_TIMER, SYSTEM_CLOCK } from '../util/clock.ts';
import type { History, KeptChanges } from './changelog/history.ts';
import type { WatchState } from './freshness.ts';
import type { WatchedNode } from './node-watches.ts';
import { createWatcher, type Watcher, type WatcherOptions } from './watcher.ts';

export interface HubOptions extends Omit<WatcherOptions, 'nodes' | 'onEnd' | 'kept'> {
  /** The nodes there are at this moment, as they are read with a caller's credentials. */
  readonly nodes: (credentials: Credentials) => readonly WatchedNode[];
  /** Keeps changes beyond the life of a watch; nothing does when left out. */
  readonly history?: Pick<History, 'open' | 'close'> | undefined;
}

/** What is known of all watches together. */
export interface WatchInfo {
  readonly subscribers: number;
  readonly lastPollAt: Date | null;
  /** The worst of all. */
  readonly state: WatchState;
}

/** The watches of one backend, one per credentials. */
export interface Hub {
  /** The watch with these credentials; a new one where there is none, which goes on with what was kept. */
  watch(credentials: Credentials): Promise<Watcher>;
  /** The watch with these credentials, where there is one. */
  find(credentials: Credentials): Watcher | undefined;
  /** Polls at once in every watch: something has just been changed through this gateway. */
  pollNow(): void;
  readonly info: WatchInfo;
  readonly watchers: readonly Watcher[];
  /** Ends every watch and its readers. */
  stop(): void;
}

/** Milliseconds after which it is tried again to keep the changes of a watch that began without that. */
const REOPEN_INTERVAL = 5000;

const WORST_FIRST: readonly WatchState[] = ['LOST', 'STALE', 'LIVE', 'IDLE'];

/** Creates a hub; nothing is polled before somebody reads. */
export function createHub({ nodes, history, ...options }: HubOptions): Hub {
  const { clock = SYSTEM_CLOCK } = options;
  const watchers = new Map<string, Watcher>();
  const opening = new Map<string, Promise<Watcher>>();
  /** Logins whose logs are opened for a look, and closed again: who opens them meanwhile would lose them with that. */
  const looking = new Map<string, Promise<unknown>>();
  let isStopped = false;

  /** Ends a watch that began while nothing could be kept, as soon as that can be. The next one goes on with the log. */
  function endWhenKept(credentials: Credentials, watcher: Watcher): void {
    const look = async () => {
      if (watcher.ended !== undefined) return;
      const kept = await history?.open(credentials);
      if (kept === undefined) {
        endWhenKept(credentials, watcher);
        return;
      }
      history?.close(kept);
      const message = 'Changes are kept again, and those from before are known: begin again with a snapshot.';
      watcher.stop(new GatewayError('CURSOR_EXPIRED', message));
    };
    const begin = () => {
      const looked = look()
        .catch(options.onFault)
        .finally(() => {
          if (looking.get(credentials.key) === looked) looking.delete(credentials.key);
        });
      looking.set(credentials.key, looked);
    };
    clock.setTimeout(begin, REOPEN_INTERVAL, 'background');
  }

  function create(credentials: Credentials, kept: KeptChanges | undefined): Watcher {
    const watcher = createWatcher({
      ...options,
      ...(kept && { kept }),
      nodes: () => nodes(credentials),
      onEnd() {
        clock.clearTimeout(expiry);
        if (watchers.get(credentials.key) === watcher) watchers.delete(credentials.key);
        if (kept !== undefined) history?.close(kept);
      },
    });
    const expire = () => watcher.stop(new GatewayError('UNAUTHENTICATED', 'The token has expired.'));
    const lifetime = lifetimeOf(credentials, clock.date());
    const expiry = lifetime === undefined ? undefined : clock.setTimeout(expire, lifetime);
    watchers.set(credentials.key, watcher);
    if (isStopped) watcher.stop(new GatewayStopping());
    if (kept === undefined && history !== undefined) endWhenKept(credentials, watcher);
    return watcher;
  }

  /** Opens the logs of a login once, however many ask for its watch meanwhile. */
  async function open(credentials: Credentials): Promise<Watcher> {
    try {
      await looking.get(credentials.key);
      const kept = await history?.open(credentials);
      try {
        return create(credentials, kept);
      } catch (error) {
        if (kept !== undefined) history?.close(kept);
        throw error;
      }
    } finally {
      opening.delete(credentials.key);
    }
  }

  return {
    find: (credentials) => watchers.get(credentials.key),
    async watch(credentials) {
      const { key } = credentials;
      const known = watchers.get(key) ?? opening.get(key);
      if (known !== undefined) return known;
      if (history === undefined) return create(credentials, undefined);
      const watcher = open(credentials);
      opening.set(key, watcher);
      return watcher;
    },
    pollNow() {
      for (const watcher of watchers.values()) watcher.pollNow().catch(options.onFault);
    },
    get info() {
      const all = [...watchers.values()];
      const latest = Math.max(0, ...all.map(({ lastPollAt }) => lastPollAt?.getTime() ?? 0));
      return {
        subscribers: all.reduce((sum, { readers }) => sum + readers, 0),
        lastPollAt: latest === 0 ? null : new Date(latest),
        state: WORST_FIRST.find((state) => all.some((watcher) => watcher.state === state)) ?? 'IDLE',
      };
    },
    get watchers() {
      return [...watchers.values()];
    },
    stop() {
      isStopped = true;
      for (const watcher of [...watchers.values()]) watcher.stop(new GatewayStopping());
    },
  };
}

/** The reason readers end with when the gateway stops; their sockets are closed with 1001 instead of an error. */
export class GatewayStopping extends Error {
  constructor() {
    super('the gateway is stopping');
    this.name = 'GatewayStopping';
  }
}

/**
 * Milliseconds until a JWT expires; undefined for other credentials, and where that is more than a timer takes. Harper
 * checks a token that is good for longer with every poll.
 */
function lifetimeOf(credentials: Credentials, now: number): number | undefined {
  if (credentials.kind === 'own' || !credentials.authorization.startsWith('Bearer ')) return undefined;
  const end = expiryOf(credentials.authorization.slice('Bearer '.length));
  if (end === undefined) return undefined;
  const left = Math.max(0, end - now);
  return left < LONGEST_TIMER ? left : undefined;
}
