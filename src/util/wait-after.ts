/** Milliseconds until what has failed is tried again. Each wait is twice as long as the one before. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;

/** Milliseconds until something is tried again that has failed so often before, with jitter: not all try in step. */
export function waitAfter(failures: number): number {
  return Math.min(FIRST_WAIT * 2 ** failures, LONGEST_WAIT) * (0.75 + Math.random() * 0.5);
}
