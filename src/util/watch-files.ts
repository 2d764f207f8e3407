import { statSync } from 'node:fs';

/** Milliseconds between two looks at the watched files. */
const INTERVAL = 500;

/**
 * Calls back whenever one of the files is another than at the call, or than at the last look: also one that was exchanged behind a
 * link, as Kubernetes does it. Begin to watch before reading, and no change is missed. The watch does not keep the process alive.
 * @returns ends it
 */
export function watchFiles(paths: readonly string[], changed: () => void): () => void {
  if (paths.length === 0) return () => undefined;
  let seen = paths.map(signatureOf).join();
  let before = seen;
  const timer = setInterval(() => {
    const now = paths.map(signatureOf).join();
    // Twice the same: a file that is being written is not read in the middle of it.
    const isSettled = now === before;
    before = now;
    if (now === seen || !isSettled) return;
    seen = now;
    changed();
  }, INTERVAL).unref();
  return () => clearInterval(timer);
}

/** What changes when a file does; a file that is not there, or cannot be looked at, has one, too. */
function signatureOf(path: string): string {
  try {
    const stat = statSync(path, { bigint: true });
    return `${stat.ino} ${stat.mtimeNs} ${stat.size}`;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
}
