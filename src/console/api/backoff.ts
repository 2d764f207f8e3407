const FIRST_MS = 250;
const LONGEST_MS = 10_000;

/**
 * Milliseconds to wait before an attempt, by how many have failed: twice as long each time, up to 10 s. A third of it
 * is random, so that many pages do not come back at once.
 */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 20));
  return Math.round(longest * (2 / 3 + random() / 3));
}
