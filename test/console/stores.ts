import { type ReadonlySignal, signal } from '@preact/signals';
import type { Answer } from '../../src/console/api/answer.ts';
import type { Live, Stream } from '../../src/console/api/live.ts';
import type { Clock } from '../../src/console/state/clock.ts';
import type { Session, SessionState } from '../../src/console/state/session.ts';
import { BEGUN } from './clusters.ts';

/** A clock that stands still until it is moved. */
export function stillClock() {
  const now = signal(BEGUN);
  const clock: Clock = { now, today: signal(BEGUN), time: () => now.peek(), adjust: () => undefined };
  return {
    clock,
    move(milliseconds: number) {
      now.value += milliseconds;
    },
  };
}

type AnyStream = Stream<unknown, Record<string, unknown>>;

/** A socket of which the test says what comes. It begins each stream once. */
export function heldLive() {
  const streams: AnyStream[] = [];
  const live: Live = {
    follow(stream) {
      streams.push(stream as unknown as AnyStream);
      stream.variables();
    },
    retryNow: () => undefined,
    close: () => undefined,
  };
  return { live, streams };
}

/** Somebody who is logged in, and whose every query is answered by the test. */
export function sessionOf(answer: () => Promise<Answer<unknown>> = () => new Promise(() => undefined)): Session {
  const viewer = { username: 'admin', role: 'super_user', isSuperUser: true, canChange: true };
  return {
    state: signal<SessionState>({ kind: 'in', viewer }),
    logIn: () => Promise.resolve(),
    logOut: () => undefined,
    ask: answer as Session['ask'],
    sendOnce: answer as Session['sendOnce'],
    openLive: () => heldLive().live,
    expire: () => undefined,
  };
}

/** Resolves when a signal has a value that is looked for. */
export function once<Value>(of: ReadonlySignal<Value>, isFound: (value: Value) => boolean): Promise<void> {
  return new Promise((resolve) => {
    of.subscribe((value) => {
      if (isFound(value)) resolve();
    });
  });
}
