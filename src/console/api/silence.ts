/** Milliseconds from one look to the next, and what a look counts at most: a page that could not run heard nothing. */
const LOOK_MS = 250;
const MOST_A_LOOK_MS = 500;

/** Milliseconds that the answer to a ping may take on a quick line, and on any. */
const LEAST_MS = 2000;
const MOST_MS = 10_000;
/** How many times longer than the slowest of late an answer may take. */
const FACTOR = 4;
/** What a slow answer counts after each further one. */
const DECAY = 0.9;

/** Tells when nothing comes any more although a ping was sent. */
export interface Silence {
  /** A ping was sent. */
  await(): void;
  /** Something has come. The answer to the ping tells how slow the line is. */
  heard(isAnswer: boolean): void;
  stop(): void;
}

/**
 * Creates a watch over one socket. An answer may take 2 s, and up to 10 s on a line whose answers take long. So may the
 * first: a large event holds up all that comes after it. Only time counts in which the page could run: its own pause,
 * or that of the device, is never taken for a cut.
 */
export function createSilence(onSilent: () => void): Silence {
  let timer: ReturnType<typeof setInterval> | undefined;
  let waited = 0;
  let slowest: number | undefined;
  let lookedAt = 0;

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
  }

  function count(): void {
    const now = performance.now();
    waited += Math.min(now - lookedAt, MOST_A_LOOK_MS);
    lookedAt = now;
  }

  function look(): void {
    count();
    if (waited < limit()) return;
    stop();
    onSilent();
  }

  function limit(): number {
    return slowest === undefined ? MOST_MS : Math.min(MOST_MS, Math.max(LEAST_MS, slowest * FACTOR));
  }

  return {
    await() {
      stop();
      waited = 0;
      lookedAt = performance.now();
      timer = setInterval(look, LOOK_MS);
    },
    heard(isAnswer) {
      if (timer === undefined) return;
      count();
      if (isAnswer) {
        slowest = Math.max(waited, (slowest ?? 0) * DECAY);
        stop();
      } else waited = 0;
    },
    stop,
  };
}
