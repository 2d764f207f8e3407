import type { EventEmitter } from 'node:events';
import { pino } from 'pino';
import type { Clock } from '../util/clock.ts';
import type { Logger } from './logger.ts';

/** What pino writes to when nothing else is given: it hands lines on later, in one piece where there are several. */
interface LaterDestination extends EventEmitter {
  readonly sync: false;
  readonly minLength: 0;
  flushSync(): void;
}

/** Milliseconds for which a destination that takes no line is waited for. */
const LONGEST = 1000;

/**
 * Settles when the lines so far have been handed to the system: a process that is killed after that has left them. A
 * destination that takes none for a second is not waited for, since it may be a full pipe that nobody reads.
 */
export type LinesWritten = () => Promise<void>;

/**
 * Creates it for the destination of a logger. Only pino's own destination without `minLength`, such as that of standard
 * output, tells when a line was written. Any other is taken at its word when it has been called.
 */
export function createLinesWritten(logger: Logger, clock: Clock): LinesWritten {
  const destination: unknown = (logger as unknown as Record<symbol, unknown>)[pino.symbols.streamSym];
  return isLater(destination) ? waitFor(destination, clock) : async () => undefined;
}

function waitFor(destination: LaterDestination, clock: Clock): LinesWritten {
  let waiting: Promise<void> | undefined;
  return () => {
    waiting ??= new Promise<void>((resolve) => {
      const timer = clock.setTimeout(end, LONGEST);
      function end(): void {
        waiting = undefined;
        clock.clearTimeout(timer);
        destination.off('drain', end);
        resolve();
      }
      // Comes when nothing is left to write, so that all who wait are served by the same.
      destination.on('drain', end);
    });
    return waiting;
  };
}

function isLater(destination: unknown): destination is LaterDestination {
  const { sync, minLength, flushSync } = (destination ?? {}) as Partial<LaterDestination>;
  return sync === false && minLength === 0 && typeof flushSync === 'function';
}
