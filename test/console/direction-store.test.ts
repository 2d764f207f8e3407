import { signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LinkEndsQuery } from '../../src/console/graphql/graphql.ts';
import type { Cluster, Link } from '../../src/console/model/cluster.ts';
import type { ClusterStore } from '../../src/console/state/cluster.ts';
import { createDirections } from '../../src/console/state/directions.ts';
import { cluster, link } from './clusters.ts';
import { sessionOf, stillClock } from './stores.ts';

const ENDS: NonNullable<LinkEndsQuery['cluster']>['links'] = [
  { nodes: ['a', 'b'], database: 'shop', views: [{ nodeName: 'a', connected: true, isWanted: true, latency: 7 }] },
];

const inState = (state: Link['state']) => cluster({ links: [link(['a', 'b'], 'shop', state)] });

describe('the directions of a cluster', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    const nothing = () => undefined;
    vi.stubGlobal('document', { visibilityState: 'visible', addEventListener: nothing, removeEventListener: nothing });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('are there at once, then those of the latest state, and none where no state is known', async () => {
    const whole = signal<Cluster | undefined>(inState('CONNECTED'));
    const { clock } = stillClock();
    const session = sessionOf(async () => ({ data: { cluster: { links: ENDS } }, error: undefined }));
    const { directions, hold } = createDirections(
      { session, clock, cluster: { cluster: whole } as ClusterStore },
      undefined,
    );
    const seen = () => directions.value?.lookUp('a', 'b');
    expect(seen()).toMatchObject({ kind: 'ok', latency: undefined });
    const letGo = hold();
    await vi.advanceTimersByTimeAsync(1000);
    expect(seen()).toMatchObject({ kind: 'ok', latency: 7 });
    whole.value = inState('DOWN');
    whole.value = inState('ONE_SIDED');
    await vi.advanceTimersByTimeAsync(1000);
    expect(directions.value?.whole).toBe(whole.value);
    expect(directions.value?.pairs).toMatchObject([{ kind: 'one-way', receiver: 'a' }]);
    whole.value = undefined;
    expect(directions.value).toBeUndefined();
    letGo();
    whole.value = inState('DOWN');
    expect(directions.value).toBeUndefined();
  });
});
