import { batch, type ReadonlySignal, signal } from '@preact/signals';
import type { Answer } from '../api/answer.ts';
import type { ApiError } from '../api/errors.ts';

/** Something that is asked for again and again as long as a view holds it and the page is seen. */
export interface Polled<Data> {
  /** The last that came; undefined before. It stays when a later request fails. */
  readonly data: ReadonlySignal<Data | undefined>;
  /** Why the last request failed; undefined where it did not. */
  readonly error: ReadonlySignal<ApiError | undefined>;
  /** When the data came. */
  readonly at: ReadonlySignal<number | undefined>;
  /** @returns lets go of it */
  hold(): () => void;
}

export interface PolledOptions<Data> {
  readonly ask: () => Promise<Answer<Data>>;
  readonly time: () => number;
  /** Milliseconds from one answer to the next request, by what was answered. */
  readonly intervalMs: (data: Data | undefined) => number;
  /** Asks sooner when it changes. */
  readonly refresh?: ReadonlySignal<unknown>;
  /** Milliseconds from one answer to the next request at least, also when something has changed; 0 when left out. */
  readonly leastMs?: (data: Data | undefined) => number;
}

/** Milliseconds after a change until it is asked again, so that several changes cost one request. */
const REFRESH_MS = 300;

export function createPolled<Data>({
  ask,
  time,
  intervalMs,
  refresh,
  leastMs = () => 0,
}: PolledOptions<Data>): Polled<Data> {
  const data = signal<Data | undefined>(undefined);
  const error = signal<ApiError | undefined>(undefined);
  const at = signal<number | undefined>(undefined);
  let holders = 0;
  let isAsking = false;
  /** Whether something has changed since the request was sent that is under way. */
  let isDue = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function poll(): Promise<void> {
    if (isAsking) isDue = true;
    // A page that is not seen asks again as soon as it is.
    if (isAsking || holders === 0 || document.visibilityState === 'hidden') return;
    isAsking = true;
    isDue = false;
    try {
      const answer = await ask();
      batch(() => {
        error.value = answer.error;
        if (answer.error !== undefined) return;
        data.value = answer.data;
        at.value = time();
      });
    } finally {
      isAsking = false;
      if (isDue) askSoon();
      else schedule(intervalMs(data.peek()));
    }
  }

  function askSoon(): void {
    schedule(Math.max(REFRESH_MS, (at.peek() ?? 0) + leastMs(data.peek()) - time()));
  }

  function askNow(): void {
    schedule(0);
  }

  function schedule(milliseconds: number): void {
    clearTimeout(timer);
    if (holders === 0) return;
    timer = setTimeout(() => {
      poll().catch((failure: unknown) => reportError(failure));
    }, milliseconds);
  }

  let stopRefresh: (() => void) | undefined;
  return {
    data,
    error,
    at,
    hold() {
      holders += 1;
      if (holders === 1) {
        stopRefresh = refresh?.subscribe(askSoon);
        document.addEventListener('visibilitychange', askNow);
        askNow();
      }
      return () => {
        holders -= 1;
        if (holders > 0) return;
        clearTimeout(timer);
        stopRefresh?.();
        document.removeEventListener('visibilitychange', askNow);
      };
    },
  };
}
