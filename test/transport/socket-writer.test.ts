import { describe, expect, it } from 'vitest';
import { LiveStream } from '../../src/live/stream.ts';
import type { LiveWriter } from '../../src/transport/live-writer.ts';
import type { SocketClient } from '../../src/transport/websocket/socket-client.ts';
import { SocketWriter } from '../../src/transport/websocket/socket-writer.ts';
import { promptWatcher, settled } from '../support/watcher.ts';

type Payload = (event: object) => string | Promise<string>;

/** A writer of events that the test puts in, to a socket that takes `room` frames before it says that it is full. */
async function start(room: number, payload: Payload = (event) => JSON.stringify(event), isRead = true) {
  const watcher = promptWatcher();
  const waiting: object[] = [];
  let wake = (): void => undefined;
  const socket = { room, frames: [] as string[], waiting: [] as LiveWriter[], ends: [] as string[] };
  const events = new LiveStream<object>(
    watcher,
    { onEnded: () => () => undefined },
    {
      check: () => undefined,
      next: () => waiting.shift(),
      listen(listener) {
        wake = () => listener.notify();
      },
      unlisten: () => undefined,
    },
  );
  const client = {
    write(frame: string, writer: LiveWriter) {
      socket.frames.push(frame);
      socket.room -= 1;
      if (socket.room > 0) return true;
      socket.waiting.push(writer);
      return false;
    },
  } as SocketClient;
  const options = {
    sent: () => undefined,
    ended: (reason: string) => socket.ends.push(reason),
    showErrors: () => [],
  };
  const writer = new SocketWriter({ events, payload }, { client, id: 'an "id"', requestId: '' }, options);
  const over = isRead ? writer.next() : Promise.resolve();
  await settled();
  return {
    socket,
    writer,
    over,
    put(...put: object[]) {
      waiting.push(...put);
      wake();
    },
    [Symbol.dispose]: () => watcher.stop(new Error('over')),
  };
}

const frame = (payload: object) => JSON.stringify({ id: 'an "id"', type: 'next', payload });

describe('a writer to a socket', () => {
  it('writes each event as a next message of its subscription', async () => {
    using stack = await start(10);
    stack.put({ n: 1 }, { n: 2 });
    expect(stack.socket.frames).toEqual([frame({ n: 1 }), frame({ n: 2 })]);
  });

  it('writes nothing to a full socket, and goes on when it has drained', async () => {
    using stack = await start(1);
    stack.put({ n: 1 }, { n: 2 }, { n: 3 });
    expect(stack.socket.frames).toEqual([frame({ n: 1 })]);
    stack.socket.room = 10;
    stack.socket.waiting[0]?.drained();
    expect(stack.socket.frames).toEqual([frame({ n: 1 }), frame({ n: 2 }), frame({ n: 3 })]);
  });

  it('waits anew whenever the socket is full again', async () => {
    using stack = await start(3);
    stack.put({ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }, { n: 5 });
    expect(stack.socket.frames).toHaveLength(3);
    stack.socket.room = 1;
    stack.socket.waiting[0]?.drained();
    expect(stack.socket.frames).toHaveLength(4);
    expect(stack.socket.waiting).toHaveLength(2);
  });

  it('ends where it is left before it was read at all', async () => {
    using stack = await start(10, undefined, false);
    await stack.writer.return();
    await stack.writer.return();
    expect(stack.socket.ends).toEqual(['client']);
    expect(await stack.writer.next()).toEqual({ done: true, value: undefined });
  });

  it('keeps the order where a payload takes its time', async () => {
    const slow = Promise.withResolvers<string>();
    using stack = await start(10, (event) => ('slow' in event ? slow.promise : JSON.stringify(event)));
    stack.put({ slow: true }, { n: 2 });
    expect(stack.socket.frames).toEqual([]);
    slow.resolve('{"n":1}');
    await settled();
    expect(stack.socket.frames).toEqual([frame({ n: 1 }), frame({ n: 2 })]);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no payload');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no payload'))],
  ] as const)('ends with the error of a payload that %s, once, and writes nothing more', async (_, payload) => {
    using stack = await start(10, payload);
    stack.put({ n: 1 }, { n: 2 });
    await expect(stack.over).rejects.toThrow('no payload');
    expect(stack.socket.ends).toEqual(['INTERNAL_SERVER_ERROR']);
    expect(stack.socket.frames).toEqual([]);
  });

  it('ends without an error when it is left', async () => {
    using stack = await start(10);
    await stack.writer.return();
    stack.put({ n: 1 });
    expect(await stack.over).toEqual({ done: true, value: undefined });
    expect(stack.socket.ends).toEqual(['client']);
    expect(stack.socket.frames).toEqual([]);
  });
});
