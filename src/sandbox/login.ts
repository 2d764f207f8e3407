import { randomBytes } from 'node:crypto';
import type { Time } from './time.ts';

/** A user of the sandbox cluster. */
export interface User {
  readonly username: string;
  readonly role: string;
  readonly superUser: boolean;
  password: string;
  active: boolean;
}

/** What was found of a login: whose it is, or how Harper words its refusal. */
export type Login = { readonly user: User } | { readonly refused: string };

const DAY = 86_400;

/** The users of a cluster and the tokens given to them. Every node has the same. */
export class Logins {
  readonly users = new Map<string, User>();
  /** What each token that was given says; nothing else tells one. */
  readonly #tokens = new Map<string, { username: string; sub: string; exp: number }>();

  readonly #time: Time;

  constructor(time: Time) {
    this.#time = time;
    this.add({ username: 'admin', role: 'super_user', superUser: true, password: 'sandbox', active: true });
    this.add({ username: 'viewer', role: 'viewer', superUser: false, password: 'sandbox', active: true });
  }

  add(user: User): void {
    this.users.set(user.username, user);
  }

  /** Checks an Authorization header as Harper does: the scheme's case matters, and an unknown scheme is no login. */
  check(header: string | undefined): Login {
    if (header?.startsWith('Bearer ')) return this.#verify(header.slice(7), 'operation');
    if (!header?.startsWith('Basic ')) return { refused: 'Must login' };
    const pair = Buffer.from(header.slice(6), 'base64').toString('utf8');
    const colon = pair.indexOf(':');
    if (pair === '' || pair === ':') return { refused: 'Must login' };
    return this.checkPassword(pair.slice(0, colon), pair.slice(colon + 1), 'Login failed');
  }

  /** @param refusal Harper's words for a wrong user or password, which depend on the operation */
  checkPassword(username: string, password: string, refusal: string): Login {
    const user = this.users.get(username);
    if (user === undefined || user.password !== password) return { refused: refusal };
    return user.active ? { user } : { refused: 'Cannot complete request: User is inactive' };
  }

  /**
   * create_authentication_tokens: an operation token and a refresh token, which lasts thirty days.
   * @param lifetime seconds that the operation token lasts
   */
  issue(user: User, lifetime = DAY): { operation_token: string; refresh_token: string } {
    return {
      operation_token: this.#sign(user, 'operation', lifetime),
      refresh_token: this.#sign(user, 'refresh', 30 * DAY),
    };
  }

  /** refresh_operation_token, with the refresh token as Bearer. */
  refresh(header: string | undefined): { operation_token: string } | { refused: string } {
    const login = this.#verify(header?.startsWith('Bearer ') ? header.slice(7) : '', 'refresh');
    return 'refused' in login ? login : { operation_token: this.#sign(login.user, 'operation', DAY) };
  }

  #sign({ username }: User, sub: string, lifetime: number): string {
    const iat = Math.floor(this.#time.date() / 1000);
    const claims = { username, sub, iat, exp: iat + lifetime };
    const parts = [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) => Buffer.from(JSON.stringify(part)));
    const token = [...parts, randomBytes(32)].map((part) => part.toString('base64url')).join('.');
    this.#tokens.set(token, claims);
    return token;
  }

  #verify(token: string, subject: string): Login {
    const claims = this.#tokens.get(token);
    if (claims?.sub !== subject) return { refused: 'invalid token' };
    if (claims.exp * 1000 <= this.#time.date()) return { refused: 'token expired' };
    const user = this.users.get(claims.username);
    if (user === undefined) return { refused: 'invalid token' };
    return user.active ? { user } : { refused: 'Cannot complete request: User is inactive' };
  }
}
