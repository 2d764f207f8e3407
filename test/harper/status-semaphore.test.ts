import { describe, expect, it } from 'vitest';
import { createStatusSemaphore } from '../../src/harper/status-semaphore.ts';
import { acquire } from '../support/permits.ts';

const WORKER = 'answered by a worker';
const MAIN = 'answered by the main thread';

describe('the semaphore of cluster_status', () => {
  it('gives one permit at a time, first come first served', () => {
    const semaphore = createStatusSemaphore(4);
    const calls = [acquire(semaphore), acquire(semaphore), acquire(semaphore)];
    const inFlight = () => calls.map(({ permit }) => permit !== undefined);
    expect(inFlight()).toEqual([true, false, false]);
    calls[0]?.permit?.release(WORKER);
    expect(inFlight()).toEqual([true, true, false]);
    calls[1]?.permit?.release(WORKER);
    expect(inFlight()).toEqual([true, true, true]);
  });

  it('widens after an answer without type, and narrows after one with it', () => {
    const semaphore = createStatusSemaphore(3);
    acquire(semaphore).permit?.release(MAIN);
    expect(semaphore.width).toBe(3);
    const [one, two, three, fourth] = [acquire(semaphore), acquire(semaphore), acquire(semaphore), acquire(semaphore)];
    expect([three.permit !== undefined, fourth.permit]).toEqual([true, undefined]);
    one.permit?.release(WORKER);
    expect([semaphore.width, fourth.permit]).toEqual([1, undefined]);
    two.permit?.release('failed');
    expect(fourth.permit).toBeUndefined();
    three.permit?.release('failed');
    expect(fourth.permit).toBeDefined();
  });

  it('stays at one for good when a call times out while one that overlapped it was answered', () => {
    const semaphore = createStatusSemaphore(2);
    acquire(semaphore).permit?.release(MAIN);
    const [lost, answered] = [acquire(semaphore), acquire(semaphore)];
    answered.permit?.release(MAIN);
    lost.permit?.release('timed out');
    expect(semaphore.width).toBe(1);
    acquire(semaphore).permit?.release(MAIN);
    expect(semaphore.width).toBe(1);
  });

  it('stays wide when all calls time out together: that node is frozen, and loses no answers', () => {
    const semaphore = createStatusSemaphore(2);
    acquire(semaphore).permit?.release(MAIN);
    const [one, other] = [acquire(semaphore), acquire(semaphore)];
    one.permit?.release('timed out');
    other.permit?.release('timed out');
    expect(semaphore.width).toBe(2);
  });

  it('gives no permit to one who has cancelled', () => {
    const semaphore = createStatusSemaphore(1);
    const [first, second, third] = [acquire(semaphore), acquire(semaphore), acquire(semaphore)];
    second.cancel();
    // One who has a permit does not wait.
    first.cancel();
    first.permit?.release(WORKER);
    expect([second.permit, third.permit !== undefined]).toEqual([undefined, true]);
  });
});
