import type { Caller } from '../auth/caller.ts';
import { GatewayError } from '../errors.ts';

/** Tells callers apart for limits: by their login, or by their address where they have none. */
export function callerKey(caller: Caller | GatewayError, address: string): string {
  return caller instanceof GatewayError ? `address ${address}` : caller.key;
}

/** The key, and what the log shows of a caller. */
export function whoOf(caller: Caller | GatewayError, address: string) {
  return { key: callerKey(caller, address), address, user: caller instanceof GatewayError ? null : caller.name };
}
