import { describe, expect, it } from 'vitest';
import { createSharedStatusSemaphore } from '../../src/harper/shared-status-semaphore.ts';
import { createStatusSemaphore } from '../../src/harper/status-semaphore.ts';
import type { Holding, RedisLock } from '../../src/redis/lock.ts';
import { RedisUnavailable } from '../../src/redis/unavailable.ts';
import { settled, TestClock } from '../support/clock.ts';
import { eventually } from '../support/eventually.ts';
import { startGateways } from '../support/gateways.ts';
import { CHANGES, overWebSocket } from '../support/live.ts';
import { acquire } from '../support/permits.ts';
import { HAS_REDIS } from '../support/redis-server.ts';

const WORKER = 'answered by a worker';
const MAIN = 'answered by the main thread';
const TTL = 3000;

/** A lock whose waiters are served by hand, and what became of them. */
function heldLock() {
  const log: string[] = [];
  const waiting: { give(): void; fail(): void }[] = [];
  const holding: Holding = {
    token: 1,
    validUntil: TTL,
    async renew() {
      log.push('renewed');
      // As when Redis is gone: the call goes on.
      throw new RedisUnavailable('is gone');
    },
    async release() {
      log.push('released');
    },
  };
  const lock: RedisLock = {
    ttl: TTL,
    acquire: (mode, { signal } = {}) =>
      new Promise((resolve, reject) => {
        log.push(`asked ${mode}`);
        signal?.addEventListener('abort', () => {
          log.push('left');
          resolve(undefined);
        });
        waiting.push({ give: () => resolve(holding), fail: () => reject(new RedisUnavailable('is gone')) });
      }),
  };
  return { lock, log, waiting };
}

function start(limit = 2) {
  const clock = new TestClock();
  const { lock, log, waiting } = heldLock();
  const onFault = (fault: unknown) => void Promise.reject(fault);
  const semaphore = createSharedStatusSemaphore({ local: createStatusSemaphore(limit), lock, clock, onFault });
  return { clock, log, waiting, semaphore };
}

describe('the semaphore of cluster_status between gateways', () => {
  it('gives a permit when the lock is had, and gives the lock back with it', async () => {
    const { semaphore, log, waiting } = start();
    const [first, second] = [acquire(semaphore), acquire(semaphore)];
    expect([first.permit, log]).toEqual([undefined, ['asked exclusive']]);
    waiting[0]?.give();
    await settled();
    expect([first.permit !== undefined, second.permit]).toEqual([true, undefined]);
    first.permit?.release(WORKER);
    expect(log).toEqual(['asked exclusive', 'released', 'asked exclusive']);
    expect(semaphore.width).toBe(1);
  });

  it('does not ask for the lock where calls may overlap, and asks again where they may not any more', async () => {
    const { semaphore, log, waiting } = start();
    const first = acquire(semaphore);
    waiting[0]?.give();
    await settled();
    first.permit?.release(MAIN);
    const [second, third] = [acquire(semaphore), acquire(semaphore)];
    expect([second.permit !== undefined, third.permit !== undefined]).toEqual([true, true]);
    expect(log).toEqual(['asked exclusive', 'released']);
    second.permit?.release(WORKER);
    third.permit?.release(WORKER);
    acquire(semaphore);
    expect(log).toEqual(['asked exclusive', 'released', 'asked exclusive']);
  });

  it('lets the next one wait when one who waits for the lock cancels', async () => {
    const { semaphore, log, waiting } = start();
    const [first, second] = [acquire(semaphore), acquire(semaphore)];
    first.cancel();
    expect(log).toEqual(['asked exclusive', 'left', 'asked exclusive']);
    waiting[1]?.give();
    await settled();
    expect([first.permit, second.permit !== undefined]).toEqual([undefined, true]);
    // One who has a permit does not wait.
    second.cancel();
    first.cancel();
    expect(log).toEqual(['asked exclusive', 'left', 'asked exclusive']);
  });

  it('gives the lock back that comes at the moment of a cancellation', async () => {
    const { semaphore, log, waiting } = start();
    const first = acquire(semaphore);
    waiting[0]?.give();
    first.cancel();
    await settled();
    expect([first.permit, log]).toEqual([undefined, ['asked exclusive', 'left', 'released']]);
  });

  it('renews the lock as long as the call takes', async () => {
    const { semaphore, log, waiting, clock } = start();
    const first = acquire(semaphore);
    waiting[0]?.give();
    await settled();
    await clock.advance(TTL);
    first.permit?.release('timed out');
    await clock.advance(TTL);
    expect(log).toEqual(['asked exclusive', 'renewed', 'renewed', 'renewed', 'released']);
  });

  it('gives the permit of this process alone when Redis does not answer, and asks again after a while', async () => {
    const { semaphore, log, waiting, clock } = start();
    const first = acquire(semaphore);
    waiting[0]?.fail();
    await settled();
    first.permit?.release(WORKER);
    const second = acquire(semaphore);
    await settled();
    expect([second.permit !== undefined, log.length]).toEqual([true, 1]);
    second.permit?.release(WORKER);
    clock.work(1000);
    const third = acquire(semaphore);
    expect(log.length).toBe(2);
    waiting[1]?.give();
    await settled();
    third.permit?.release(WORKER);
    expect(log.at(-1)).toBe('released');
  });
});

