import { EventSource } from 'eventsource';
import { print } from 'graphql';
import type { FollowChangesSubscription } from '../graphql/graphql.ts';
import { FOLLOW_CHANGES } from './documents.ts';
import { pause } from './socket.ts';

type Change = FollowChangesSubscription['connectionStatusChanged'];

/** Subscriptions only; queries and mutations are a fetch each. */
export function connect(url: string, authorization: string) {
  /** Each change once and in order, whatever breaks; a snapshot first, and again where changes were missed. */
  function follow(onChange: (change: Change) => void, onError: (error: unknown) => void): () => void {
    let after: string | undefined;
    let source: EventSource;
    let failures = 0;
    let stopped = false;
    function open(): void {
      const variables = JSON.stringify({ after, snapshot: after === undefined });
      source = new EventSource(`${url}?${new URLSearchParams({ query: print(FOLLOW_CHANGES), variables })}`, {
        // The EventSource of a browser sends no headers: there a proxy has to add the login.
        fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, authorization } }),
      });
      source.addEventListener('next', ({ data, lastEventId }) => {
        failures = 0;
        const { data: payload, errors } = JSON.parse(data);
        if (errors) return fail(errors);
        onChange(payload.connectionStatusChanged);
        after = lastEventId;
      });
      // Otherwise it would come back after the end of the operation, and begin it again.
      source.addEventListener('complete', () => source.close());
      source.addEventListener('error', async (error) => {
        // A broken connection it mends by itself, going on after the id of the last event.
        if (source.readyState !== EventSource.CLOSED) return;
        // On any status but 200 it gives up; a proxy says 502 or 503 while the gateway restarts.
        if (error.code !== undefined && error.code < 500) return onError(error);
        await pause(failures++);
        if (!stopped) open();
      });
    }
    function fail(errors: unknown): void {
      source.close();
      const code = codeOf(errors);
      // What was missed is not known any more: begin anew. After SLOW_CONSUMER the last cursor may still be good.
      if (code === 'CURSOR_EXPIRED') after = undefined;
      if (code === 'CURSOR_EXPIRED' || code === 'SLOW_CONSUMER') open();
      else onError(errors);
    }
    open();
    return () => {
      stopped = true;
      source.close();
    };
  }
  return { follow };
}

/** The gateway's code of an error; undefined for an error event, which says that the connection failed. */
export function codeOf(error: unknown): unknown {
  return Array.isArray(error) ? error[0]?.extensions?.code : undefined;
}
