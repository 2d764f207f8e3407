import { signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Answer } from '../../src/console/api/answer.ts';
import { createPolled } from '../../src/console/state/polled.ts';

const HOUR = 3_600_000;

/** A page that can be hidden, for what looks at the document of the window. */
const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });

function show(visibilityState: 'visible' | 'hidden'): void {
  page.visibilityState = visibilityState;
  page.dispatchEvent(new Event('visibilitychange'));
}

/** Something of which each request waits until the test answers it. */
function startPolled() {
  const requests: { answer(value: Answer<number>): Promise<void>; fail(): Promise<void> }[] = [];
  const refresh = signal(0);
  const polled = createPolled<number>({
    ask: () =>
      new Promise((resolve, reject) => {
        requests.push({
          async answer(value) {
            resolve(value);
            await vi.advanceTimersByTimeAsync(0);
          },
          async fail() {
            reject(new Error('a fault'));
            await vi.advanceTimersByTimeAsync(0);
          },
        });
      }),
    time: Date.now,
    intervalMs: () => HOUR,
    refresh,
  });
  const release = polled.hold();
  return { polled, requests, refresh, release };
}

describe('what a view asks for again and again', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('document', page);
    vi.stubGlobal('reportError', () => undefined);
    page.visibilityState = 'visible';
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('is asked again when something has changed while the answer was under way', async () => {
    const { polled, requests, refresh, release } = startPolled();
    await vi.advanceTimersByTimeAsync(0);
    refresh.value += 1;
    await vi.advanceTimersByTimeAsync(1000);
    expect(requests).toHaveLength(1);
    await requests[0]?.answer({ data: 1 });
    await vi.advanceTimersByTimeAsync(1000);
    expect(requests).toHaveLength(2);
    await requests[1]?.answer({ data: 2 });
    await vi.advanceTimersByTimeAsync(1000);
    expect([polled.data.value, requests.length]).toEqual([2, 2]);
    release();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is asked at once when the page is seen again, and not while it is not', async () => {
    const { requests, release } = startPolled();
    await vi.advanceTimersByTimeAsync(0);
    await requests[0]?.answer({ data: 1 });
    show('hidden');
    await vi.advanceTimersByTimeAsync(5 * HOUR);
    expect(requests).toHaveLength(1);
    show('visible');
    await vi.advanceTimersByTimeAsync(0);
    expect(requests).toHaveLength(2);
    release();
    show('visible');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is asked for on also after a fault of the page itself', async () => {
    const { requests, release } = startPolled();
    await vi.advanceTimersByTimeAsync(0);
    await requests[0]?.fail();
    await vi.advanceTimersByTimeAsync(HOUR);
    expect(requests).toHaveLength(2);
    release();
  });
});
