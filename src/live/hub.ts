import type { Thresholds } from '../cluster/state.ts';
import { GatewayError } from '../errors.ts';
import type { ClusterStatus } from '../harper/domain.ts';
import { createWatcher, type Watcher, type WatchState } from './watcher.ts';

export interface HubOptions {
  /** Reads cluster_status with a caller's credentials. */
  readonly read: (authorization: string, signal: AbortSignal) => Promise<ClusterStatus>;
  readonly thresholds: Thresholds;
  readonly interval: number;
  readonly capacity: number;
  readonly linger: number;
}

/** What is known of all watches together. */
export interface WatchFacts {
  readonly subscribers: number;
  readonly lastPollAt: Date | null;
  readonly state: WatchState;
}

/** The watches of one backend, one per credentials. */
export interface Hub {
  /** The watch with these credentials; a new one where there is none. */
  watch(authorization: string): Watcher;
  /** Polls at once in every watch: something has just been changed through this gateway. */
  nudge(): void;
  readonly facts: WatchFacts;
  /** Every watch there is. */
  readonly watchers: readonly Watcher[];
  /** Ends every watch and its readers. */
  stop(): void;
}

const WORST_FIRST: readonly WatchState[] = ['LOST', 'STALE', 'LIVE', 'IDLE'];

/** Creates a hub; nothing is polled before somebody reads. */
export function createHub({ read, ...options }: HubOptions): Hub {
  const watchers = new Map<string, Watcher>();

  function start(authorization: string): Watcher {
    const expiry = expiryTimer(authorization, () =>
      watcher.stop(new GatewayError('UNAUTHENTICATED', 'The token has expired.')),
    );
    const watcher = createWatcher({
      ...options,
      read: (signal) => read(authorization, signal),
      onEnd() {
        clearTimeout(expiry);
        if (watchers.get(authorization) === watcher) watchers.delete(authorization);
      },
    });
    watchers.set(authorization, watcher);
    return watcher;
  }

  return {
    watch: (authorization) => watchers.get(authorization) ?? start(authorization),
    nudge() {
      for (const watcher of watchers.values()) watcher.nudge();
    },
    get facts() {
      const all = [...watchers.values()];
      const polls = all.map(({ lastPollAt }) => lastPollAt?.getTime() ?? 0);
      const latest = Math.max(0, ...polls);
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

/** Longest delay setTimeout takes; a token that is good for longer is checked by Harper all the same. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** A timer that fires when a JWT expires; none for other credentials. */
function expiryTimer(authorization: string, expire: () => void): NodeJS.Timeout | undefined {
  const payload = authorization.match(/^Bearer [\w-]+\.([\w-]+)\./)?.[1];
  if (payload === undefined) return undefined;
  try {
    const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { exp?: unknown };
    const left = typeof exp === 'number' ? exp * 1000 - Date.now() : LONGEST_TIMER;
    return left < LONGEST_TIMER ? setTimeout(expire, Math.max(0, left)) : undefined;
  } catch {
    return undefined;
  }
}
