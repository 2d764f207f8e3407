import { type ReadonlySignal, signal } from '@preact/signals';
import type { Addresses } from '../api/addresses.ts';
import type { Answer } from '../api/answer.ts';
import { type ApiError, invalidAnswer } from '../api/errors.ts';
import { createLive, type Live, type LiveOptions } from '../api/live.ts';
import { request } from '../api/request.ts';
import { sendOnce } from '../api/send-once.ts';
import { type TypedDocumentString, ViewerDocument, type ViewerQuery } from '../graphql/graphql.ts';
import type { Clock } from './clock.ts';

export type Viewer = NonNullable<ViewerQuery['viewer']>;

/** How somebody logs in. */
export type Login =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'none' };

/** Who is logged in. */
export type SessionState =
  | { readonly kind: 'out'; readonly isBusy: boolean; readonly error: ApiError | undefined }
  | { readonly kind: 'in'; readonly viewer: Viewer }
  /** The login was accepted before and is not any more. What is shown stays until somebody logs in again. */
  | {
      readonly kind: 'expired';
      readonly viewer: Viewer;
      readonly since: number;
      readonly isBusy: boolean;
      readonly error: ApiError | undefined;
    };

export interface Session {
  readonly state: ReadonlySignal<SessionState>;
  logIn(login: Login): Promise<void>;
  logOut(): void;
  /** Sends a query or mutation with the login. Without a limit of time when `timeoutMs` is left out. */
  ask<Data, Variables>(
    document: TypedDocumentString<Data, Variables>,
    variables: Variables,
    timeoutMs?: number,
  ): Promise<Answer<Data>>;
  /** Sends a mutation with the login, and never a second time. */
  sendOnce<Data, Variables extends Record<string, unknown>>(
    document: TypedDocumentString<Data, Variables>,
    variables: Variables,
  ): Promise<Answer<Data>>;
  /** Opens a socket with the login. */
  openLive(options: Pick<LiveOptions, 'onOpen' | 'onHeard' | 'onCut'>): Live;
  /** The gateway does not take the login any more. */
  expire(): void;
}

const LOGIN_TIMEOUT_MS = 30_000;

/** Nothing is sent without a login that was accepted. */
const NO_LOGIN: ApiError = { code: 'UNAUTHENTICATED', message: 'Log in first.', retryable: false, details: {} };

/** The login is in a variable of this function only: in no storage, no address and no element of the page. */
export function createSession(addresses: Addresses, clock: Clock): Session {
  const state = signal<SessionState>({ kind: 'out', isBusy: false, error: undefined });
  let authorization: string | undefined;
  let attempts = 0;

  function send<Data, Variables>(
    document: TypedDocumentString<Data, Variables>,
    variables: Variables,
    options: { readonly as: string | undefined; readonly timeoutMs: number | undefined },
  ): Promise<Answer<Data>> {
    return request(document, variables, {
      url: addresses.http,
      authorization: options.as,
      onDate: clock.adjust,
      ...(options.timeoutMs !== undefined && { timeoutMs: options.timeoutMs }),
    });
  }

  function expire(): void {
    const { value } = state;
    if (value.kind !== 'in') return;
    authorization = undefined;
    state.value = { kind: 'expired', viewer: value.viewer, since: clock.time(), isBusy: false, error: undefined };
  }

  function mark(isBusy: boolean, error?: ApiError): void {
    const { value } = state;
    if (value.kind !== 'in') state.value = { ...value, isBusy, error };
  }

  return {
    state,
    expire,
    async logIn(login) {
      attempts += 1;
      const mine = attempts;
      mark(true);
      const as = authorizationOf(login);
      const answer = await send(ViewerDocument, {}, { as, timeoutMs: LOGIN_TIMEOUT_MS });
      // Somebody has logged out meanwhile, or tried again.
      if (mine !== attempts) return;
      if (answer.error !== undefined) mark(false, answer.error);
      else if (!answer.data.viewer) mark(false, invalidAnswer('The gateway does not say who that is.'));
      else {
        authorization = as;
        state.value = { kind: 'in', viewer: answer.data.viewer };
      }
    },
    logOut() {
      attempts += 1;
      authorization = undefined;
      state.value = { kind: 'out', isBusy: false, error: undefined };
    },
    async ask(document, variables, timeoutMs) {
      if (state.peek().kind !== 'in') return { error: NO_LOGIN };
      const as = authorization;
      const answer = await send(document, variables, { as, timeoutMs });
      // Not where somebody has logged in otherwise meanwhile.
      if (answer.error?.code === 'UNAUTHENTICATED' && as === authorization) expire();
      return answer;
    },
    async sendOnce(document, variables) {
      if (state.peek().kind !== 'in') return { error: NO_LOGIN };
      const as = authorization;
      const answer = await sendOnce(document, variables, { url: addresses.socket, authorization: as });
      if (answer.error?.code === 'UNAUTHENTICATED' && as === authorization) expire();
      return answer;
    },
    openLive: (options) => createLive({ ...options, url: addresses.socket, authorization, onRefused: expire }),
  };
}

function authorizationOf(login: Login): string | undefined {
  if (login.kind === 'none') return undefined;
  if (login.kind === 'token') return `Bearer ${login.token.replace(/^Bearer\s+/i, '').trim()}`;
  const bytes = new TextEncoder().encode(`${login.username}:${login.password}`);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}
