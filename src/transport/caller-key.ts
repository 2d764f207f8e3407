import type { Caller } from '../auth/caller.ts';
import { GatewayError } from '../errors.ts';

/** Tells callers apart for limits: by their login, or by their address where they have none. */
export function callerKey(caller: Caller | GatewayError, address: string): string {
  return caller instanceof GatewayError ? `address ${address}` : caller.key;
}

/** What the bytes count by that are held for a client: its address, and its caller where that is known. */
export function budgetKeysOf(address: string, caller: string | undefined): readonly string[] {
  const own = `address ${address}`;
  return caller === undefined || caller === own ? [own] : [own, caller];
}

/** The key, and what the log shows of a caller. */
export function whoOf(caller: Caller | GatewayError, address: string) {
  return { key: callerKey(caller, address), address, user: caller instanceof GatewayError ? null : caller.name };
}
