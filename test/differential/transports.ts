import { Pool } from 'undici';
import { WebSocket } from 'ws';
import type { Request } from './documents.ts';

/** The ways in which a gateway is asked. */
export const TRANSPORTS = ['POST', 'GET', 'SSE', 'WebSocket'] as const;
export type Transport = (typeof TRANSPORTS)[number];

/** A GraphQL result as its bytes came, without what the transport puts around it. */
export interface Answer {
  readonly text: string;
  /** Status of HTTP; undefined for a WebSocket. */
  readonly status?: number;
}

/** Connections to one gateway that are kept open. */
export interface Clients extends AsyncDisposable {
  /** Asks once. @throws where the connection breaks, or what comes is no GraphQL result in the transport's form */
  ask(transport: Transport, query: string, request: Request): Promise<Answer>;
}

/** HTTP connections that are open at once. */
const CONNECTIONS = 32;

/** Types of an answer that are asked for in turn. */
const ACCEPTED = ['application/graphql-response+json, application/json', 'application/json', '*/*'];

/** Opens the WebSocket; HTTP connections are opened as they are needed. */
export async function openClients(url: string, authorization: string): Promise<Clients> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: CONNECTIONS, pipelining: 1 });
  const socket = await openSocket(url.replace('http', 'ws'), authorization);
  let asked = 0;

  async function overHttp(method: 'GET' | 'POST', accept: string, query: string, request: Request): Promise<Answer> {
    const isPost = method === 'POST';
    const response = await pool.request({
      method,
      path: isPost ? pathname : `${pathname}?${searchOf(query, request)}`,
      headers: { authorization, accept, ...(isPost && { 'content-type': 'application/json' }) },
      body: isPost ? JSON.stringify({ query, ...request }) : null,
    });
    const text = await response.body.text();
    const isStream = String(response.headers['content-type']).startsWith('text/event-stream');
    return { text: isStream ? resultOf(text) : text, status: response.statusCode };
  }

  return {
    async ask(transport, query, request) {
      asked += 1;
      switch (transport) {
        case 'POST':
        case 'GET':
          return overHttp(transport, ACCEPTED[asked % ACCEPTED.length] as string, query, request);
        case 'SSE':
          return overHttp(asked % 2 === 0 ? 'GET' : 'POST', 'text/event-stream', query, request);
        case 'WebSocket':
          return socket.ask(query, request);
      }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([pool.close(), socket.close()]);
    },
  };
}

function searchOf(query: string, { operationName, variables }: Request): string {
  const search = new URLSearchParams({ query });
  if (typeof operationName === 'string') search.set('operationName', operationName);
  if (variables) search.set('variables', JSON.stringify(variables));
  return String(search);
}

/** The result out of the events of a query: one `next`, then `complete`. */
function resultOf(text: string): string {
  const events = text
    .split('\n\n')
    .filter((event) => event !== '' && !event.startsWith(':') && !event.startsWith('retry:'));
  const [next = '', complete = ''] = events;
  const data = /^event: next\n(?:id: .*\n)?data: (.*)$/s.exec(next)?.[1];
  if (data === undefined || !complete.startsWith('event: complete') || events.length !== 2)
    throw new Error(`no next and complete: ${text}`);
  return data;
}

interface Socket {
  ask(query: string, request: Request): Promise<Answer>;
  close(): Promise<void>;
}

interface Waiting {
  text: string | undefined;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (reason: Error) => void;
}

/** What stands before the result in a message, as graphql-ws writes it. */
const NEXT = /^\{"id":"\d+","type":"next","payload":/;

/** Opens a WebSocket of the protocol graphql-transport-ws, which all operations share. */
async function openSocket(url: string, authorization: string): Promise<Socket> {
  const socket = new WebSocket(url, 'graphql-transport-ws', { perMessageDeflate: false });
  const waiting = new Map<string, Waiting>();
  let last = 0;
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } })));
    socket.on('close', (code) => {
      const reason = new Error(`the WebSocket was closed with ${code}`);
      reject(reason);
      for (const each of waiting.values()) each.reject(reason);
      waiting.clear();
    });
    socket.on('message', (raw) => {
      const text = String(raw);
      const message = JSON.parse(text) as { type: string; id: string; payload: unknown };
      if (message.type === 'connection_ack') resolve();
      else if (message.type === 'ping') socket.send('{"type":"pong"}');
      else take(message, text);
    });
  });

  function take({ type, id, payload }: { type: string; id: string; payload: unknown }, text: string): void {
    const asker = waiting.get(id);
    if (asker === undefined) return;
    if (type === 'next') {
      const head = NEXT.exec(text)?.[0];
      if (asker.text !== undefined) asker.reject(new Error(`two results: ${text}`));
      asker.text = head === undefined ? JSON.stringify(payload) : text.slice(head.length, -1);
      return;
    }
    waiting.delete(id);
    if (type === 'error') asker.resolve({ text: JSON.stringify({ errors: payload }) });
    else if (asker.text === undefined) asker.reject(new Error('complete without a result'));
    else asker.resolve({ text: asker.text });
  }

  return {
    ask(query, request) {
      last += 1;
      const id = String(last);
      return new Promise((resolve, reject) => {
        if (socket.readyState !== WebSocket.OPEN) return reject(new Error('the WebSocket is closed'));
        waiting.set(id, { text: undefined, resolve, reject });
        socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query, ...request } }));
      });
    },
    async close() {
      socket.close(1000);
      await closed;
    },
  };
}
