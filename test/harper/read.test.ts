import { afterEach, describe, expect, it, vi } from 'vitest';
import { forwarded } from '../../src/auth/credentials.ts';
import { type Answered, type CallReport, createHarperClient } from '../../src/harper/client.ts';
import { operations } from '../../src/harper/operations.ts';
import type { PostOptions, Transport } from '../../src/harper/transport.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { status } from '../support/answers.ts';
import { startHarperClient } from '../support/harper-client.ts';

const LOGIN = forwarded('Basic YTph');
const READ_TIMEOUT = 1000;
const bytes = Buffer.from(JSON.stringify(status()));

interface Sent {
  readonly body: object;
  readonly options: PostOptions;
  answer(): void;
}

/** A client whose calls are answered by hand; one that is not is rejected by its deadline. */
function start(post?: Transport['post'], statusConcurrency = 1) {
  const sent: Sent[] = [];
  const logs: string[] = [];
  const reports: CallReport[] = [];
  const transport: Transport = {
    epoch: 1,
    post:
      post ??
      ((body, options) =>
        new Promise((resolve, reject) => {
          options.deadline.onTimeout = reject;
          sent.push({ body, options, answer: () => resolve({ bytes, nodeTime: null }) });
        })),
    ping: async () => undefined,
    close: async () => undefined,
  };
  const client = createHarperClient({
    transport,
    readTimeout: READ_TIMEOUT,
    writeTimeout: READ_TIMEOUT,
    statusConcurrency,
    statusRetryAfter: 60_000,
    onCall: (report) => void reports.push(report),
    logger: createLogger('error', { write: (line) => void logs.push(line) }),
  });
  /** Reads with a waiter that remembers what it was told. */
  function read(credentials = LOGIN) {
    const told: unknown[] = [];
    const settled = Promise.withResolvers<void>();
    const tell = (value: unknown) => {
      told.push(value);
      settled.resolve();
    };
    const pending = client.read(operations.clusterStatus, credentials, { resolve: tell, reject: tell });
    return { told, settled: settled.promise, cancel: () => pending.cancel() };
  }
  return { client, sent, logs, reports, read };
}

/** Lets everything run that needs no further event. */
const turn = () => new Promise(setImmediate);

afterEach(() => void vi.useRealTimers());

describe('a read with a waiter', () => {
  it('gives all waiters of one call the very same object, promises included', async () => {
    const { client, sent, read } = start();
    const first = read();
    const others = [read(), read()];
    const promised = client.call(operations.clusterStatus, {}, { credentials: LOGIN });
    sent[0]?.answer();
    await first.settled;
    // Those who came during the first call share the second.
    sent[1]?.answer();
    const answered = await promised;
    expect(sent).toHaveLength(2);
    expect(others.map(({ told }) => told.length)).toEqual([1, 1]);
    for (const { told } of others) expect(told[0]).toBe(answered);
    expect(first.told[0]).not.toBe(answered);
    expect((first.told[0] as Answered<unknown>).data).toMatchObject({ nodeName: 'node-1' });
  });

  it('counts a read that another call has answered as such', async () => {
    const { sent, reports, read } = start();
    const waiters = [read(), read(), read()];
    sent[0]?.answer();
    await waiters[0]?.settled;
    sent[1]?.answer();
    await waiters[2]?.settled;
    expect(reports.map(({ seconds }) => (seconds === undefined ? 'shared' : 'sent'))).toEqual([
      'sent',
      'sent',
      'shared',
    ]);
  });

  it('calls nothing after cancel, whether its call was sent or not', async () => {
    const { sent, read } = start();
    const [first, second] = [read(), read()];
    first.cancel();
    second.cancel();
    sent[0]?.answer();
    await turn();
    second.cancel();
    expect([first.told, second.told, sent.length]).toEqual([[], [], 1]);
  });

  it('sends nothing for a waiter that was cancelled while the semaphore was closed', async () => {
    const { sent, read } = start();
    const first = read();
    const cancelled = read(forwarded('Basic Yjpi'));
    cancelled.cancel();
    sent[0]?.answer();
    await first.settled;
    await turn();
    expect([cancelled.told, sent.length]).toEqual([[], 1]);
  });

  it('times out when its own time is over, whenever the call began', async () => {
    vi.useFakeTimers();
    const { sent, read } = start();
    const waiters: ReturnType<typeof read>[] = [];
    for (let wave = 0; wave < 4; wave += 1) {
      waiters.push(read(), read());
      await vi.advanceTimersByTimeAsync(300);
    }
    // 1200 ms after the beginning only those of the first wave have waited for 1000 ms.
    const counts = () => waiters.map(({ told }) => told.length).join('');
    expect(counts()).toBe('11000000');
    await vi.advanceTimersByTimeAsync(300);
    expect(counts()).toBe('11110000');
    await vi.advanceTimersByTimeAsync(600);
    expect(counts()).toBe('11111111');
    for (const { told } of waiters)
      expect(told[0]).toMatchObject({
        code: 'UPSTREAM_TIMEOUT',
        message: 'Harper gave no whole answer within 1000 ms.',
        retryable: true,
        details: { operation: 'cluster_status' },
      });
    expect(sent.length).toBeGreaterThan(1);
  });

  it('fails by the promise as it does by the waiter', async () => {
    vi.useFakeTimers();
    const { client, read } = start();
    const waiter = read();
    const promised = client.call(operations.clusterStatus, {}, { credentials: LOGIN }).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(READ_TIMEOUT);
    expect(await promised).toEqual(waiter.told[0]);
  });

  it('leaves with its signal, and then asks nothing of Harper', async () => {
    const { client, sent, read } = start();
    const first = read();
    const leaver = new AbortController();
    const options = { credentials: forwarded('Basic Yjpi'), signal: leaver.signal };
    const left = client.call(operations.clusterStatus, {}, options);
    leaver.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    await expect(client.call(operations.clusterStatus, {}, options)).rejects.toThrow('gone');
    sent[0]?.answer();
    await first.settled;
    await turn();
    expect(sent).toHaveLength(1);
  });

  it('is for reads only', () => {
    const { client } = start();
    const waiter = { resolve: () => undefined, reject: () => undefined };
    expect(() => client.read(operations.removeNode, LOGIN, waiter)).toThrow(TypeError);
  });

  it('that throws is logged, and the others are served', async () => {
    const { client, sent, logs, read } = start();
    const broken = () => {
      throw new Error('broken waiter');
    };
    client.read(operations.clusterStatus, LOGIN, { resolve: broken, reject: broken });
    sent[0]?.answer();
    await turn();
    expect(logs).toEqual([expect.stringMatching(/broken waiter.*Unexpected error/)]);
    const next = read();
    sent[1]?.answer();
    await next.settled;
    expect(next.told).toHaveLength(1);
  });
});

