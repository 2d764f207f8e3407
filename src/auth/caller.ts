import type { GatewayError } from '../errors.ts';
import type { Credentials } from './credentials.ts';

/** Roles of callers; an operator may do what a viewer may. */
export const ROLES = {
  viewer: 'Reads: queries and subscriptions.',
  operator: 'Reads and changes.',
} as const;
export type Role = keyof typeof ROLES;

/** Whether a value names a role. */
export function isRole(value: unknown): value is Role {
  return typeof value === 'string' && Object.hasOwn(ROLES, value);
}

/** An authenticated sender of requests. */
export interface Caller {
  /** Name of the user; null where the credentials hold none. */
  readonly name: string | null;
  /** What they may do; null where Harper decides, because the credentials are its own (FORWARD and SANDBOX mode). */
  readonly role: Role | null;
  /** What Harper is called with for them. */
  readonly credentials: Credentials;
  /** Identifies the caller for limits; holds no credential. */
  readonly key: string;
  /** Calls back once when the caller may no longer be served. The returned function cancels that. */
  onEnded(callback: (reason: GatewayError) => void): () => void;
}

/** `onEnded` of callers whose end is noticed elsewhere, or who have none. */
export const NEVER_ENDED: Caller['onEnded'] = () => () => undefined;

/** Whether a caller may do what a role may. */
export function isAllowed({ role }: Caller, needed: Role): boolean {
  return role === null || role === 'operator' || role === needed;
}
