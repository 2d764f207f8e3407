import { describe, expect, it } from 'vitest';
import { OWN_CREDENTIALS } from '../../src/auth/credentials.ts';
import type { KeptChanges } from '../../src/live/changelog/history.ts';
import { createHub } from '../../src/live/hub.ts';
import { settled, TestClock } from '../support/clock.ts';

describe('the watches of a backend', () => {
  it('open the logs of a login once at a time, also for a look whether changes are kept again', async () => {
    const clock = new TestClock();
    const did: string[] = [];
    const openings: PromiseWithResolvers<KeptChanges | undefined>[] = [];
    const hub = createHub({
      nodes: () => [],
      history: {
        open() {
          did.push('open');
          const opening = Promise.withResolvers<KeptChanges | undefined>();
          openings.push(opening);
          return opening.promise;
        },
        close: () => did.push('close'),
      },
      graces: { change: 1000, recovery: 13_000, cut: 30_000 },
      thresholds: { lag: 1000, backPressure: 50, liveness: 60_000 },
      ...{ interval: 1000, capacity: 10, linger: 0, clock },
      onFault(error) {
        throw error;
      },
    });
    const first = hub.watch(OWN_CREDENTIALS);
    await settled();
    openings[0]?.resolve(undefined);
    const watcher = await first;
    await clock.advance(5000);
    expect(did).toEqual(['open', 'open']);
    // Its last reader leaves, and the next one comes, while the look is going on.
    watcher.stop(new Error('nobody reads'));
    const next = hub.watch(OWN_CREDENTIALS);
    await settled();
    expect(did).toEqual(['open', 'open']);
    openings[1]?.resolve({} as KeptChanges);
    await settled();
    expect(did).toEqual(['open', 'open', 'close', 'open']);
    openings[2]?.resolve(undefined);
    expect(await next).toBe(hub.find(OWN_CREDENTIALS));
    hub.stop();
  });
});
