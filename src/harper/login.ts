import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { HarperLogin } from '../config/backend.ts';
import { GatewayError } from '../errors.ts';
import { secretsOf, secretsOfLogin } from '../observability/redact.ts';
import type { Deadline } from '../util/deadline.ts';
import type { Asked } from './failure.ts';
import type { Answer } from './transport.ts';

/** Stands for the gateway's own login wherever an Authorization header is asked for. */
export const OWN_LOGIN = 'the gateway itself';

/** The gateway's own login at Harper. */
interface OwnLogin {
  /** The Authorization header to send; undefined where the connection itself is the login. */
  header(deadline: Deadline): Promise<string | undefined>;
  /** Told that Harper has refused a header. Returns whether another one can be had, so that asking again makes sense. */
  refused(header: string | undefined): boolean;
  /** What must not appear anywhere. */
  secrets(): string[];
}

/** Sends an operation with an Authorization header, or without any. */
export type Post = (
  body: object,
  authorization: string | undefined,
  asked: Asked,
  deadline: Deadline,
) => Promise<Answer>;

/** Sends an operation with the gateway's own login. */
export type OwnPost = (body: object, asked: Asked, deadline: Deadline) => Promise<Answer>;

/**
 * Creates the way to send with the gateway's own login. A call that Harper has refused because the login was stale was not
 * carried out: it is sent once more with a fresh one.
 * @throws from the call: GatewayError UPSTREAM_UNAVAILABLE where Harper does not take the login, since the caller's own is good
 */
export function createOwnPost(login: HarperLogin, post: Post): OwnPost {
  const own = createOwnLogin(login, post);

  async function attempt(body: object, asked: Asked, deadline: Deadline, again: boolean): Promise<Answer> {
    const header = await own.header(deadline);
    const hidden = { ...asked, secrets: [...asked.secrets, ...own.secrets()] };
    return post(body, header, hidden, deadline).catch((error: unknown) => {
      if (again && isRefusal(error) && own.refused(header)) return attempt(body, asked, deadline, false);
      throw error;
    });
  }

  return async (body, asked, deadline) => {
    try {
      return await attempt(body, asked, deadline, true);
    } catch (error) {
      if (deadline.exceeded !== undefined || (error instanceof GatewayError && !isRefusal(error))) throw error;
      const message = 'Harper does not accept the login of the gateway itself.';
      const { operation, kind } = asked;
      throw new GatewayError('UPSTREAM_UNAVAILABLE', message, { operation, read: kind === 'read', cause: error });
    }
  };
}

function isRefusal(error: unknown): boolean {
  return error instanceof GatewayError && error.code === 'UNAUTHENTICATED';
}

/** How long before its end a token is renewed, in milliseconds. */
const MARGIN = 30_000;

/** How long a token is used that does not say when it ends, in milliseconds. */
const UNKNOWN_LIFETIME = 60 * 60_000;

const tokensAnswer = z.object({ operation_token: z.string(), refresh_token: z.string().nullish() });

/**
 * Creates the gateway's own login; nothing is read or sent before the first header is asked for.
 * @throws from `header`: GatewayError when Harper refuses the login or cannot be reached; an error when a file cannot be read
 */
function createOwnLogin(login: HarperLogin, post: Post): OwnLogin {
  if (login.kind === 'password') return createPasswordLogin(login, post);
  if (login.kind === 'token') return createTokenLogin(login);
  return { header: async () => undefined, refused: () => false, secrets: () => [] };
}

function createTokenLogin({ token, tokenFile }: HarperLogin & { kind: 'token' }): OwnLogin {
  const read = () => (tokenFile === undefined ? token : readFileSync(tokenFile, 'utf8').trim());
  let current = tokenFile === undefined ? token : undefined;
  return {
    async header() {
      current ??= read();
      return `Bearer ${current}`;
    },
    refused(header) {
      if (tokenFile === undefined) return false;
      current = undefined;
      return `Bearer ${read()}` !== header;
    },
    secrets: () => (current === undefined ? [] : secretsOf(`Bearer ${current}`)),
  };
}

interface Tokens {
  readonly operation: string;
  readonly refresh: string | undefined;
  /** When the operation token is to be renewed, in milliseconds since 1970. */
  readonly renewAt: number;
}

/**
 * Gets operation tokens with a user's password and refreshes them (harper.md, "Transport": one day for an operation token,
 * thirty for a refresh token), so that the password travels as rarely as can be.
 */
function createPasswordLogin(
  { username, password, passwordFile }: HarperLogin & { kind: 'password' },
  post: Post,
): OwnLogin {
  const readPassword = () =>
    passwordFile === undefined ? (password ?? '') : readFileSync(passwordFile, 'utf8').trim();
  const hidden = new Set<string>();
  let tokens: Tokens | undefined;
  let renewing: Promise<Tokens> | undefined;

  async function ask(operation: string, authorization: string, deadline: Deadline): Promise<Tokens> {
    const asked: Asked = { operation, kind: 'read', secrets: [...hidden] };
    const { body } = await post({ operation }, authorization, asked, deadline);
    const answer = tokensAnswer.parse(body);
    for (const token of [answer.operation_token, answer.refresh_token]) if (token) hidden.add(token);
    const end = expiryOf(answer.operation_token) ?? Date.now() + UNKNOWN_LIFETIME;
    return {
      operation: answer.operation_token,
      refresh: answer.refresh_token ?? tokens?.refresh,
      renewAt: end - MARGIN,
    };
  }

  async function logIn(deadline: Deadline): Promise<Tokens> {
    const secret = readPassword();
    for (const each of secretsOfLogin(username, secret)) hidden.add(each);
    const basic = Buffer.from(`${username}:${secret}`).toString('base64');
    return ask('create_authentication_tokens', `Basic ${basic}`, deadline);
  }

  async function renew(deadline: Deadline): Promise<Tokens> {
    const refresh = tokens?.refresh;
    if (refresh === undefined) return logIn(deadline);
    // Whatever is wrong with the refresh token, the password still counts.
    return ask('refresh_operation_token', `Bearer ${refresh}`, deadline).catch(() => logIn(deadline));
  }

  return {
    async header(deadline) {
      if (tokens === undefined || Date.now() >= tokens.renewAt) {
        renewing ??= renew(deadline).finally(() => {
          renewing = undefined;
        });
        tokens = await renewing;
      }
      return `Bearer ${tokens.operation}`;
    },
    refused(header) {
      if (tokens !== undefined && header === `Bearer ${tokens.operation}`) tokens = undefined;
      return true;
    },
    secrets: () => [...hidden],
  };
}

function expiryOf(token: string): number | undefined {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as {
      exp?: unknown;
    };
    return typeof claims.exp === 'number' ? claims.exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}
