import { signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Answer } from '../../src/console/api/answer.ts';
import type { Live, Stream } from '../../src/console/api/live.ts';
import type { LinkEndsQuery, LiveClusterSubscription } from '../../src/console/graphql/graphql.ts';
import type { Cluster } from '../../src/console/model/cluster.ts';
import type { Clock } from '../../src/console/state/clock.ts';
import { createClusterStore } from '../../src/console/state/cluster.ts';
import type { Connection } from '../../src/console/state/connection.ts';
import { createDirections } from '../../src/console/state/directions.ts';
import type { Session } from '../../src/console/state/session.ts';
import { cluster, link } from './clusters.ts';

const clock = { now: signal(0), time: () => Date.now(), adjust: () => undefined } satisfies Clock;
const connection = {
  socket: signal({ kind: 'open' }),
  heardAt: signal(0),
} as unknown as Connection;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', { visibilityState: 'visible' });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A session that is answered by hand. */
function sessionOf(ask: () => Promise<Answer<unknown>>): Session {
  return { state: signal({ kind: 'out' }), ask, expire: () => undefined } as unknown as Session;
}

function start(ask: () => Promise<Answer<unknown>> = () => new Promise(() => undefined)) {
  const session = sessionOf(ask);
  const store = createClusterStore(session, connection, clock);
  const streams: Stream<LiveClusterSubscription, Record<string, unknown>>[] = [];
  store.follow({ follow: (stream: never) => streams.push(stream) } as unknown as Live);
  const [stream] = streams;
  if (stream === undefined) throw new Error('The cluster is not followed.');
  const send = (whole: Cluster) => stream.onData({ cluster: whole });
  return { session, store, stream, send };
}

describe('what follows the cluster', () => {
  it('asks for fewer events once the cluster is large, and for more when it is small again', () => {
    const { stream, send } = start();
    const large = Array.from({ length: 1001 }, (_, index) => link(['a', 'b'], `database-${index}`));
    expect(stream.variables()).toEqual({ minIntervalMs: 500 });
    send(cluster({ links: [link(['a', 'b'], 'shop')] }));
    expect(stream.isOutdated?.()).toBe(false);
    for (const [links, minIntervalMs] of [
      [large, 1000],
      [[], 500],
    ] as const) {
      send(cluster({ links: [...links] }));
      expect(stream.isOutdated?.()).toBe(true);
      expect(stream.variables()).toEqual({ minIntervalMs });
      expect(stream.isOutdated?.()).toBe(false);
    }
  });

  it('shows directions at once, then the latest of what comes, and nothing once the login has changed', async () => {
    const ends: NonNullable<LinkEndsQuery['cluster']>['links'] = [
      {
        nodes: ['a', 'b'],
        database: 'shop',
        views: [{ nodeName: 'a', connected: true, isWanted: true, latency: 7 }],
      },
    ];
    const { session, store, send } = start(async () => ({ data: { cluster: { links: ends } }, error: undefined }));
    const inState = (state: Cluster['links'][number]['state']) => cluster({ links: [link(['a', 'b'], 'shop', state)] });
    send(inState('CONNECTED'));
    await vi.advanceTimersByTimeAsync(10);
    const app = { session, cluster: store, clock };
    const { directions, hold } = createDirections(app, undefined);
    const seen = () => directions.value?.lookUp('a', 'b');
    expect(seen()).toMatchObject({ kind: 'ok', latency: undefined });
    const letGo = hold();
    await vi.advanceTimersByTimeAsync(10);
    expect(seen()).toMatchObject({ kind: 'ok', latency: 7 });
    send(inState('DOWN'));
    send(inState('ONE_SIDED'));
    await vi.advanceTimersByTimeAsync(10);
    expect(directions.value?.whole).toBe(store.cluster.value);
    expect(directions.value?.pairs).toMatchObject([{ kind: 'one-way', receiver: 'a' }]);
    store.reset();
    expect(directions.value).toBeUndefined();
    letGo();
  });
});