const STATUS = '{ clusterStatus { nodeName } }';

describe.skipIf(!HAS_REDIS)('three gateways of one 4.7 node', () => {
  const sandbox = { nodes: 2, dialect: '4.7' } as const;

  it('never have two calls of cluster_status in flight, whatever is asked', async () => {
    await using stack = await startGateways({ count: 3, sandbox, settings: { POLL_INTERVAL: '100' } });
    const node = stack.sandbox.node('node-1');
    await using streams = new AsyncDisposableStack();
    for (const gateway of stack.all) await streams.use(overWebSocket(gateway, CHANGES, { snapshot: true })).next();
    const polled = () => node.received.get('cluster_status') ?? 0;
    for (let round = 0; round < 20; round += 1) {
      const replies = await Promise.all(
        stack.all.flatMap((gateway) => [gateway.ask(STATUS), gateway.ask(STATUS), gateway.ask(STATUS)]),
      );
      expect(replies.map(({ data }) => data?.clusterStatus?.nodeName)).toEqual(new Array(9).fill('node-1'));
    }
    const asked = polled();
    await eventually(() => expect(polled()).toBeGreaterThan(asked + 6));
    expect(node.mostStatusCalls).toBe(1);
    expect(stack.all.flatMap(({ logs }) => logs.filter((line) => line.includes('Redis does not')))).toEqual([]);
  });

  it('answer queries also when Redis is gone, and take its lock again when it is back', async () => {
    await using stack = await startGateways({ count: 3, sandbox });
    const node = stack.sandbox.node('node-1');
    // One after the other: without Redis, calls that overlap lose their answers.
    const askAll = async () => {
      for (const gateway of stack.all) expect((await gateway.ask(STATUS)).errors).toEqual([]);
    };
    await askAll();
    expect(stack.redis.command('KEYS', '*{status}*')).toContain(node.url);
    await stack.redis.kill();
    await askAll();
    await stack.redis.startEmpty();
    await eventually(async () => {
      await askAll();
      expect(stack.redis.command('KEYS', '*{status}*')).toContain(node.url);
      for (const { logs } of stack.all) expect(logs.join('')).toContain('Redis answers');
    });
  });

  it('wait for the call of another gateway, and go on when it is over', async () => {
    await using stack = await startGateways({ sandbox, count: 2 });
    const node = stack.sandbox.node('node-1');
    const [one, other] = stack.all;
    const hold = node.faults.hold('cluster_status', 'after');
    const first = one?.ask(STATUS);
    await hold.arrived;
    const calls = node.received.get('cluster_status');
    const second = other?.ask(STATUS);
    const key = stack.redis.command('KEYS', '*{status}*');
    await eventually(() => expect(stack.redis.command('HKEYS', key)).toMatch(/^w:/m));
    expect(node.received.get('cluster_status')).toBe(calls);
    hold.release();
    expect((await first)?.errors).toEqual([]);
    expect((await second)?.errors).toEqual([]);
  });

  it('do not ask Redis where calls may overlap', async () => {
    await using stack = await startGateways({ sandbox: { nodes: 1, dialect: '5.2' }, count: 1 });
    const [gateway] = stack.all;
    await gateway?.ask(STATUS);
    const key = stack.redis.command('KEYS', '*{status}*');
    const token = stack.redis.command('HGET', key, 't:x');
    expect((await gateway?.ask(STATUS))?.errors).toEqual([]);
    expect(stack.redis.command('HGET', key, 't:x')).toBe(token);
  });
});
