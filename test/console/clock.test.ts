import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type RequestOptions, request } from '../../src/console/api/request.ts';
import { TypedDocumentString } from '../../src/console/graphql/graphql.ts';
import { createClock } from '../../src/console/state/clock.ts';

const NOON = new Date(2026, 0, 31, 12).getTime();
const HOUR = 3_600_000;
const dateHeader = (time: number) => new Date(time).toUTCString();

describe('the clock of the page', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: NOON });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function startClock() {
    const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
    return createClock(page as unknown as Document);
  }

  it('goes by the gateway where the clock of the device is wrong', () => {
    const clock = startClock();
    clock.adjust(dateHeader(NOON + HOUR), Date.now());
    expect(clock.time()).toBe(NOON + HOUR + 500);
    expect(clock.now.value).toBe(NOON + HOUR + 500);
  });

  it('takes no time out of an answer that was under way while the page could not run', () => {
    const clock = startClock();
    const askedAt = Date.now();
    const date = dateHeader(askedAt);
    vi.setSystemTime(NOON + 3 * HOUR);
    clock.adjust(date, askedAt);
    expect(clock.time()).toBe(NOON + 3 * HOUR);
  });

  it('knows that another day has begun', async () => {
    const clock = startClock();
    expect(clock.today.value).toBe(new Date(2026, 0, 31).getTime());
    vi.setSystemTime(NOON + 12 * HOUR - 1500);
    await vi.advanceTimersByTimeAsync(1000);
    expect(clock.today.value).toBe(new Date(2026, 0, 31).getTime());
    await vi.advanceTimersByTimeAsync(1000);
    expect(clock.today.value).toBe(new Date(2026, 1, 1).getTime());
  });
});

describe('a request', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('tells the time of the gateway before a body that takes long', async () => {
    const body = new TransformStream<Uint8Array, Uint8Array>();
    const headers = { date: dateHeader(NOON) };
    vi.stubGlobal('fetch', () => Promise.resolve(new Response(body.readable, { headers })));
    const options: RequestOptions = { url: 'http://gateway.invalid/graphql', authorization: undefined };
    const told = new Promise<string>((onDate, reject) => {
      // Its body never ends.
      request(new TypedDocumentString('{ gateway { version } }'), {}, { ...options, onDate }).catch(reject);
    });
    expect(await told).toBe(dateHeader(NOON));
  });
});
