import { createClient as createSseClient } from 'graphql-sse';
import { type Client, createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { ADMIN, type Stack } from './stack.ts';

/** A change as a subscriber gets it. */
export interface ChangeEvent {
  readonly cursor: string;
  readonly kind: string;
  readonly peerName: string | null;
  readonly database: string | null;
  readonly connected: boolean | null;
  readonly previouslyConnected: boolean | null;
  readonly message: string;
}

export const CHANGES = `subscription($after: ID, $snapshot: Boolean, $nodes: [String!], $databases: [String!]) {
  connectionStatusChanged(after: $after, snapshot: $snapshot, nodes: $nodes, databases: $databases) {
    cursor kind peerName database connected previouslyConnected message peer { name state }
  }
}`;

/** A change in the whole cluster as a subscriber gets it. */
export interface ClusterEvent {
  readonly cursor: string;
  readonly kind: string;
  readonly nodes: readonly string[];
  readonly databases: readonly string[];
  readonly state: string;
  readonly message: string;
  readonly isSnapshot: boolean;
  readonly seenLate: boolean;
}

export const CLUSTER_CHANGES = `subscription(
  $after: ID, $snapshot: Boolean, $nodes: [String!], $kinds: [ClusterChangeKind!]
) {
  clusterChanged(after: $after, snapshot: $snapshot, nodes: $nodes, kinds: $kinds) {
    cursor kind nodes databases state message isSnapshot seenLate disagreement { kind remedy }
  }
}`;

/** A running subscription whose events are taken one by one. */
export interface Subscription<T> extends AsyncDisposable {
  readonly events: readonly T[];
  /** The next event; rejects with what ended the stream when there is none. */
  next(): Promise<T>;
  /** Takes events up to and with the first that passes. */
  until(passes: (event: T) => boolean): Promise<T[]>;
  /** Settles with what ended the stream: undefined for its own end. */
  readonly ended: Promise<unknown>;
}

export function wsUrl(stack: Pick<Stack, 'url'>): string {
  return stack.url.replace('http:', 'ws:');
}

/** A graphql-ws client that does not come back by itself. */
export function wsClient(
  stack: Pick<Stack, 'url'>,
  connectionParams: Record<string, unknown> = { authorization: ADMIN },
): Client {
  return createClient({ url: wsUrl(stack), webSocketImpl: WebSocket, connectionParams, retryAttempts: 0, lazy: true });
}

export function overWebSocket<T = ChangeEvent>(
  stack: Pick<Stack, 'url'>,
  query = CHANGES,
  variables: Record<string, unknown> = {},
  client = wsClient(stack),
): Subscription<T> {
  return collect<T>((sink) => {
    const stop = client.subscribe({ query, variables }, sink as never);
    return async () => {
      stop();
      // A client that was still connecting fails at that, which is nobody's concern any more.
      await Promise.resolve(client.dispose()).catch(() => undefined);
    };
  });
}

export function overSse<T = ChangeEvent>(
  stack: Pick<Stack, 'url'>,
  query = CHANGES,
  variables: Record<string, unknown> = {},
  headers: Record<string, string> = { authorization: ADMIN },
): Subscription<T> {
  const client = createSseClient({ url: stack.url, headers, retryAttempts: 0, fetchFn: fetch });
  return collect<T>((sink) => {
    const stop = client.subscribe({ query, variables }, sink as never);
    return async () => {
      stop();
      client.dispose();
    };
  });
}

interface Sink {
  next(result: { data?: Record<string, unknown> | null; errors?: readonly unknown[] }): void;
  error(error: unknown): void;
  complete(): void;
}

function collect<T>(subscribe: (sink: Sink) => () => Promise<void>): Subscription<T> {
  const events: T[] = [];
  let taken = 0;
  let over: { reason: unknown } | undefined;
  const waiting = new Set<() => void>();
  const end = Promise.withResolvers<unknown>();
  const wake = () => {
    for (const each of waiting) each();
    waiting.clear();
  };
  const finish = (reason: unknown) => {
    over ??= { reason };
    end.resolve(over.reason);
    wake();
  };
  const stop = subscribe({
    next({ data, errors }) {
      if (errors) finish(errors);
      const value = data && Object.values(data)[0];
      if (value !== undefined && value !== null) events.push(value as T);
      wake();
    },
    error: finish,
    complete: () => finish(undefined),
  });
  async function next(): Promise<T> {
    for (;;) {
      const event = events[taken];
      if (event !== undefined) {
        taken += 1;
        return event;
      }
      if (over !== undefined) throw new Error(`the stream ended: ${JSON.stringify(over.reason)}`);
      await new Promise<void>((resolve) => waiting.add(resolve));
    }
  }
  return {
    events,
    next,
    ended: end.promise,
    async until(passes) {
      const seen: T[] = [];
      for (;;) {
        const event = await next();
        seen.push(event);
        if (passes(event)) return seen;
      }
    },
    [Symbol.asyncDispose]: stop,
  };
}
