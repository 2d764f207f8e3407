import { batch, type ReadonlySignal, signal } from '@preact/signals';
import type { Live } from '../api/live.ts';
import type { Clock } from './clock.ts';
import type { Session } from './session.ts';

/** Whether there is a socket to the gateway. Times are milliseconds since 1970. */
export type SocketState =
  | { readonly kind: 'opening' }
  | { readonly kind: 'open' }
  | { readonly kind: 'cut'; readonly since: number; readonly retryAt: number };

/** A time in which the page was cut off, and whether the changes of that time have come since. */
export interface Outage {
  readonly from: number;
  readonly until: number;
  readonly changes: 'asked' | 'complete' | 'missed';
}

/** The socket to the gateway, as the page tells of it. */
export interface Connection {
  readonly socket: ReadonlySignal<SocketState>;
  /** When the gateway was last heard; undefined before it was. */
  readonly heardAt: ReadonlySignal<number | undefined>;
  /** The last time in which the page was cut off; undefined where there was none, or it was read. */
  readonly outage: ReadonlySignal<Outage | undefined>;
  /** Opens a socket with the login of the session. */
  open(): Live;
  /** The changes of an outage that began then cannot be told any more. */
  markMissed(from: number): void;
  dismissOutage(): void;
  reset(): void;
}

/** Milliseconds in which the gateway would have said that it cannot go on after a cursor. */
const REFUSAL_MS = 2000;

export function createConnection(session: Session, clock: Clock): Connection {
  const socket = signal<SocketState>({ kind: 'opening' });
  const heardAt = signal<number | undefined>(undefined);
  const outage = signal<Outage | undefined>(undefined);
  let timer: ReturnType<typeof setTimeout> | undefined;

  function settle(from: number, changes: Outage['changes']): void {
    if (outage.value?.from !== from) return;
    clearTimeout(timer);
    outage.value = { ...outage.value, changes };
  }

  function onOpen(): void {
    const before = socket.value;
    const now = clock.time();
    batch(() => {
      socket.value = { kind: 'open' };
      if (before.kind !== 'cut' || heardAt.value === undefined) return;
      clearTimeout(timer);
      outage.value = { from: before.since, until: now, changes: 'asked' };
      timer = setTimeout(() => settle(before.since, 'complete'), REFUSAL_MS);
    });
  }

  return {
    socket,
    heardAt,
    outage,
    open() {
      const now = clock.time();
      // Whoever logs in again was cut off until then.
      if (heardAt.value === undefined) socket.value = { kind: 'opening' };
      else if (socket.value.kind !== 'cut') socket.value = { kind: 'cut', since: heardAt.value, retryAt: now };
      return session.openLive({
        onOpen,
        onHeard() {
          heardAt.value = clock.time();
        },
        onCut(retryMs) {
          const now = clock.time();
          // A failed attempt to come back is still the same cut. It began when the gateway was last heard.
          const since = socket.value.kind === 'cut' ? socket.value.since : (heardAt.value ?? now);
          socket.value = { kind: 'cut', since, retryAt: now + retryMs };
        },
      });
    },
    markMissed: (from) => settle(from, 'missed'),
    dismissOutage() {
      outage.value = undefined;
    },
    reset() {
      clearTimeout(timer);
      batch(() => {
        socket.value = { kind: 'opening' };
        heardAt.value = undefined;
        outage.value = undefined;
      });
    },
  };
}
