import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { expiryOf } from '../auth/credentials.ts';
import type { HarperLogin } from '../config/backend.ts';
import { GatewayError } from '../errors.ts';
import { secretsOf, secretsOfLogin } from '../observability/redact.ts';
import { type Clock, SYSTEM_CLOCK } from '../util/clock.ts';
import { type Deadline, DeadlineExceeded, ExceededBeforeSend } from '../util/deadline.ts';
import { parseJson } from '../util/json.ts';
import { type CallInfo, invalidResponse } from './failure.ts';
import { createLoginBackoff } from './login-backoff.ts';
import type { Answer, Transport } from './transport.ts';

/** The gateway's own login at Harper. */
interface OwnLogin {
  /**
   * The Authorization header to send; undefined where the connection itself is the login.
   * @throws GatewayError when Harper refuses the login or cannot be reached; an error of node:fs when a file cannot
   * be read
   */
  header(deadline: Deadline): Promise<string | undefined>;
  /**
   * To be called when Harper has refused a header. Returns whether another can be had, so that asking again makes
   * sense.
   */
  refused(header: string | undefined): boolean;
  /** Whether its file holds another login now than the one that was tried last. */
  isChanged(): boolean;
  /** Strings that must not appear in any message. */
  secrets(): string[];
}

/** Harper refuses the gateway's own login, or what it asks for with it: whoever runs the gateway has to mend that. */
export class OwnLoginFault extends GatewayError {}

/** Sends an operation with the gateway's own login. */
export type OwnPost = (body: object, call: CallInfo, deadline: Deadline) => Promise<Answer>;

/**
 * Creates the way to send with the gateway's own login. A call that Harper refused because the login was stale was
 * not carried out: it is sent once more with a fresh one. A login that is wrong is tried again after a pause only, or
 * when its file has changed.
 * @throws from the call: OwnLoginFault UPSTREAM_UNAVAILABLE where Harper does not accept the login, or it cannot be
 * read, since the caller's own login is good; OwnLoginFault FORBIDDEN where its user may not do this
 */
export function createOwnPost(
  login: HarperLogin | undefined,
  post: Transport['post'],
  clock: Pick<Clock, 'now' | 'date'> = SYSTEM_CLOCK,
): OwnPost {
  if (login === undefined) return () => Promise.reject(new Error('the gateway has no login of its own'));
  const own = createOwnLogin(login, post, clock);
  const backoff = createLoginBackoff(clock);

  async function headerOf(deadline: Deadline): Promise<string | undefined> {
    try {
      return await own.header(deadline);
    } catch (error) {
      // Harper has seen nothing of a call whose login did not come in time.
      throw error instanceof DeadlineExceeded ? new ExceededBeforeSend(error.timeoutMs) : error;
    }
  }

  async function attempt(body: object, call: CallInfo, deadline: Deadline): Promise<Answer> {
    const send = (authorization: string | undefined) =>
      post(body, { authorization, call: { ...call, secrets: [...call.secrets, ...own.secrets()] }, deadline });
    const header = await headerOf(deadline);
    try {
      return await send(header);
    } catch (error) {
      if (!isRefusal(error) || !own.refused(header)) throw error;
      return send(await headerOf(deadline));
    }
  }

  return async (body, call, deadline) => {
    try {
      const early = backoff.refusal;
      if (early !== undefined && !own.isChanged()) throw early;
      const answer = await attempt(body, call, deadline);
      backoff.reset();
      return answer;
    } catch (error) {
      if (isRefusal(error)) backoff.refused(error);
      const { operation, kind } = call;
      if (error instanceof GatewayError && error.code === 'FORBIDDEN') {
        const message = "Harper does not let the gateway's own user do this: it must be a super user.";
        throw new OwnLoginFault('FORBIDDEN', message, { ...error.details, cause: error });
      }
      const message = ownLoginFault(error);
      if (deadline.exceeded !== undefined || message === undefined) throw error;
      throw new OwnLoginFault('UPSTREAM_UNAVAILABLE', message, { operation, read: kind === 'read', cause: error });
    }
  };
}

/** What is wrong with the gateway's own login; undefined where an error is about something else. */
function ownLoginFault(error: unknown): string | undefined {
  if (isRefusal(error)) return 'Harper does not accept the login of the gateway itself.';
  // Those of the network come as a GatewayError: what is left of the system's errors is about the login's file.
  if (!(error instanceof Error && 'syscall' in error && 'code' in error)) return undefined;
  return `The file with the gateway's own login at Harper cannot be read (${error.code}).`;
}

