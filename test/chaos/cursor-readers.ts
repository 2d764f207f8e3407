import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { StoredChange } from '../../src/live/changelog/store.ts';
import { overSse, overWebSocket } from '../support/live.ts';

/** What readers of this test follow, and the logs that hold the same. */
export const QUERIES = [
  ['connectionStatusChanged', 'views own'],
  ['clusterChanged', 'cluster own'],
] as const;

interface Event {
  readonly cursor: string;
  readonly kind: string;
  readonly message: string;
}

/** What one reader has had without beginning anew: the cursor it began at, and the events after it. */
export interface Stretch {
  readonly begin: string;
  readonly events: Event[];
}

export interface ReaderOptions {
  /** The gateway to connect to next. */
  readonly url: () => string;
  /** Decides what is read, and how. */
  readonly at: number;
  /** Settles when nothing more is to be read. */
  readonly over: Promise<undefined>;
}

/** Reads until it is over: goes on by its cursor, or begins anew where that is refused. */
export async function readByCursor({ url, at, over }: ReaderOptions): Promise<Stretch[]> {
  const stretches: Stretch[] = [];
  const [field] = QUERIES[at % 2] ?? QUERIES[0];
  const subscribe = at % 4 < 2 ? overWebSocket : overSse;
  const more = field === 'clusterChanged' ? 'isSnapshot' : '';
  const query = `subscription($after: ID, $snapshot: Boolean!) {
    ${field}(after: $after, snapshot: $snapshot) { cursor kind message ${more} }
  }`;
  let cursor: string | undefined;
  let isOver = false;
  over.then(() => {
    isOver = true;
  }, expect.fail);
  while (!isOver) {
    const stack = { url: url() };
    const reader = subscribe<Event & { isSnapshot?: boolean }>(stack, query, { after: cursor, snapshot: !cursor });
    try {
      for (;;) {
        const event = await Promise.race([reader.next(), over]);
        if (event === undefined) break;
        const isSnapshot = event.kind === 'SNAPSHOT' || event.isSnapshot === true;
        // Of a snapshot, and of what is told with it, the last leads on.
        if (event.cursor.endsWith('~')) continue;
        cursor = event.cursor;
        if (isSnapshot) stretches.push({ begin: cursor, events: [] });
        else stretches.at(-1)?.events.push(event);
      }
    } catch (error) {
      if (`${error} ${JSON.stringify(error)}`.includes('CURSOR_EXPIRED')) {
        // Only where the store was slow, so that the process alone knew the cursor. Who has none has lost nothing.
        if (cursor?.includes('~') === false) throw new Error(`the cursor ${cursor} has expired`, { cause: error });
        cursor = undefined;
        // What it was told then may be in no store: it is in the difference that follows.
        const events = stretches.at(-1)?.events ?? [];
        while (events.at(-1)?.cursor.includes('~')) events.pop();
      }
      await pause(20);
    }
    await Promise.resolve(reader[Symbol.asyncDispose]()).catch(() => undefined);
  }
  return stretches;
}

/** Holds what a reader has had to the log: no gap, nothing twice, and nothing else. */
export function expectSequence(
  stretches: readonly Stretch[],
  { epoch, changes }: { readonly epoch: string; readonly changes: readonly StoredChange[] },
): void {
  expect(changes.map(({ position }) => position)).toEqual(changes.map((_, index) => index + 1));
  for (const [nth, { begin, events }] of stretches.entries()) {
    const from = Number(begin.split('.')[1]);
    const isLast = nth === stretches.length - 1;
    const log = changes.slice(from, isLast ? undefined : from + events.length);
    expect(events.map(({ message }) => message)).toEqual(log.map(({ text }) => JSON.parse(text).message));
    expect(events.map(({ cursor }) => cursor.replace(/~[^.]*/, ''))).toEqual(
      log.map(({ position }) => `${epoch}.${position}`),
    );
  }
}
