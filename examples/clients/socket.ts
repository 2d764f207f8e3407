import { type Client, type ClientOptions, createClient } from 'graphql-ws';

/** Close code of a gateway that was given an Authorization that is no login; it stays wrong. */
const FORBIDDEN = 4403;

/** A graphql-ws client that comes back for as long as a restart takes, and takes up its subscriptions again. */
export function createSocket(url: string, authorization: string, options?: Partial<ClientOptions>): Client {
  return createClient({
    url: url.replace(/^http/, 'ws'),
    connectionParams: { authorization },
    // The default, 5, is used up in half a minute to three quarters.
    retryAttempts: Number.POSITIVE_INFINITY,
    // The default comes back after a close event only, and a refused connection is an error event.
    shouldRetry: (event) => (event as { code?: unknown }).code !== FORBIDDEN,
    retryWait: pause,
    ...options,
  });
}

/** Waits half a second, then longer up to 30 s; at random, so that not all clients of a gateway come back at once. */
export function pause(retries: number): Promise<void> {
  const milliseconds = Math.min(500 * 2 ** retries, 30_000) * (0.5 + Math.random() / 2);
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
