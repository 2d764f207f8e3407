import { GatewayError } from '../errors.ts';
import type { TokenHolder } from './tokens.ts';

/** Milliseconds between two looks at the tokens whose streams are open: a revoked one ends its streams well within 30 s. */
const INTERVAL = 10_000;

/** Longest delay setTimeout takes. */
const LONGEST_TIMER = 2 ** 31 - 1;

interface Session {
  readonly holder: TokenHolder;
  readonly callbacks: Set<(reason: GatewayError) => void>;
  readonly expiry: NodeJS.Timeout | undefined;
}

/** The tokens with open streams. */
export interface Sessions {
  /** Adds a stream; its callback is called once when the token is no longer good, or its role another. Returns its end. */
  join(
    token: string,
    holder: TokenHolder & { readonly endsAt?: number },
    callback: (reason: GatewayError) => void,
  ): () => void;
  /** Looks at every token now. */
  check(): Promise<void>;
  stop(): void;
}

/**
 * Creates an empty set of sessions.
 * @param judge tells who a token is of, or why of nobody; a rejection leaves everything as it is
 */
export function createSessions(judge: (token: string) => Promise<TokenHolder | string>): Sessions {
  const sessions = new Map<string, Session>();
  let timer: NodeJS.Timeout | undefined;

  function end(token: string, reason: string): void {
    const session = sessions.get(token);
    if (session === undefined) return;
    sessions.delete(token);
    clearTimeout(session.expiry);
    for (const callback of session.callbacks) callback(new GatewayError('UNAUTHENTICATED', reason));
  }

  async function look(token: string, { holder }: Session): Promise<void> {
    try {
      const verdict = await judge(token);
      if (typeof verdict === 'string') end(token, verdict);
      else if (verdict.role !== holder.role || verdict.name !== holder.name)
        end(token, 'The rights of the token have changed.');
    } catch {
      // Keys that cannot be had now say nothing about the token.
    }
  }

  /** Looks at all at once, so that one whose keys are slow to come keeps nobody else in. */
  async function check(): Promise<void> {
    await Promise.all([...sessions].map(([token, session]) => look(token, session)));
  }

  return {
    check,
    join(token, { endsAt, ...holder }, callback) {
      timer ??= setInterval(() => void check(), INTERVAL).unref();
      let session = sessions.get(token);
      if (session === undefined) {
        const left = endsAt === undefined ? LONGEST_TIMER : endsAt - Date.now();
        const expiry =
          left < LONGEST_TIMER
            ? setTimeout(end, Math.max(0, left), token, 'The token has expired.').unref()
            : undefined;
        session = { holder, callbacks: new Set(), expiry };
        sessions.set(token, session);
      }
      const { callbacks, expiry } = session;
      callbacks.add(callback);
      return () => {
        callbacks.delete(callback);
        if (callbacks.size > 0 || sessions.get(token)?.callbacks !== callbacks) return;
        clearTimeout(expiry);
        sessions.delete(token);
      };
    },
    stop() {
      clearInterval(timer);
      for (const { expiry } of sessions.values()) clearTimeout(expiry);
      sessions.clear();
    },
  };
}
