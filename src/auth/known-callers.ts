import type { Caller } from './caller.ts';

/** How long a caller is taken as known, in milliseconds: rights that change are seen after that at the latest. */
const AGE = 5000;
const MOST = 10_000;

/** Callers that were found good moments ago, so that the next request need not wait for another look. */
export interface KnownCallers {
  get(authorization: string, address: string): Caller | undefined;
  /** @param until when the caller ends, in milliseconds since 1970; Infinity for one that does not */
  put(authorization: string, address: string, caller: Caller, until: number): void;
  clear(): void;
}

/** Creates an empty memory. */
export function createKnownCallers(): KnownCallers {
  const known = new Map<string, { readonly caller: Caller; readonly until: number }>();
  return {
    get(authorization, address) {
      const entry = known.get(`${address} ${authorization}`);
      return entry !== undefined && entry.until > Date.now() ? entry.caller : undefined;
    },
    put(authorization, address, caller, until) {
      if (known.size >= MOST) known.clear();
      known.set(`${address} ${authorization}`, { caller, until: Math.min(Date.now() + AGE, until) });
    },
    clear: () => known.clear(),
  };
}
