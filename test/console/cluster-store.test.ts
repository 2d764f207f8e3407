import { signal } from '@preact/signals';
import { describe, expect, it } from 'vitest';
import { type ApiError, readError } from '../../src/console/api/errors.ts';
import type { Cluster } from '../../src/console/model/cluster.ts';
import { createClusterStore } from '../../src/console/state/cluster.ts';
import type { SocketState } from '../../src/console/state/connection.ts';
import { nextFrame } from '../../src/console/state/next-frame.ts';
import { BEGUN, cluster, eventOf, link, node } from './clusters.ts';
import { heldLive, once, sessionOf, stillClock } from './stores.ts';

const LIMITED: ApiError = readError({ message: 'Too many subscriptions.', extensions: { code: 'LIMIT_EXCEEDED' } });

function startStore() {
  const { clock, move } = stillClock();
  const socket = signal<SocketState>({ kind: 'open' });
  const heardAt = signal<number | undefined>(BEGUN);
  const store = createClusterStore(sessionOf(), { socket, heardAt }, clock);
  const { live, streams } = heldLive();
  store.follow(live);
  const stream = () => streams.at(-1) as (typeof streams)[number];
  return {
    ...{ store, socket, heardAt, move, live, stream },
    hear: () => {
      heardAt.value = clock.time();
    },
    /** Tells a state, and resolves when it is shown. */
    tell(state: Cluster) {
      const { revision } = state;
      stream().onData({ cluster: eventOf(state) });
      return once(store.cluster, (shown) => shown?.revision === revision);
    },
  };
}

describe('the state of the cluster', () => {
  it('is not live after a cut before the gateway has told it anew, however well it is heard', async () => {
    const { store, socket, stream, tell, move, hear } = startStore();
    await tell(cluster());
    expect(store.trust.value.kind).toBe('live');
    socket.value = { kind: 'cut', since: BEGUN, retryAt: BEGUN };
    move(60_000);
    // The gateway has been started again, and reads no node of Harper: it is heard, and tells nothing.
    stream().variables();
    socket.value = { kind: 'open' };
    hear();
    expect(store.trust.value).toEqual({ kind: 'untold', since: BEGUN, at: BEGUN });
    await tell(cluster({ revision: 'r2' }));
    expect(store.trust.value).toEqual({ kind: 'live', at: BEGUN + 60_000 });
  });

  it('is not live while the gateway ends its stream, and says why', async () => {
    const { store, stream, tell, move, hear } = startStore();
    await tell(cluster());
    move(5000);
    hear();
    expect(stream().onError(LIMITED)).toBe('later');
    expect(store.trust.value).toEqual({ kind: 'untold', since: BEGUN + 5000, at: BEGUN + 5000 });
    expect(store.failure.value).toBe(LIMITED);
    stream().variables();
    await tell(cluster({ revision: 'r2' }));
    expect([store.trust.value.kind, store.failure.value]).toEqual(['live', undefined]);
  });

  it('is not live on a page that could not run and has heard nothing for long', async () => {
    const { store, tell, move, hear } = startStore();
    await tell(cluster());
    move(3_600_000);
    expect(store.trust.value).toEqual({ kind: 'cut', since: BEGUN, at: BEGUN });
    hear();
    expect(store.trust.value.kind).toBe('live');
  });

  it('is never shown to another login than the one that was told, whatever is still being worked on', async () => {
    const { store, stream, live, tell } = startStore();
    // The second waits until the first is worked out.
    stream().onData({ cluster: eventOf(cluster({ revision: 'secret 1' })) });
    stream().onData({ cluster: eventOf(cluster({ revision: 'secret 2' })) });
    store.reset();
    store.follow(live);
    const seen: (string | undefined)[] = [];
    store.cluster.subscribe((shown) => seen.push(shown?.revision));
    // Timers run in order, so that the second is being worked out after these, which are more than the first takes.
    for (let frame = 0; frame < 6; frame += 1) await nextFrame();
    await tell(cluster({ revision: 'own' }));
    expect(seen).toEqual([undefined, 'own']);
  });

  it('is so since it was seen again after a cut, where the gateway does not say since when', async () => {
    const { store, stream, tell, move } = startStore();
    const down = (revision: string) =>
      cluster({ revision, nodes: [node('a', { state: 'UNREACHABLE', stateSince: null })] });
    const since = () => Date.parse(store.cluster.value?.nodes[0]?.stateSince ?? '');
    await tell(down('r1'));
    move(1000);
    await tell(down('r2'));
    expect(since()).toBe(BEGUN);
    move(3_600_000);
    stream().variables();
    await tell(down('r3'));
    expect(since()).toBe(BEGUN + 3_601_000);
  });

  it('comes less often where it is large, which is no cut', async () => {
    const { store, stream, tell } = startStore();
    const large = Array.from({ length: 1001 }, (_, index) => link(['a', 'b'], `database-${index}`));
    for (const [revision, links, minIntervalMs] of [
      ['r2', large, 1000],
      ['r3', [], 500],
    ] as const) {
      const told = tell(cluster({ revision, links: [...links] }));
      expect(stream().isOutdated?.()).toBe(true);
      expect(stream().variables()).toEqual({ minIntervalMs });
      expect(stream().isOutdated?.()).toBe(false);
      await told;
      expect(store.trust.value.kind).toBe('live');
    }
  });
});
