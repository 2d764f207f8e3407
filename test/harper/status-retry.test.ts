import { describe, expect, it } from 'vitest';
import { createStatusRetry } from '../../src/harper/status-retry.ts';
import { Deadline } from '../../src/util/deadline.ts';
import { ForwardClock, settled, TestClock } from '../support/clock.ts';
import { eventually } from '../support/eventually.ts';
import { overWebSocket } from '../support/live.ts';
import { ADMIN, FAST, startStack } from '../support/stack.ts';

/** Calls that are answered when the test says so. */
function calls(clock: TestClock, retryAfter = 1500) {
  const sent: { readonly at: number; readonly deadline: Deadline; readonly answer: PromiseWithResolvers<string> }[] =
    [];
  let retries = 0;
  const repeat = createStatusRetry({ retryAfter, clock, onRetry: () => (retries += 1) });
  const start = () => {
    const deadline = new Deadline(10_000);
    const result = repeat((attempt) => {
      const answer = Promise.withResolvers<string>();
      attempt.onTimeout = answer.reject;
      sent.push({ at: clock.now(), deadline: attempt, answer });
      return answer.promise;
    }, deadline);
    return { deadline, result };
  };
  return { sent, start, retries: () => retries };
}

describe('a call of cluster_status', () => {
  it('that is answered in time is sent once', async () => {
    const clock = new TestClock();
    const { sent, start } = calls(clock);
    const { result } = start();
    await clock.advance(1499);
    sent[0]?.answer.resolve('first');
    expect(await result).toBe('first');
    await clock.advance(60_000);
    expect(sent.length).toBe(1);
  });

  it('is sent again while nothing comes back, and whichever is answered first counts', async () => {
    const clock = new TestClock();
    const { sent, start, retries } = calls(clock);
    const { result } = start();
    await clock.advance(2000);
    expect(sent.map(({ at }) => at)).toEqual([0, 1500, 1875]);
    sent[1]?.answer.resolve('second');
    expect(await result).toBe('second');
    // The others are cut, and no more are sent.
    expect(sent.map(({ deadline }) => deadline.isWaiting)).toEqual([false, false, false]);
    expect([sent[0]?.deadline.exceeded, sent[2]?.deadline.exceeded]).not.toContain(undefined);
    await clock.advance(60_000);
    expect(retries()).toBe(2);
  });

  it('ends with its deadline, and all that was sent with it', async () => {
    const clock = new TestClock();
    const { sent, start } = calls(clock);
    const { deadline, result } = start();
    await clock.advance(1500);
    deadline.expire();
    await expect(result).rejects.toThrow('deadline of 10000 ms exceeded');
    await clock.advance(60_000);
    expect(sent.map(({ deadline: each }) => each.isWaiting)).toEqual([false, false]);
  });

  it('fails with the first failure', async () => {
    const clock = new TestClock();
    const { sent, start } = calls(clock);
    const { result } = start();
    await clock.advance(1500);
    sent[1]?.answer.reject(new Error('refused'));
    await expect(result).rejects.toThrow('refused');
    await clock.advance(60_000);
    expect(sent.length).toBe(2);
  });

  it('is given longer at a node that is usually slower', async () => {
    const clock = new TestClock();
    const { sent, start } = calls(clock);
    for (let count = 0; count < 30; count += 1) {
      const { result } = start();
      await clock.advance(1400);
      sent.at(-1)?.answer.resolve('slow');
      await result;
    }
    sent.length = 0;
    const { deadline, result } = start();
    await clock.advance(4100);
    expect(sent.length).toBe(1);
    await clock.advance(100);
    expect(sent.length).toBe(2);
    deadline.expire();
    await expect(result).rejects.toThrow();
    await settled();
  });
});

describe('an answer that another client of the node has taken away', () => {
  it('is asked for again within the deadline, and no reader is told that Harper is lost', async () => {
    const worker = 60_000;
    const time = new ForwardClock();
    const clock = new ForwardClock();
    await using stack = await startStack({
      sandbox: { nodes: 2, timing: { ...FAST, silence: 10 * worker, worker }, time },
      settings: { STATUS_RETRY_AFTER: '15000', READ_TIMEOUT: '600000', POLL_INTERVAL: '60000' },
      clock,
    });
    const node = stack.sandbox.node('node-1');
    /** Settles when one more call has come, and is being answered. */
    const arrived = (calls: number) => eventually(() => expect(node.received.get('cluster_status') ?? 0).toBe(calls));
    await using reader = overWebSocket<{ freshness: string }>(stack, 'subscription { clusterStatus { freshness } }');
    await arrived(1);
    time.advance(worker);
    await reader.next();
    /** Asks as another client does, while a call of the gateway is being answered: the answer becomes that client's. */
    const steal = () =>
      fetch(node.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: ADMIN },
        body: '{"operation":"cluster_status"}',
      }).then((answer) => answer.json());
    for (let calls = 1; calls < 10; calls += 3) {
      const asked = stack.ask('{ clusterStatus { nodeName freshness } }');
      await arrived(calls + 1);
      const stolen = steal();
      await arrived(calls + 2);
      time.advance(worker);
      expect(await stolen).toMatchObject({ node_name: 'node-1' });
      clock.advance(15_000);
      await arrived(calls + 3);
      time.advance(worker);
      const { status, data } = await asked;
      expect([status, data.clusterStatus.nodeName]).toEqual([200, 'node-1']);
    }
    expect(reader.events.map(({ freshness }) => freshness)).not.toContain('LOST');
    const metrics = await (await fetch(new URL('/metrics', stack.url))).text();
    expect(/^harper_gateway_upstream_retries_total\S* (\d+)$/m.exec(metrics)?.[1]).toBe('3');
  });
});
