import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { type Clock, SYSTEM_CLOCK } from '../util/clock.ts';
import type { Caller } from './caller.ts';

/** Milliseconds for which a caller is remembered: rights that change take effect after that at the latest. */
const MAX_AGE = 5000;
/** Headers, and digests, that are kept; those that were not used for longest are forgotten first. */
const MAX_CALLERS = 10_000;

/** Stands for a request without the header, which no header equals. */
const NO_HEADER = '\0';

/** Characters of the longest header that is kept itself. One that is longer, such as a JWT, is kept as its digest. */
const MAX_LENGTH = 256;

/** Callers by Authorization header, so that the requests after one that was authenticated need not wait for that. */
export interface CallerCache {
  get(authorization: string | undefined): Caller | undefined;
  /** @param endsAt when the caller may no longer be served, in milliseconds since 1970; never when left out */
  set(authorization: string | undefined, caller: Caller, endsAt?: number): void;
  clear(): void;
}

interface Entry {
  readonly caller: Caller;
  readonly until: number;
}

/** Creates an empty cache. */
export function createCallerCache(clock: Clock = SYSTEM_CLOCK): CallerCache {
  // Apart, because whoever knows the digest of a header must not be taken for the sender of that header.
  const byHeader = new LRUCache<string, Entry>({ max: MAX_CALLERS });
  const byDigest = new LRUCache<string, Entry>({ max: MAX_CALLERS });
  const digestOf = (header: string) => hash('sha256', header, 'base64url');
  const entriesOf = (header: string) =>
    header.length > MAX_LENGTH ? ([byDigest, digestOf(header)] as const) : ([byHeader, header] as const);

  return {
    get(authorization) {
      const [entries, key] = entriesOf(authorization ?? NO_HEADER);
      const entry = entries.get(key);
      return entry !== undefined && entry.until > clock.now() ? entry.caller : undefined;
    },
    set(authorization, caller, endsAt = Number.POSITIVE_INFINITY) {
      // Kept by the time that nobody sets.
      const [entries, key] = entriesOf(authorization ?? NO_HEADER);
      entries.set(key, { caller, until: clock.now() + Math.min(MAX_AGE, endsAt - clock.date()) });
    },
    clear() {
      byHeader.clear();
      byDigest.clear();
    },
  };
}
