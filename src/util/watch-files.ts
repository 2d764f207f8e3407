import { statSync } from 'node:fs';
import { type Clock, repeat, SYSTEM_CLOCK } from './clock.ts';

/** Milliseconds between two checks of the watched files. */
const INTERVAL_MS = 500;

/**
 * Watches files by looking at them again and again, since only that notices a file that was replaced behind a link, as
 * Kubernetes does it. Whoever begins to watch before reading the files misses no change. Keeps no process alive.
 * @param onChange called when a file has changed since the last call, or since the watch began
 * @returns ends the watch
 */
export function watchFiles(paths: readonly string[], onChange: () => void, clock: Clock = SYSTEM_CLOCK): () => void {
  if (paths.length === 0) return () => undefined;
  let seen = paths.map(signatureOf).join();
  let before = seen;
  return repeat(clock, INTERVAL_MS, () => {
    const now = paths.map(signatureOf).join();
    // Only a file that has stopped changing is reported, so that none is read while it is being written.
    const isSettled = now === before;
    before = now;
    if (now === seen || !isSettled) return;
    seen = now;
    onChange();
  });
}

/** A text that changes when the file does; a file that is missing or cannot be read has one, too. */
function signatureOf(path: string): string {
  try {
    const stat = statSync(path, { bigint: true });
    return `${stat.ino} ${stat.mtimeNs} ${stat.size}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
}