function isRefusal(error: unknown): error is GatewayError {
  return error instanceof GatewayError && error.code === 'UNAUTHENTICATED';
}

/** Creates the gateway's own login; nothing is read or sent before the first header is asked for. */
function createOwnLogin(login: HarperLogin, post: Transport['post'], clock: Pick<Clock, 'date'>): OwnLogin {
  if (login.kind === 'password') return createPasswordLogin(login, post, clock);
  if (login.kind === 'token') return createTokenLogin(login);
  return { header: async () => undefined, refused: () => false, isChanged: () => false, secrets: () => [] };
}

function createTokenLogin({ token, tokenFile }: HarperLogin & { kind: 'token' }): OwnLogin {
  const read = () => (tokenFile === undefined ? token : readFileSync(tokenFile, 'utf8').trim());
  let current = tokenFile === undefined ? token : undefined;
  let tried: string | undefined;
  return {
    async header() {
      current ??= read();
      tried = current;
      return `Bearer ${current}`;
    },
    refused(header) {
      if (tokenFile === undefined) return false;
      current = undefined;
      return `Bearer ${read()}` !== header;
    },
    isChanged: () => tokenFile !== undefined && read() !== tried,
    secrets: () => (current === undefined ? [] : secretsOf(`Bearer ${current}`)),
  };
}

/** How long before its end a token is renewed, in milliseconds. */
const MARGIN_MS = 30_000;

/** How long a token is used that does not say when it ends, in milliseconds. */
const UNKNOWN_LIFETIME_MS = 60 * 60_000;

const tokensAnswer = z.object({ operation_token: z.string(), refresh_token: z.string().nullish() });

interface Tokens {
  readonly operation: string;
  readonly refresh: string | undefined;
  /** When the operation token is to be renewed, in milliseconds since 1970. */
  readonly renewAt: number;
}

/**
 * Gets operation tokens with a user's password and refreshes them, so that the password is sent as rarely as
 * possible. An operation token lasts a day and a refresh token thirty (docs/harper.md, Transport).
 */
function createPasswordLogin(
  { username, password, passwordFile }: HarperLogin & { kind: 'password' },
  post: Transport['post'],
  clock: Pick<Clock, 'date'>,
): OwnLogin {
  const readPassword = () =>
    passwordFile === undefined ? (password ?? '') : readFileSync(passwordFile, 'utf8').trim();
  const hidden = new Set<string>();
  let tokens: Tokens | undefined;
  let renewing: Promise<Tokens> | undefined;
  let tried: string | undefined;

  async function getTokens(operation: string, authorization: string, deadline: Deadline): Promise<Tokens> {
    const call: CallInfo = { operation, kind: 'read', secrets: [...hidden] };
    const { bytes } = await post({ operation }, { authorization, call, deadline });
    const { data } = tokensAnswer.safeParse(parseJson(bytes.toString('utf8')));
    if (data === undefined) throw invalidResponse('has no token in it', call, { status: 200 });
    for (const token of [data.operation_token, data.refresh_token]) if (token) hidden.add(token);
    const end = expiryOf(data.operation_token) ?? clock.date() + UNKNOWN_LIFETIME_MS;
    const refresh = data.refresh_token ?? tokens?.refresh;
    return { operation: data.operation_token, refresh, renewAt: end - MARGIN_MS };
  }

  async function logIn(deadline: Deadline): Promise<Tokens> {
    const secret = readPassword();
    tried = secret;
    for (const each of secretsOfLogin(username, secret)) hidden.add(each);
    const basic = Buffer.from(`${username}:${secret}`).toString('base64');
    return getTokens('create_authentication_tokens', `Basic ${basic}`, deadline);
  }

  async function renew(deadline: Deadline): Promise<Tokens> {
    const refresh = tokens?.refresh;
    if (refresh === undefined) return logIn(deadline);
    try {
      return await getTokens('refresh_operation_token', `Bearer ${refresh}`, deadline);
    } catch (error) {
      // Whatever Harper has against the refresh token, the password still counts.
      if (error instanceof GatewayError) return logIn(deadline);
      throw error;
    }
  }

  return {
    async header(deadline) {
      if (tokens === undefined || clock.date() >= tokens.renewAt) {
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
    isChanged: () => passwordFile !== undefined && readPassword() !== tried,
    secrets: () => [...hidden],
  };
}
