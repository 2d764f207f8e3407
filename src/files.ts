import { statSync } from 'node:fs';

/** Milliseconds between two looks at the watched files. */
const INTERVAL = 1000;

/**
 * Calls back whenever one of the files is another than at the call, or than at the last look: also one that was exchanged behind a
 * link, as Kubernetes does it. Begin to watch before reading, and no change is missed. The watch does not keep the process alive.
 * @returns ends it
 */
export function watchFiles(paths: readonly string[], changed: () => void): () => void {
  if (paths.length === 0) return () => undefined;
  let seen = paths.map(signatureOf).join();
  const timer = setInterval(() => {
    const now = paths.map(signatureOf).join();
    if (now === seen) return;
    seen = now;
    changed();
  }, INTERVAL).unref();
  return () => clearInterval(timer);
}

/** What changes when a file does; a file that is not there has one, too. */
function signatureOf(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? 'none' : `${stat.ino} ${stat.mtimeNs} ${stat.size}`;
}
