import { CHANGES, type ChangeEvent, overSse, overWebSocket, type Subscription, wsClient } from '../support/live.ts';
import type { Stack } from '../support/stack.ts';

/** A reader of all changes that is cut off now and then, and comes back by its cursor. */
export interface Reader {
  readonly seen: readonly ChangeEvent[];
  /** What has ended its stream although it was not cut off; undefined while nothing has. */
  readonly fault: unknown;
  readonly cursor: string | undefined;
  /** Cuts the connection without a word. */
  cut(): Promise<void>;
  /** Comes back with the cursor of the last change. */
  resume(): void;
}

/** Starts a reader. Without a cursor it begins with a snapshot. */
export function startReader(stack: Stack, over: 'WebSocket' | 'SSE', begin?: string): Reader {
  const seen: ChangeEvent[] = [];
  let cursor = begin;
  let fault: unknown;
  let current: { readonly subscription: Subscription<ChangeEvent>; readonly terminate: () => unknown } | undefined;

  function open(): void {
    const variables = cursor === undefined ? { snapshot: true } : { after: cursor };
    if (over === 'WebSocket') {
      const client = wsClient(stack);
      const subscription = overWebSocket<ChangeEvent>(stack, CHANGES, variables, client);
      let isConnected = false;
      client.on('connected', () => {
        isConnected = true;
      });
      // A client that is still connecting is left to close itself.
      current = { subscription, terminate: () => isConnected && client.terminate() };
    } else {
      current = { subscription: overSse<ChangeEvent>(stack, CHANGES, variables), terminate: () => undefined };
    }
    take(current).catch((error: unknown) => {
      fault ??= error;
    });
  }

  async function take(own: NonNullable<typeof current>): Promise<void> {
    for (;;) {
      let event: ChangeEvent;
      try {
        event = await own.subscription.next();
      } catch (error) {
        if (current === own) throw error;
        return;
      }
      // What comes after the cut is read again.
      if (current !== own) return;
      seen.push(event);
      cursor = event.cursor;
    }
  }

  open();
  return {
    seen,
    get fault() {
      return fault;
    },
    get cursor() {
      return cursor;
    },
    async cut() {
      const own = current;
      current = undefined;
      own?.terminate();
      await own?.subscription[Symbol.asyncDispose]();
    },
    resume: open,
  };
}
