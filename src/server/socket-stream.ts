import type { GraphQLError } from 'graphql';
import { GatewayError } from '../errors.ts';

/**
 * Writes the events of a source to a socket, each when the one before has been taken: what the client does not take stays in
 * the feed. The stream it returns yields nothing; graphql-ws reads off it when the subscription ends, and how.
 * @param ended told when that is
 */
export function pump(
  send: (frame: string) => Promise<void>,
  id: string,
  events: AsyncIterator<object>,
  payload: (event: object) => string | Promise<string>,
  ended: (error?: unknown) => void,
): AsyncIterableIterator<never> {
  const head = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      try {
        for (let step = await events.next(); !step.done; step = await events.next()) {
          await send(`${head}${await payload(step.value)}}`);
        }
        ended();
        return { done: true, value: undefined };
      } catch (error) {
        ended(error);
        throw error;
      }
    },
    async return() {
      await events.return?.();
      return { done: true, value: undefined };
    },
    async throw(error) {
      await events.return?.();
      throw error;
    },
  };
}

/**
 * A stream that fails at once. For a subscription that fails before its first event graphql-ws would send `next` and
 * `complete`, which clients take for a stream that has come to its end; so it sends `error`.
 */
export function failing(error: GraphQLError | undefined): AsyncIterableIterator<never> {
  const failure = error ?? new GatewayError('INTERNAL_SERVER_ERROR', 'Unexpected error.');
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => Promise.reject(failure),
    return: () => Promise.resolve({ done: true, value: undefined }),
  };
}
