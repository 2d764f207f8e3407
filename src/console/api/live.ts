import type { Client } from 'graphql-ws/client';
import type { TypedDocumentString } from '../graphql/graphql.ts';
import { readAnswer } from './answer.ts';
import { backoffMs } from './backoff.ts';
import { type ApiError, readError } from './errors.ts';
import { closeCode, createSocket, NO_LOGIN } from './socket.ts';

/** How a stream goes on after it has ended: at once, after a while, or not at all. */
export type Next = 'again' | 'later' | 'stop';

/** One subscription, as often as it takes. */
export interface Stream<Data, Variables> {
  readonly document: TypedDocumentString<Data, Variables>;
  /** Asked for each attempt, so that it can go on after the last cursor. */
  readonly variables: () => Variables;
  readonly onData: (data: Data) => void;
  /** Asked after each result: whether to go on with other variables. Never when left out. */
  readonly isOutdated?: () => boolean;
  /** The gateway has ended it with an error. */
  readonly onError: (error: ApiError) => Next;
}

export interface LiveOptions {
  readonly url: string;
  readonly authorization: string | undefined;
  readonly onOpen: () => void;
  readonly onHeard: () => void;
  /** The socket is gone or never opened. The next attempt is in so many milliseconds. */
  readonly onCut: (retryMs: number) => void;
  /** The gateway does not take the login, so there is no further attempt. */
  readonly onRefused: () => void;
}

/** One socket for all subscriptions of a login. */
export interface Live {
  follow<Data, Variables extends Record<string, unknown>>(stream: Stream<Data, Variables>): void;
  /** Tries at once instead of waiting, for instance when the page is seen again. */
  retryNow(): void;
  close(): void;
}

export function createLive({ onCut, onRefused, ...options }: LiveOptions): Live {
  let isClosed = false;
  let failures = 0;
  let pause: Pause | undefined;
  const client = createSocket(options);

  /** All streams wait for the same moment, so that one socket is opened for all of them. */
  function retry(): Promise<void> {
    if (pause === undefined) {
      const retryMs = backoffMs(failures);
      failures += 1;
      pause = createPause(retryMs, () => {
        pause = undefined;
      });
      onCut(retryMs);
    }
    return pause.over;
  }

  function stop(): void {
    isClosed = true;
    pause?.end();
    // Rejects never; the socket is closed in any case.
    Promise.resolve(client.dispose()).catch(() => undefined);
  }

  async function keep<Data, Variables extends Record<string, unknown>>(stream: Stream<Data, Variables>): Promise<void> {
    let refusals = 0;
    while (!isClosed) {
      const end = await runOnce(client, stream, () => {
        // Not when a socket opens: one that is closed again at once is no reason to hurry.
        failures = 0;
        refusals = 0;
      });
      if (isClosed) return;
      if (end.kind === 'outdated') continue;
      if (end.kind === 'refused') {
        stop();
        onRefused();
      } else if (end.kind === 'cut') await retry();
      else {
        const next = stream.onError(end.error);
        if (next === 'stop') return;
        if (next === 'later') await createPause(backoffMs(refusals + 2), () => undefined).over;
        refusals += 1;
      }
    }
  }

  return {
    follow: (stream) => {
      keep(stream).catch((error: unknown) => reportError(error));
    },
    retryNow: () => pause?.end(),
    close: stop,
  };
}

/** Why a subscription is over: the socket is gone, the login is refused, or the gateway or its reader has ended it. */
type End =
  | { readonly kind: 'cut' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'outdated' }
  | { readonly kind: 'ended'; readonly error: ApiError };

function runOnce<Data, Variables extends Record<string, unknown>>(
  client: Client,
  { document, variables, onData, isOutdated = () => false }: Stream<Data, Variables>,
  onProgress: () => void,
): Promise<End> {
  return new Promise((resolve) => {
    let end: End = { kind: 'cut' };
    const unsubscribe = client.subscribe(
      { query: document.toString(), variables: variables() },
      {
        next(result) {
          const answer = readAnswer<Data>(result);
          if (answer.error === undefined) {
            onProgress();
            onData(answer.data);
            if (!isOutdated()) return;
            end = { kind: 'outdated' };
            unsubscribe();
            return;
          }
          // A result with errors in a stream is the last of use; the gateway ends such a stream itself.
          end = { kind: 'ended', error: answer.error };
          unsubscribe();
        },
        error: (failure) => resolve(endOf(failure)),
        complete: () => resolve(end),
      },
    );
  });
}

function endOf(failure: unknown): End {
  // Errors of the operation come as a list; anything else is a close event or the failure of a socket.
  if (Array.isArray(failure)) return { kind: 'ended', error: readError(failure[0]) };
  return { kind: closeCode(failure) === NO_LOGIN ? 'refused' : 'cut' };
}

interface Pause {
  readonly over: Promise<void>;
  end(): void;
}

function createPause(milliseconds: number, onEnd: () => void): Pause {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = () => {
    clearTimeout(timer);
    onEnd();
    resolve();
  };
  const timer = setTimeout(end, milliseconds);
  return { over: promise, end };
}
