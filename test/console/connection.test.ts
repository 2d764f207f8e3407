import { describe, expect, it, onTestFinished } from 'vitest';
import type { Answer } from '../../src/console/api/answer.ts';
import { readError } from '../../src/console/api/errors.ts';
import type { LiveOptions } from '../../src/console/api/live.ts';
import { createChanges } from '../../src/console/state/changes.ts';
import { createConnection } from '../../src/console/state/connection.ts';
import { change, changes as changesOf } from './changes.ts';
import { BEGUN } from './clusters.ts';
import { heldLive, once, sessionOf, stillClock } from './stores.ts';

const EXPIRED = readError({ message: 'Ask again without it.', extensions: { code: 'CURSOR_EXPIRED' } });
const LATER = readError({ message: 'Unexpected error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } });

type SocketEvents = Pick<LiveOptions, 'onOpen' | 'onHeard' | 'onCut'>;

function startPage(answer: () => Promise<Answer<unknown>> = () => Promise.resolve({ error: LATER })) {
  const { clock, move } = stillClock();
  const sockets: SocketEvents[] = [];
  const { live, streams } = heldLive();
  const session = {
    ...sessionOf(answer),
    openLive: (options: SocketEvents) => {
      sockets.push(options);
      return live;
    },
  };
  const connection = createConnection(session, clock);
  const changes = createChanges(session, connection, clock);
  const open = () => changes.follow(connection.open());
  open();
  onTestFinished(changes.reset);
  return {
    ...{ connection, changes, move, open },
    socket: () => sockets.at(-1) as SocketEvents,
    stream: () => streams.at(-1) as (typeof streams)[number],
    hear() {
      sockets.at(-1)?.onOpen();
      sockets.at(-1)?.onHeard();
    },
    tell: (place: number) => streams.at(-1)?.onData({ clusterChanged: change(place) }),
  };
}

describe('a page that was cut off', () => {
  it('names the whole time in which changes may have been missed', () => {
    const { connection, changes, socket, stream, hear, tell, move } = startPage();
    hear();
    tell(1);
    move(10_000);
    socket().onHeard();
    socket().onCut(250);
    move(60_000);
    stream().variables();
    hear();
    move(5000);
    // Said late, on a slow line.
    stream().onError(EXPIRED);
    stream().variables();
    tell(9);
    expect(connection.outage.value).toMatchObject({ from: BEGUN + 10_000, until: BEGUN + 70_000, changes: 'missed' });
    expect(changes.gaps.value).toMatchObject([{ from: BEGUN + 10_000, until: BEGUN + 75_000 }]);
  });

  it('does not take the time of an earlier cut for that of a stream that has lost its place', () => {
    const { connection, changes, socket, stream, hear, tell, move } = startPage();
    hear();
    tell(1);
    socket().onCut(250);
    move(1000);
    stream().variables();
    hear();
    tell(2);
    move(3_600_000);
    expect(stream().onError(LATER)).toBe('later');
    move(4000);
    stream().variables();
    stream().onError(EXPIRED);
    stream().variables();
    tell(9);
    expect(connection.outage.value).toMatchObject({ from: BEGUN, changes: 'asked' });
    expect(changes.gaps.value).toMatchObject([{ from: BEGUN + 3_601_000, until: BEGUN + 3_605_000 }]);
  });

  it('was so until somebody logs in again', () => {
    const { connection, changes, open, socket, stream, hear, tell, move } = startPage();
    hear();
    tell(1);
    move(1000);
    socket().onHeard();
    move(3_600_000);
    open();
    expect(connection.socket.value).toMatchObject({ kind: 'cut', since: BEGUN + 1000 });
    hear();
    stream().onError(EXPIRED);
    stream().variables();
    tell(9);
    expect(connection.outage.value).toMatchObject({ from: BEGUN + 1000, until: BEGUN + 3_601_000, changes: 'missed' });
    expect(changes.gaps.value).toMatchObject([{ from: BEGUN + 1000 }]);
  });

  it('says why no changes are told while the rest goes on', () => {
    const { changes, stream, hear, tell } = startPage();
    hear();
    tell(1);
    expect([stream().onError(LATER), changes.failure.value]).toEqual(['later', LATER]);
  });

  it('has the gap in every list of changes', async () => {
    const { changes, stream, hear, tell } = startPage();
    hear();
    tell(1);
    await once(changes.recent, ({ length }) => length === 1);
    stream().onError(EXPIRED);
    stream().variables();
    tell(9);
    await once(changes.recent, ({ length }) => length === 2);
    expect(changes.entries.value.map(({ kind }) => kind)).toEqual(['change', 'gap', 'change']);
  });
});

describe('the changes of before the page was opened', () => {
  it('are not said to be none while they are asked for, nor where that has failed', async () => {
    const { promise, resolve } = Promise.withResolvers<Answer<unknown>>();
    const { changes, hear, tell } = startPage(() => promise);
    hear();
    tell(3);
    expect(changes.missing.value).toBe('asked');
    resolve({ error: LATER });
    await once(changes.missing, (missing) => missing !== 'asked');
    expect(changes.missing.value).toBe(LATER);
  });

  it('are before what came meanwhile', async () => {
    const edges = changesOf(1, 2, 3).map((node) => ({ node }));
    const { changes, hear, tell } = startPage(() => Promise.resolve({ data: { history: { edges } } }));
    hear();
    tell(3);
    await once(changes.recent, ({ length }) => length === 3);
    expect(changes.recent.value.map(({ cursor }) => cursor)).toEqual(['log.3', 'log.2', 'log.1']);
    expect(changes.missing.value).toBe(undefined);
  });
});
