import { hash } from 'node:crypto';
import type { Caller } from './caller.ts';

/** Milliseconds for which a caller is remembered: rights that change take effect after that at the latest. */
const MAX_AGE = 5000;
const MAX_CALLERS = 10_000;

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
export function createCallerCache(): CallerCache {
  // Apart, because whoever knows the digest of a header must not be taken for the sender of that header.
  const byHeader = new Map<string | undefined, Entry>();
  const byDigest = new Map<string, Entry>();
  const digestOf = (header: string) => hash('sha256', header, 'base64url');
  const isLong = (header: string | undefined): header is string => header !== undefined && header.length > MAX_LENGTH;
  function clear(): void {
    byHeader.clear();
    byDigest.clear();
  }

  return {
    get(authorization) {
      const entry = isLong(authorization) ? byDigest.get(digestOf(authorization)) : byHeader.get(authorization);
      return entry !== undefined && entry.until > performance.now() ? entry.caller : undefined;
    },
    set(authorization, caller, endsAt = Number.POSITIVE_INFINITY) {
      if (byHeader.size + byDigest.size >= MAX_CALLERS) clear();
      // Kept by a clock that nobody sets.
      const entry = { caller, until: performance.now() + Math.min(MAX_AGE, endsAt - Date.now()) };
      if (isLong(authorization)) byDigest.set(digestOf(authorization), entry);
      else byHeader.set(authorization, entry);
    },
    clear,
  };
}
