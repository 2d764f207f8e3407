import { describe, expect, it } from 'vitest';
import { createFailover } from '../../../src/cluster/nodes/failover.ts';
import type { ClusterAddress } from '../../../src/cluster/nodes/node.ts';
import { GatewayError } from '../../../src/errors.ts';
import type { Waiter } from '../../../src/util/waiter.ts';
import { TestClock } from '../../support/clock.ts';

const TIMEOUT = 9000;

/** A read of some nodes, whose answers are given by hand. The lower the rank, the more it is preferred. */
function startRead(...ranks: number[]) {
  const clock = new TestClock();
  const nodes = ranks.map(
    (rank) =>
      ({ rank, aliasOf: undefined, health: { isIn: true, failed: () => undefined } }) as unknown as ClusterAddress,
  );
  const waiters = new Map<number, Waiter<string>>();
  const cancelled: number[] = [];
  const results: string[] = [];
  createFailover(TIMEOUT, clock)<string>(
    nodes,
    (node, waiter) => {
      waiters.set(node.rank, waiter);
      return { cancel: () => void cancelled.push(node.rank) };
    },
    {
      resolve: (value) => results.push(value),
      reject: (error) => results.push((error as GatewayError).code),
    },
  );
  return {
    ...{ clock, cancelled, results },
    asked: () => [...waiters.keys()],
    answer: (rank: number) => waiters.get(rank)?.resolve(`answer of ${rank}`),
    fail: (rank: number, code: 'UNAUTHENTICATED' | 'FORBIDDEN' | 'UPSTREAM_UNAVAILABLE' | 'UPSTREAM_TIMEOUT') =>
      waiters.get(rank)?.reject(new GatewayError(code, 'no')),
  };
}

describe('a read that any of several nodes may answer', () => {
  it('is refused by the word of the preferred node', () => {
    const read = startRead(0, 1);
    read.fail(0, 'UNAUTHENTICATED');
    expect([read.asked(), read.results]).toEqual([[0], ['UNAUTHENTICATED']]);
  });

  it('is not refused by another node while the preferred one may still answer', async () => {
    const read = startRead(0, 1);
    await read.clock.advance(TIMEOUT / 3);
    expect(read.asked()).toEqual([0, 1]);
    read.fail(1, 'UNAUTHENTICATED');
    expect([read.results, read.cancelled]).toEqual([[], []]);
    read.answer(0);
    expect(read.results).toEqual(['answer of 0']);
  });

  it('is not refused by the first that is asked where a more preferred one comes after it', () => {
    const read = startRead(1, 0);
    read.fail(1, 'FORBIDDEN');
    expect([read.asked(), read.results]).toEqual([[1, 0], []]);
    read.answer(0);
    expect(read.results).toEqual(['answer of 0']);
  });

  it('is refused by what a node has said when no other answers', async () => {
    const read = startRead(0, 1, 2);
    read.fail(0, 'UPSTREAM_UNAVAILABLE');
    read.fail(1, 'UNAUTHENTICATED');
    expect(read.asked()).toEqual([0, 1, 2]);
    read.fail(2, 'UPSTREAM_UNAVAILABLE');
    expect(read.results).toEqual(['UNAUTHENTICATED']);
  });

  it('fails with the first failure where none has said anything', () => {
    const read = startRead(0, 1);
    read.fail(0, 'UPSTREAM_UNAVAILABLE');
    read.fail(1, 'UPSTREAM_TIMEOUT');
    expect(read.results).toEqual(['UPSTREAM_UNAVAILABLE']);
  });
});
