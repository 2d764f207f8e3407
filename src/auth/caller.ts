import type { GatewayError } from '../errors.ts';

/** What a caller may do; an operator may do what a viewer may. */
export const ROLES = {
  viewer: 'Reads: queries and subscriptions.',
  operator: 'Reads and changes.',
} as const;
export type Role = keyof typeof ROLES;

/** Whoever a request is from. */
export interface Caller {
  /** Name of the user; null where the credentials hold none. */
  readonly name: string | null;
  /** What they may do; null where Harper decides that, because the credentials are its own (FORWARD and SANDBOX mode). */
  readonly role: Role | null;
  /** The Authorization that Harper is called with, or OWN_LOGIN. */
  readonly authorization: string;
  /** Tells callers apart for limits; holds no credential. */
  readonly key: string;
  /** Calls back once when the caller may no longer be served; the returned function takes it back. */
  onEnded(callback: (reason: GatewayError) => void): () => void;
}

/** Whether a caller may do what a role may. */
export function isAllowed({ role }: Caller, needed: Role): boolean {
  return role === null || role === 'operator' || role === needed;
}
