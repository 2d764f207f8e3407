import type { Credentials } from '../auth/credentials.ts';
import type { Logger } from '../observability/logger.ts';
import type { RedisLock } from '../redis/lock.ts';
import type { Clock } from '../util/clock.ts';
import { DeadlineExceeded, ExceededBeforeSend } from '../util/deadline.ts';
import { createSingleFlight, type SharedCall } from '../util/single-flight.ts';
import type { TimeSlices } from '../util/time-slices.ts';
import type { Pending, Waiter } from '../util/waiter.ts';
import { timeoutFailure } from './failure.ts';
import { type Operation, operations } from './operations.ts';
import { createSharedStatusSemaphore } from './shared-status-semaphore.ts';
import { createStatusSemaphore, type Permit, type StatusResult } from './status-semaphore.ts';

/** A checked answer. */
export interface Answered<O> {
  readonly data: O;
  readonly receivedAt: Date;
  /** The node's own clock when it answered; null where it did not say. */
  readonly nodeTime: Date | null;
}

export interface ReadsOptions {
  /** Milliseconds a waiter waits, counted from its own arrival. */
  readonly readTimeout: number;
  /** cluster_status calls in flight at once to a backend where overlap is safe. */
  readonly statusConcurrency: number;
  /** Keeps cluster_status calls of several gateways apart; those of this one alone when left out. */
  readonly statusLock?: RedisLock | undefined;
  readonly clock: Clock;
  readonly slices: TimeSlices;
  readonly logger: Logger;
  /** Sends one call and reads its answer. */
  readonly send: <I, O>(operation: Operation<I, O>, credentials: Credentials) => Promise<Answered<O>>;
  /** Called for each read that was answered by another's call. */
  readonly onShared: (operation: string) => void;
}

/**
 * Begins a read, which shares its call with all others of the same operation and credentials. All waiters of one call
 * get the very same object, so that what is made of it can be remembered by its identity. They are rejected with a
 * GatewayError, or with a programming error.
 */
export type Read = <I, O>(operation: Operation<I, O>, credentials: Credentials, waiter: Waiter<Answered<O>>) => Pending;

/** The shared reads of one backend. */
export interface SharedReads {
  readonly read: Read;
  /** How many cluster_status calls may be in flight at this moment. */
  readonly statusWidth: number;
}

/** Creates the shared reads of one backend. */
export function createSharedReads(options: ReadsOptions): SharedReads {
  const { readTimeout, statusConcurrency, statusLock, clock, slices, logger, send, onShared } = options;
  const onFault = (error: unknown) => logger.error({ err: error }, 'Unexpected error');
  const singleFlight = createSingleFlight<unknown>({
    timeoutMs: readTimeout,
    clock,
    slices,
    onFault,
  });
  const local = createStatusSemaphore(statusConcurrency);
  const semaphore =
    statusLock === undefined ? local : createSharedStatusSemaphore({ local, lock: statusLock, clock, onFault });

  async function makeCall(sending: Promise<Answered<unknown>>, call: SharedCall<unknown>, permit?: Permit) {
    let answered: Answered<unknown>;
    try {
      answered = await sending;
    } catch (error) {
      // A call that got no connection says nothing of those that overlapped it.
      const wasSent = error instanceof DeadlineExceeded && !(error instanceof ExceededBeforeSend);
      permit?.release(wasSent ? 'timed out' : 'failed');
      call.reject(error);
      return;
    }
    permit?.release(resultOf(answered.data));
    call.resolve(answered);
  }

  const read: Read = (operation, credentials, waiter) => {
    const { name } = operation;
    let isOwnCall = false;
    /** Makes the call when it may be sent, which for cluster_status the semaphore decides. */
    const begin = (call: SharedCall<unknown>) => {
      isOwnCall = true;
      const start = (permit?: Permit) => {
        call.start();
        makeCall(send(operation, credentials), call, permit).catch(onFault);
      };
      if (name === operations.clusterStatus.name) call.onAbandoned = semaphore.acquire(start);
      else start();
    };
    return singleFlight.join(`${name} ${credentials.key}`, begin, {
      resolve(answered) {
        if (!isOwnCall) onShared(name);
        waiter.resolve(answered as never);
      },
      reject(reason) {
        const isTimeout = reason instanceof DeadlineExceeded;
        const call = { operation: name, kind: 'read', secrets: [] } as const;
        waiter.reject(isTimeout ? timeoutFailure(readTimeout, call, false) : reason);
      },
    });
  };

  return {
    read,
    get statusWidth() {
      return semaphore.width;
    },
  };
}

function resultOf(data: unknown): StatusResult {
  const { ranInWorker } = data as { readonly ranInWorker?: boolean };
  return ranInWorker === true ? 'answered by a worker' : 'answered by the main thread';
}
