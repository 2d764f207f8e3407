import { hash } from 'node:crypto';
import type { Caller } from './caller.ts';

/** Milliseconds for which a caller is remembered: rights that change take effect after that at the latest. */
const MAX_AGE = 5000;
const MAX_CALLERS = 10_000;

/** Characters of the longest header that is a key itself. One that is longer, such as a JWT, is kept as its digest. */
const MAX_KEY = 256;

/** Callers by Authorization header, so that the requests after one that was authenticated need not wait for that. */
export interface CallerCache {
  get(authorization: string | undefined): Caller | undefined;
  /** @param endsAt when the caller may no longer be served, in milliseconds since 1970; never when left out */
  set(authorization: string | undefined, caller: Caller, endsAt?: number): void;
  clear(): void;
}

function keyOf(authorization: string | undefined): string | undefined {
  const isLong = authorization !== undefined && authorization.length > MAX_KEY;
  return isLong ? hash('sha256', authorization, 'base64url') : authorization;
}

/** Creates an empty cache. */
export function createCallerCache(): CallerCache {
  const entries = new Map<string | undefined, { readonly caller: Caller; readonly until: number }>();
  return {
    get(authorization) {
      const entry = entries.get(keyOf(authorization));
      return entry !== undefined && entry.until > performance.now() ? entry.caller : undefined;
    },
    set(authorization, caller, endsAt = Number.POSITIVE_INFINITY) {
      if (entries.size >= MAX_CALLERS) entries.clear();
      // Kept by a clock that nobody sets.
      entries.set(keyOf(authorization), { caller, until: performance.now() + Math.min(MAX_AGE, endsAt - Date.now()) });
    },
    clear: () => entries.clear(),
  };
}
