import { describe, expect, it } from 'vitest';
import { OWN_CREDENTIALS } from '../../../src/auth/credentials.ts';
import { createHistory } from '../../../src/live/changelog/history.ts';
import type { ChangeStore } from '../../../src/live/changelog/store.ts';
import { createLogger } from '../../../src/observability/logger.ts';
import { TestClock } from '../../support/clock.ts';

/** A store that fails as long as it is told to. */
function createStore() {
  let isFailing = true;
  let trims = 0;
  const check = async () => {
    if (isFailing) throw new Error('disk full');
  };
  const store: ChangeStore = {
    async open() {
      await check();
      return { epoch: 'e', length: 0, notes: new Map() };
    },
    release: async () => undefined,
    notes: async () => new Map(),
    append: check,
    async read() {
      return [];
    },
    async find() {
      await check();
      return { epoch: 'e', changes: [] };
    },
    async restart() {
      return { epoch: 'f', length: 1, notes: new Map() };
    },
    async size() {
      await check();
      return { bytes: 1, changes: 0, oldestAt: null };
    },
    async trim() {
      trims += 1;
      await check();
    },
    close: async () => undefined,
  };
  return {
    store,
    mend() {
      isFailing = false;
    },
    get trims() {
      return trims;
    },
  };
}

describe('a history whose store fails', () => {
  it('opens nothing, says why, and does so again when it can', async () => {
    const failing = createStore();
    const clock = new TestClock();
    const history = createHistory({
      ...{ store: failing.store, nameLogin: () => 'own', clock, logger: createLogger('silent') },
      ...{ capacity: 10, retention: 1000, retained: 10 },
    });
    expect(await history.open(OWN_CREDENTIALS)).toBeUndefined();
    expect(history.state).toMatchObject({ failure: 'disk full', lost: 0 });
    expect(await history.size()).toBeUndefined();
    await expect(history.find(OWN_CREDENTIALS, { limit: 1, from: 'end' })).rejects.toThrow('disk full');
    // Old changes are looked for all the same.
    await clock.advance(1_200_000);
    expect(failing.trims).toBe(2);
    failing.mend();
    const kept = await history.open(OWN_CREDENTIALS);
    expect(kept?.whole.length).toBe(0);
    expect(history.state.failure).toBeNull();
    await history.stop(1000);
  });
});
