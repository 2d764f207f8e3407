import type { GraphQLError } from 'graphql';
import { GatewayError } from '../errors.ts';
import type { Reading, Sink } from '../live/reading.ts';

/**
 * Writes a frame to a socket.
 * @param drained called when the frame has been handed to the kernel
 * @returns false where it waits for that; nothing more should be written before
 */
export type WriteFrame = (frame: string, drained: () => void) => boolean;

/**
 * Writes the events of a reading to a socket as they come, as long as the kernel takes them: what the client does not take stays in the
 * feed. The stream it returns yields nothing; graphql-ws reads off it when the subscription ends, and how.
 * @param ended told when that is
 */
export function pump(
  write: WriteFrame,
  id: string,
  events: Reading<object>,
  payload: (event: object) => string | Promise<string>,
  ended: (error?: unknown) => void,
): AsyncIterableIterator<never> {
  const head = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
  const over = Promise.withResolvers<IteratorResult<never>>();
  const resume = () => events.resume();
  let failure: unknown;
  const fail = (error: unknown) => {
    failure = error;
    void events.return();
  };
  const sink: Sink<object> = {
    take(event) {
      let body: string | Promise<string>;
      try {
        body = payload(event);
      } catch (error) {
        fail(error);
        return false;
      }
      if (typeof body === 'string') return write(`${head}${body}}`, resume);
      body.then((text) => {
        if (write(`${head}${text}}`, resume)) resume();
      }, fail);
      return false;
    },
    end(reason) {
      const error = failure ?? reason;
      ended(error);
      if (error === undefined) over.resolve({ done: true, value: undefined });
      else over.reject(error);
    },
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      events.pipe(sink);
      return over.promise;
    },
    async return() {
      await events.return();
      return { done: true, value: undefined };
    },
    async throw(error) {
      await events.return();
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
