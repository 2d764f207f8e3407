import { describe, expect, it } from 'vitest';
import type { Held } from '../../../src/live/changelog/redis/leases.ts';
import type { SharedLog } from '../../../src/live/sharing/shared-log.ts';
import type { SharedWatch } from '../../../src/live/sharing/shared-watch.ts';
import { createSharing } from '../../../src/live/sharing/sharing.ts';
import { TestClock } from '../../support/clock.ts';

const LEASE = 3000;
const STORED = { epoch: 'e', length: 0, notes: new Map<string, string>() };

/** A gateway that polls, whose logs and lease are as the test says. */
function startHolder() {
  const clock = new TestClock();
  const did: string[] = [];
  const state = { isFailing: false, held: 'still' as Held };
  const log = {
    notes: new Map(),
    write: () => undefined,
    get isFailing() {
      return state.isFailing;
    },
    hasShownMore: false,
    stopWriting: () => did.push('stops writing'),
    retry: () => did.push('goes on writing'),
    compare: () => 'same',
  } as unknown as SharedLog<never>;
  const sharing = createSharing({
    logs: { views: log, whole: log },
    open: async () => ({ views: STORED, whole: STORED }),
    acquire: async () => {
      did.push('asks for the lease');
      return state.held;
    },
    use: () => did.push('uses it'),
    release: async () => undefined,
    publish: () => undefined,
    stopListening: () => undefined,
    ...{ isHolder: true, leaseMs: LEASE, clock },
    onFault(error) {
      throw error;
    },
  });
  sharing.start({ end: () => did.push('ends its readers') } as unknown as SharedWatch);
  return { clock, did, state, sharing };
}

describe('a gateway that cannot add to the logs', () => {
  it('lets its lease end, and keeps it where it can add to them again before', async () => {
    const { clock, did, state, sharing } = startHolder();
    await clock.advance(LEASE / 3);
    expect(did).toEqual(['asks for the lease']);
    state.isFailing = true;
    await clock.advance(LEASE / 3);
    sharing.check();
    await clock.advance(LEASE / 3);
    expect(did).toEqual(['asks for the lease']);
    // As it is told when the store has taken what was waiting.
    state.isFailing = false;
    sharing.check();
    await clock.advance(0);
    const goesOn = ['uses it', 'goes on writing', 'goes on writing'];
    expect(did).toEqual(['asks for the lease', 'asks for the lease', ...goesOn]);
    expect(sharing.isPolling).toBe(true);
    await sharing.stop(async () => undefined);
  });
});
