import type { Caller } from './caller.ts';

/** Milliseconds for which a caller is remembered: rights that change take effect after that at the latest. */
const MAX_AGE = 5000;
const MAX_CALLERS = 10_000;

/** Characters of the longest header that is kept: one that is longer is looked at with every request. */
const MAX_LENGTH = 4096;

/** Callers by Authorization header, so that the requests after one that was authenticated need not wait for that. */
export interface CallerCache {
  get(authorization: string | undefined): Caller | undefined;
  /** @param endsAt when the caller may no longer be served, in milliseconds since 1970; never when left out */
  set(authorization: string | undefined, caller: Caller, endsAt?: number): void;
  clear(): void;
}

/** Creates an empty cache. */
export function createCallerCache(): CallerCache {
  const entries = new Map<string | undefined, { readonly caller: Caller; readonly until: number }>();
  return {
    get(authorization) {
      const entry = entries.get(authorization);
      return entry !== undefined && entry.until > performance.now() ? entry.caller : undefined;
    },
    set(authorization, caller, endsAt = Number.POSITIVE_INFINITY) {
      if ((authorization?.length ?? 0) > MAX_LENGTH) return;
      if (entries.size >= MAX_CALLERS) entries.clear();
      // Kept by a clock that nobody sets.
      entries.set(authorization, { caller, until: performance.now() + Math.min(MAX_AGE, endsAt - Date.now()) });
    },
    clear: () => entries.clear(),
  };
}
