import type { TypedDocumentString } from '../graphql/graphql.ts';
import { type Answer, readAnswer } from './answer.ts';
import { type ApiError, readError } from './errors.ts';
import { closeCode, createSocket, NO_LOGIN, type SocketOptions } from './socket.ts';

/**
 * Sends one mutation by a socket of its own. Never by fetch: a browser repeats a POST by itself when a connection that
 * it uses again is closed before an answer. The page is not told.
 * @returns what came of it; without an answer the code is NOT_SENT, or UNREACHABLE where it may have been made
 */
export async function sendOnce<Data, Variables extends Record<string, unknown>>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  options: Pick<SocketOptions, 'url' | 'authorization'>,
): Promise<Answer<Data>> {
  let isSent = false;
  const client = createSocket({
    ...options,
    onOpen: () => {
      isSent = true;
    },
    onHeard: () => undefined,
  });
  try {
    return await new Promise<Answer<Data>>((resolve) => {
      client.subscribe(
        { query: document.toString(), variables },
        {
          next: (result) => resolve(readAnswer<Data>(result)),
          error: (failure) =>
            resolve({ error: Array.isArray(failure) ? readError(failure[0]) : cutError(failure, isSent) }),
          complete: () => resolve({ error: cutError(undefined, isSent) }),
        },
      );
    });
  } finally {
    await client.dispose();
  }
}

function cutError(event: unknown, isSent: boolean): ApiError {
  if (!isSent && closeCode(event) === NO_LOGIN)
    return { code: 'UNAUTHENTICATED', message: 'The gateway does not take the login.', retryable: false, details: {} };
  return isSent
    ? {
        code: 'UNREACHABLE',
        message: 'The gateway was cut off before it answered. It goes on with a change that it has got.',
        retryable: false,
        details: { outcomeUnknown: true },
      }
    : { code: 'NOT_SENT', message: 'The gateway does not answer.', retryable: false, details: {} };
}
