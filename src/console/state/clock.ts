import { computed, type ReadonlySignal, signal } from '@preact/signals';

/** Milliseconds by which the Date header of an answer may differ from now without a clock being wrong. */
const TOLERANCE_MS = 2000;

/** The time of the gateway, which all times on the page are by. */
export interface Clock {
  /** Moves each second, as long as the page is seen. */
  readonly now: ReadonlySignal<number>;
  /** When the day of whoever looks began. */
  readonly today: ReadonlySignal<number>;
  /** The time at this very moment. */
  time(): number;
  /**
   * Takes the Date header of an answer, so that ages are right where the clock of the device is not.
   * @param askedAt when the device sent the request, by its own clock
   */
  adjust(date: string, askedAt: number): void;
}

export function createClock(page: Document): Clock {
  let offset = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const time = () => Date.now() + offset;
  const now = signal(time());

  function tick(): void {
    clearTimeout(timer);
    now.value = time();
    if (page.visibilityState === 'hidden') return;
    timer = setTimeout(tick, 1000 - (time() % 1000));
  }

  page.addEventListener('visibilitychange', tick);
  tick();
  return {
    now,
    today: computed(() => new Date(now.value).setHours(0, 0, 0, 0)),
    time,
    adjust(date, askedAt) {
      const told = Date.parse(date);
      const here = Date.now();
      // An answer that was long on its way, or waited for a page that could not run, tells an old time.
      if (Number.isNaN(told) || Math.abs(here - askedAt) > TOLERANCE_MS) return;
      // The header has whole seconds.
      const found = told + 500 - here;
      const next = Math.abs(found) < TOLERANCE_MS ? 0 : found;
      if (Math.abs(next - offset) < TOLERANCE_MS && offset !== 0 && next !== 0) return;
      if (next === offset) return;
      offset = next;
      tick();
    },
  };
}
