import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { SYSTEM_CLOCK } from '../../src/util/clock.ts';
import { listen } from '../support/listen.ts';

/** Stops this process as SIGSTOP does: nothing runs meanwhile. */
function stopFor(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** Lets every timer, and everything that has arrived, have its turn. */
async function turn(): Promise<void> {
  for (let turns = 0; turns < 3; turns += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('a timer of the system', () => {
  it('that is delayed gives way to what has arrived meanwhile', async () => {
    const server = createServer();
    const port = await listen(server);
    const accepted = once(server, 'connection');
    const client = connect(port, '127.0.0.1');
    const [peer] = (await accepted) as [Socket];
    const order: string[] = [];
    client.once('data', () => order.push('answer'));
    const over = Promise.withResolvers<void>();
    SYSTEM_CLOCK.setTimeout(() => {
      order.push('timer of the system');
      over.resolve();
    }, 20);
    setTimeout(() => order.push('timer of Node'), 20);
    peer.write('it is here before the process goes on');
    stopFor(200);
    await over.promise;
    expect(order).toEqual(['timer of Node', 'answer', 'timer of the system']);
    client.destroy();
    server.close();
  });

  it.each([undefined, 'background'] as const)(
    'that is delayed does not fire once it was cleared, %s',
    async (where) => {
      const fired: string[] = [];
      const cleared = SYSTEM_CLOCK.setTimeout(() => fired.push('cleared'), 20, where);
      SYSTEM_CLOCK.setTimeout(() => fired.push('kept'), 20, where);
      setTimeout(() => SYSTEM_CLOCK.clearTimeout(cleared), 20);
      stopFor(200);
      await turn();
      expect(fired).toEqual(['kept']);
      SYSTEM_CLOCK.clearTimeout(undefined);
    },
  );
});
