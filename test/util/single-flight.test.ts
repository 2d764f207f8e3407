import { describe, expect, it } from 'vitest';
import { DeadlineExceeded } from '../../src/util/deadline.ts';
import { createSingleFlight, type SharedCall } from '../../src/util/single-flight.ts';
import { createTimeSlices } from '../../src/util/time-slices.ts';
import { settled, TestClock } from '../support/clock.ts';

/** A single-flight whose calls are started and ended by hand, and what its waiters were told. */
function start(timeoutMs = 10_000) {
  const clock = new TestClock();
  const faults: unknown[] = [];
  const onFault = (fault: unknown) => void faults.push(fault);
  const singleFlight = createSingleFlight<number>({ timeoutMs, slices: createTimeSlices(clock), onFault });
  const calls: SharedCall<number>[] = [];
  const log: string[] = [];
  const makeCall = (call: SharedCall<number>) => void calls.push(call);
  return {
    calls,
    log,
    clock,
    faults,
    singleFlight,
    makeCall,
    join: (key: string, name: string, onReject: (reason: unknown) => void = () => undefined) =>
      singleFlight.join(key, makeCall, {
        resolve: (answer) => log.push(`${name} ${answer}`),
        reject(reason) {
          log.push(`${name} ${reason instanceof DeadlineExceeded ? 'timed out' : (reason as Error).message}`);
          onReject(reason);
        },
      }),
  };
}

describe('a shared call', () => {
  it('serves all who came before its request was sent, and nobody who came after', () => {
    const { calls, log, join } = start();
    for (const name of ['a', 'b']) join('key', name);
    calls[0]?.start();
    for (const name of ['c', 'd']) join('key', name);
    expect(calls).toHaveLength(1);
    calls[0]?.resolve(1);
    expect(log).toEqual(['a 1', 'b 1']);
    expect(calls).toHaveLength(2);
    calls[1]?.start();
    calls[1]?.resolve(2);
    expect(log.slice(2)).toEqual(['c 2', 'd 2']);
  });

  it('is not shared between keys', () => {
    const { calls, log, join } = start();
    join('one', 'a');
    join('other', 'b');
    for (const [index, call] of calls.entries()) {
      call.start();
      call.resolve(index);
    }
    expect(log).toEqual(['a 0', 'b 1']);
  });

  it('rejects all its waiters when it fails, and the next call is a fresh one', () => {
    const { calls, log, join } = start();
    for (const name of ['a', 'b']) join('key', name);
    calls[0]?.start();
    calls[0]?.reject(new Error('broken'));
    join('key', 'c');
    calls[1]?.start();
    calls[1]?.resolve(2);
    expect(log).toEqual(['a broken', 'b broken', 'c 2']);
  });

  it('may end without having started', () => {
    const { calls, log, join } = start();
    join('key', 'a');
    calls[0]?.reject(new Error('broken'));
    join('key', 'b');
    calls[1]?.start();
    calls[1]?.resolve(2);
    expect(log).toEqual(['a broken', 'b 2']);
  });

  it('goes on when one of its waiters is cancelled, who is told nothing', () => {
    const { calls, log, join } = start();
    const cancelled = join('key', 'a');
    join('key', 'b');
    cancelled.cancel();
    cancelled.cancel();
    calls[0]?.start();
    calls[0]?.resolve(1);
    expect(log).toEqual(['b 1']);
  });

  it('goes on when its last waiter is cancelled, so that no call overlaps it', () => {
    const { calls, log, join } = start();
    const cancelled = join('key', 'a');
    calls[0]?.start();
    cancelled.cancel();
    join('key', 'b');
    expect(calls).toHaveLength(1);
    calls[0]?.resolve(1);
    expect(calls).toHaveLength(2);
    calls[1]?.start();
    calls[1]?.resolve(2);
    expect(log).toEqual(['b 2']);
  });

  it('is never made when all its waiters are cancelled before', () => {
    const { calls, join } = start();
    join('key', 'a');
    calls[0]?.start();
    join('key', 'b').cancel();
    calls[0]?.resolve(1);
    expect(calls).toHaveLength(1);
  });

  it('is abandoned when all are cancelled before it has started, and whoever comes then has another one', () => {
    const { calls, log, join } = start();
    let abandoned = 0;
    const cancelled = join('key', 'a');
    const [first] = calls as [SharedCall<number>];
    first.onAbandoned = () => {
      abandoned += 1;
    };
    cancelled.cancel();
    expect(abandoned).toBe(1);
    join('key', 'b');
    first.resolve(1);
    expect(log).toEqual([]);
    calls[1]?.start();
    calls[1]?.resolve(2);
    expect(log).toEqual(['b 2']);
  });

  it('rejects each waiter when its own time is over, and is not made for those who have gone', async () => {
    const { calls, log, join } = start(50);
    const timedOut = Promise.withResolvers<unknown>();
    join('key', 'a');
    calls[0]?.start();
    join('key', 'b', timedOut.resolve);
    expect(await timedOut.promise).toMatchObject({ timeoutMs: 50 });
    expect(log).toEqual(['a timed out', 'b timed out']);
    calls[0]?.resolve(1);
    expect([log.length, calls.length]).toEqual([2, 1]);
  });

  it('serves as many waiters in a turn as there is time for, and begins the next call meanwhile', async () => {
    const { singleFlight, calls, makeCall, clock } = start();
    const served: number[] = [];
    const join = (name: number) =>
      singleFlight.join('key', makeCall, {
        resolve() {
          served.push(name);
          clock.work(1);
        },
        reject: () => undefined,
      });
    const participations = Array.from({ length: 50 }, (_, name) => join(name));
    calls[0]?.start();
    join(50);
    calls[0]?.resolve(1);
    expect([served.length, calls.length]).toEqual([20, 2]);
    participations[45]?.cancel();
    await settled();
    expect(served).toHaveLength(40);
    await settled();
    expect(served).toEqual(Array.from({ length: 50 }, (_, name) => name).filter((name) => name !== 45));
  });

  it('serves the others, and the next call is made, even when a waiter throws', () => {
    const { singleFlight, calls, makeCall, faults } = start();
    const answers: number[] = [];
    const waiter = { resolve: (answer: number) => void answers.push(answer), reject: () => undefined };
    const broken = () => {
      throw new Error('broken waiter');
    };
    singleFlight.join('key', makeCall, { ...waiter, resolve: broken });
    singleFlight.join('key', makeCall, waiter);
    calls[0]?.start();
    singleFlight.join('key', makeCall, waiter);
    calls[0]?.resolve(1);
    expect(faults).toEqual([new Error('broken waiter')]);
    calls[1]?.resolve(2);
    expect(answers).toEqual([1, 2]);
  });
});