/** Answers each call after a time, and counts how many are in flight. */
function slow(milliseconds: number, answer: object) {
  const calls = { inFlight: 0, most: 0 };
  const post: Transport['post'] = (_, { deadline }) =>
    new Promise((resolve, reject) => {
      calls.inFlight += 1;
      calls.most = Math.max(calls.most, calls.inFlight);
      const timer = setTimeout(() => {
        calls.inFlight -= 1;
        resolve({ bytes: Buffer.from(JSON.stringify(answer)), nodeTime: null });
      }, milliseconds);
      deadline.onTimeout = (reason) => {
        clearTimeout(timer);
        calls.inFlight -= 1;
        reject(reason);
      };
    });
  return { calls, post };
}

describe('cluster_status calls to a slow node', () => {
  const codeOf = ({ told }: { readonly told: readonly unknown[] }) => (told[0] as { code?: string }).code;

  it('never overlap where overlap hangs, however many logins ask and however short their deadlines', async () => {
    vi.useFakeTimers();
    const { calls, post } = slow(400, status());
    const { read } = start(post, 4);
    const waiters: ReturnType<typeof read>[] = [];
    for (let login = 0; login < 24; login += 1) {
      waiters.push(read(forwarded(`Basic ${login}`)));
      await vi.advanceTimersByTimeAsync(60);
    }
    await vi.advanceTimersByTimeAsync(5000);
    expect(calls).toEqual({ inFlight: 0, most: 1 });
    expect(waiters.map(({ told }) => told.length)).toEqual(Array(24).fill(1));
    expect(new Set(waiters.map(codeOf))).toEqual(new Set([undefined, 'UPSTREAM_TIMEOUT']));
  });

  it('are still several at once after a burst of which some waited too long', async () => {
    vi.useFakeTimers();
    const { type: _, ...answer } = status();
    const { calls, post } = slow(400, answer);
    const { read } = start(post, 4);
    const first = read();
    await vi.advanceTimersByTimeAsync(400);
    expect(codeOf(first)).toBeUndefined();
    const burst = Array.from({ length: 14 }, (__, login) => read(forwarded(`Basic ${login}`)));
    await vi.advanceTimersByTimeAsync(3000);
    expect(new Set(burst.map(codeOf))).toEqual(new Set([undefined, 'UPSTREAM_TIMEOUT']));
    calls.most = 0;
    const next = Array.from({ length: 4 }, (__, login) => read(forwarded(`Basic ${login}`)));
    await vi.advanceTimersByTimeAsync(400);
    expect([calls.most, ...next.map(codeOf)]).toEqual([4, undefined, undefined, undefined, undefined]);
  });
});

describe('a programming error', () => {
  const fault = new TypeError('x is not a function');
  const broken = () => start(() => Promise.reject(fault));

  it('of a read is itself, by the promise and by the waiter', async () => {
    const { client, read, reports } = broken();
    const { settled, told } = read();
    await expect(client.call(operations.clusterStatus, {}, { credentials: LOGIN })).rejects.toBe(fault);
    await settled;
    expect(told).toEqual([fault]);
    expect(reports.map(({ failure }) => failure)).toEqual(['INTERNAL_SERVER_ERROR', 'INTERNAL_SERVER_ERROR']);
  });

  it('of a write is INTERNAL_SERVER_ERROR with its outcome unknown', async () => {
    const { client } = broken();
    const writing = client.call(operations.removeNode, { hostname: 'a' }, { credentials: LOGIN });
    await expect(writing).rejects.toMatchObject({
      code: 'INTERNAL_SERVER_ERROR',
      retryable: false,
      details: { operation: 'remove_node', outcomeUnknown: true },
      cause: fault,
    });
  });

  it('says nothing of whether Harper can be reached', async () => {
    const { client, read } = broken();
    await read().settled;
    expect(client.reachability).toEqual({ reachable: false, lastSuccessAt: null, lastError: null });
  });

  it.each([
    ['before a request is sent', new TypeError('x is not a function')],
    ['that Node reports with a code', Object.assign(new TypeError('x'), { code: 'ERR_INVALID_ARG_TYPE' })],
    ['that has no code', new Error('a fault of ours')],
  ])('is no fault of the connection: one %s', async (_, thrown) => {
    const client = startHarperClient('http://127.0.0.1:1', {
      traceHeaders: () => {
        throw thrown;
      },
    });
    await expect(client.call(operations.clusterStatus, {}, { credentials: LOGIN })).rejects.toBe(thrown);
    await client.close(0);
  });
});
