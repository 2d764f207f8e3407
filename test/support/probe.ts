import WebSocket from 'ws';
import { CHANGES, wsUrl } from './live.ts';
import { ADMIN, type Stack } from './stack.ts';

interface Message {
  readonly type: string;
  readonly id?: string;
  // biome-ignore lint/suspicious/noExplicitAny: a probe looks at whatever came
  readonly payload?: any;
}

/** A bare WebSocket that speaks no protocol of its own. */
export async function probe(
  stack: Pick<Stack, 'url'>,
  protocol = 'graphql-transport-ws',
  headers: Record<string, string> = {},
) {
  const socket = new WebSocket(wsUrl(stack), protocol, { headers });
  const messages: Message[] = [];
  const waiting = new Set<() => void>();
  socket.on('message', (data) => {
    messages.push(JSON.parse(String(data)));
    for (const wake of waiting) wake();
  });
  const closed = new Promise<[number, string]>((resolve) =>
    socket.on('close', (code, reason) => resolve([code, String(reason)])),
  );
  await new Promise<void>((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', reject);
  });
  return {
    socket,
    messages,
    closed,
    send: (message: unknown) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    async message(passes: (message: Message) => boolean): Promise<Message> {
      for (;;) {
        const found = messages.find(passes);
        if (found) return found;
        await new Promise<void>((resolve) => waiting.add(resolve));
      }
    },
    [Symbol.asyncDispose]: async () => socket.terminate(),
  };
}

export const INIT = { type: 'connection_init', payload: { authorization: ADMIN } };
export const subscribe = (id: string, query = CHANGES, variables: object = {}) => ({
  id,
  type: 'subscribe',
  payload: { query, variables },
});
