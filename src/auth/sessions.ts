import { GatewayError } from '../errors.ts';
import type { Logger } from '../observability/logger.ts';
import { type Clock, LONGEST_TIMER, repeat, SYSTEM_CLOCK, type Timer } from '../util/clock.ts';
import type { TokenHolder } from './tokens.ts';

/** Milliseconds between two checks of tokens with open streams: a revoked one ends its streams well within 30 s. */
const INTERVAL = 10_000;

interface Session {
  readonly holder: TokenHolder;
  readonly callbacks: Set<(reason: GatewayError) => void>;
  readonly expiry: Timer | undefined;
}

/** The tokens with open streams. */
export interface Sessions {
  /**
   * Adds a stream.
   * @param callback called once when the token is no longer valid, or its holder's name or role has changed
   * @returns removes the stream
   */
  join(token: string, holder: TokenHolder, callback: (reason: GatewayError) => void): () => void;
  /** Checks every token now. */
  check(): void;
  stop(): void;
}

/**
 * Creates an empty set of sessions.
 * @param verify tells who holds a token, or UNAUTHENTICATED; other failures leave the session as it is
 */
export function createSessions(
  verify: (token: string) => Promise<TokenHolder | GatewayError>,
  logger: Logger,
  clock: Clock = SYSTEM_CLOCK,
): Sessions {
  const sessions = new Map<string, Session>();
  let stopChecks: (() => void) | undefined;

  function end(token: string, session: Session, reason: string): void {
    // All its streams may have left meanwhile.
    if (sessions.get(token) !== session) return;
    sessions.delete(token);
    clock.clearTimeout(session.expiry);
    for (const callback of session.callbacks) callback(new GatewayError('UNAUTHENTICATED', reason));
  }

  async function checkOne(token: string, session: Session): Promise<void> {
    const result = await verify(token);
    if (result instanceof GatewayError) {
      if (result.code === 'UNAUTHENTICATED') end(token, session, result.message);
    } else if (result.role !== session.holder.role || result.name !== session.holder.name)
      end(token, session, 'The rights of the token have changed.');
  }

  /** Starts all checks at once, so that a token whose keys come slowly does not delay the others. */
  function check(): void {
    for (const [token, session] of sessions) {
      checkOne(token, session).catch((error: unknown) =>
        logger.error({ err: error }, 'A token with open streams could not be checked'),
      );
    }
  }

  function start(token: string, holder: TokenHolder): Session {
    const left = (holder.endsAt ?? Number.POSITIVE_INFINITY) - clock.date();
    const expire = () => end(token, session, 'The token has expired.');
    const expiry = left < LONGEST_TIMER ? clock.setTimeout(expire, Math.max(0, left), 'background') : undefined;
    const session: Session = { holder, callbacks: new Set(), expiry };
    sessions.set(token, session);
    return session;
  }

  return {
    check,
    join(token, holder, callback) {
      stopChecks ??= repeat(clock, INTERVAL, check);
      const session = sessions.get(token) ?? start(token, holder);
      session.callbacks.add(callback);
      return () => {
        session.callbacks.delete(callback);
        if (session.callbacks.size > 0 || sessions.get(token) !== session) return;
        clock.clearTimeout(session.expiry);
        sessions.delete(token);
      };
    },
    stop() {
      stopChecks?.();
      for (const { expiry } of sessions.values()) clock.clearTimeout(expiry);
      sessions.clear();
    },
  };
}
