import { once } from 'node:events';
import type { Socket } from 'node:net';
import { expect } from 'vitest';
import WebSocket from 'ws';
import type { Role, Target } from './target.ts';

/** So many of something. */
export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at));

/** Opens a WebSocket and names a login; settles when that is acknowledged, or the socket is closed. */
export async function openSocket(target: Target, role: Role, payload: object = {}): Promise<WebSocket> {
  const socket = await target.socket();
  const begun = Promise.race([once(socket, 'message'), once(socket, 'close')]);
  const authorization = target.login(role);
  socket.send(
    JSON.stringify({ type: 'connection_init', payload: { ...(authorization && { authorization }), ...payload } }),
  );
  await begun;
  return socket;
}

/** A subscribe message. */
export const subscribe = (id: string, query: string, more: object = {}) =>
  JSON.stringify({ id, type: 'subscribe', payload: { query, ...more } });

/** Sends frames one after the other, each when the one before is on its way. */
export async function send(socket: WebSocket, frames: Iterable<string | Buffer>): Promise<void> {
  for (const frame of frames) {
    if (socket.readyState !== WebSocket.OPEN) return;
    await new Promise((resolve) => socket.send(frame, resolve));
  }
}

/** Cuts connections without a word. */
export function terminate(sockets: readonly (WebSocket | Socket)[]): void {
  for (const socket of sockets) 'terminate' in socket ? socket.terminate() : socket.destroy();
}

/** A POST as it goes over the wire. */
export function httpRequest(target: Target, role: Role, body: string, accept = 'application/json'): string {
  const authorization = target.login(role);
  const head = [
    'POST /graphql HTTP/1.1',
    'host: gateway',
    'content-type: application/json',
    `accept: ${accept}`,
    `content-length: ${Buffer.byteLength(body)}`,
    ...(authorization ? [`authorization: ${authorization}`] : []),
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

/** Sends the same request over many connections at once, and reads nothing. */
export async function sendUnread(target: Target, text: string, count: number): Promise<Socket[]> {
  const sockets = await Promise.all(times(count, () => target.dial()));
  for (const socket of sockets) socket.pause().write(text);
  return sockets;
}

/** Sends requests, so many at a time; every answer is one, and no fault of the gateway. */
export async function postAll(target: Target, role: Role, bodies: Iterable<string>, atOnce = 8): Promise<void> {
  const rest = bodies[Symbol.iterator]();
  const worker = async () => {
    for (let next = rest.next(); !next.done; next = rest.next()) {
      const { status, text } = await target.post(next.value, role);
      expect([status < 500 || status === 503 || status === 502, text.slice(0, 200)]).toEqual([
        true,
        expect.any(String),
      ]);
      expect(text).not.toContain('INTERNAL_SERVER_ERROR');
    }
  };
  await Promise.all(times(atOnce, worker));
}

/** Keeps asking as the legitimate caller until some work is done. */
export async function besides<T>(target: Target, work: Promise<T>): Promise<T> {
  let isOver = false;
  const end = () => {
    isOver = true;
  };
  work.then(end, end);
  while (!isOver) await target.askLegitimately();
  return work;
}
