import type { Credentials } from '../auth/credentials.ts';
import type { HarperLogin } from '../config/backend.ts';
import { GatewayError } from '../errors.ts';
import type { Logger } from '../observability/logger.ts';
import { secretsOf, secretsWithin } from '../observability/redact.ts';
import type { RedisLock } from '../redis/lock.ts';
import { type Clock, SYSTEM_CLOCK } from '../util/clock.ts';
import {
  createDeadlines,
  type Deadline,
  DeadlineExceeded,
  ExceededBeforeSend,
  startDeadline,
} from '../util/deadline.ts';
import { createRunningWork } from '../util/running-work.ts';
import { createTimeSlices, type TimeSlices } from '../util/time-slices.ts';
import { waitFor } from '../util/waiter.ts';
import { type BackendFindings, createCallHistory } from './call-history.ts';
import { checkInput, createAnswerReader } from './checks.ts';
import { type CallInfo, internalFailure, timeoutFailure } from './failure.ts';
import { createOwnPost, OwnLoginFault } from './login.ts';
import { type Operation, operations } from './operations.ts';
import type { Reachability } from './reachability.ts';
import { type Answered, createSharedReads, type Read } from './reads.ts';
import { createStatusRetry } from './status-retry.ts';
import type { Transport } from './transport.ts';

export type { Answered } from './reads.ts';

/** Who asks, and until when the answer is wanted. */
export interface CallOptions {
  readonly credentials: Credentials;
  /** Takes the caller out of a read. A write that is on its way is never cut off. */
  readonly signal?: AbortSignal;
  /** Where the input stands in the caller's request, for the paths of `issues`. */
  readonly inputPath?: readonly string[];
}

/** Calls Harper's operations on one backend. */
export interface HarperClient extends BackendFindings {
  /**
   * Calls an operation. Reads of the same operation and credentials share calls; a write is sent once, or not at all.
   * Harper's message about a change may repeat a login that came with it: whoever shows the message redacts it.
   * @throws GatewayError of any code but those of the gateway's own limits and streams
   * @throws the abort reason where `signal` fires; a programming error as itself, of a write as the cause of a
   * GatewayError INTERNAL_SERVER_ERROR
   */
  call<I, O>(operation: Operation<I, O>, input: NoInfer<I>, options: CallOptions): Promise<Answered<O>>;
  /**
   * Reads without a promise or a signal, for many waiters at once. Its failures are those of `call`; the timeout counts
   * from this call.
   * @throws TypeError for an operation that is no read
   */
  readonly read: Read;
  /** Whether it gets one cluster_status at a time, as its answers have shown; also as long as there were none. */
  readonly answersOneAtATime: boolean;
  /** Lets running writes finish for at most `graceMs` milliseconds, then closes every connection. */
  close(graceMs: number): Promise<void>;
}

/** The result of one call. */
export interface CallReport {
  readonly operation: string;
  /** A code of the catalogue; undefined for a success. */
  readonly failure: string | undefined;
  /** Seconds from sending to the whole answer; undefined for a read that another's call has answered. */
  readonly seconds: number | undefined;
}

export interface ClientOptions {
  readonly transport: Transport;
  /** The gateway's own login, for calls with `own` credentials; without it there are none. */
  readonly login?: HarperLogin;
  /** Milliseconds a read may take, waiting for its turn included. */
  readonly readTimeout: number;
  /** Milliseconds a write may take. */
  readonly writeTimeout: number;
  /** cluster_status calls in flight at once to a backend where overlap is safe. */
  readonly statusConcurrency: number;
  /** Keeps cluster_status calls of several gateways apart; those of this one alone when left out. */
  readonly statusLock?: RedisLock | undefined;
  /** Milliseconds without an answer after which cluster_status is sent again. */
  readonly statusRetryAfter: number;
  /** Called whenever cluster_status is sent again. */
  readonly onRetry?: () => void;
  /** Called for every call that was sent, and for every read that was answered by another's call. */
  readonly onCall?: (call: CallReport) => void;
  /** Called whenever the backend ceases to answer, and when it answers again. */
  readonly onReachability?: (now: Reachability) => void;
  /** The time that waiters of shared reads share with other work; its own when left out. */
  readonly slices?: TimeSlices;
  readonly clock?: Clock;
  readonly logger: Logger;
}

/** Creates a client of one backend; nothing is sent before the first call. */
export function createHarperClient(options: ClientOptions): HarperClient {
  const { transport, readTimeout, writeTimeout, onCall, clock = SYSTEM_CLOCK } = options;
  const { slices = createTimeSlices(clock) } = options;
  const history = createCallHistory(() => transport.epoch, options.onReachability, clock);
  const postAsOwn = createOwnPost(options.login, transport.post, clock);
  const deadlines = createDeadlines(readTimeout, clock);
  const readAnswer = createAnswerReader();
  const { statusRetryAfter: retryAfter, onRetry = () => undefined } = options;
  const sendRepeatedly = createStatusRetry({ retryAfter, clock, onRetry });
  const writes = createRunningWork(clock);
  const onShared = (operation: string) => onCall?.({ operation, failure: undefined, seconds: undefined });
  const reads = createSharedReads({ ...options, clock, slices, send: sendRead, onShared });

  /** Sends one call, reads its answer, and notes the result. */
  async function send<I, O>(operation: Operation<I, O>, fields: object, sending: Sending): Promise<Answered<O>> {
    const { credentials, call, deadline } = sending;
    const { name } = operation;
    const begun = clock.now();
    const report = (failure?: string) => onCall?.({ operation: name, failure, seconds: (clock.now() - begun) / 1000 });
    let answered: Answered<O>;
    try {
      const body = { operation: name, ...fields };
      const post = (until: Deadline) =>
        credentials.kind === 'own'
          ? postAsOwn(body, call, until)
          : transport.post(body, { authorization: credentials.authorization, call, deadline: until });
      const isStatus = name === operations.clusterStatus.name;
      const { bytes, nodeTime } = await (isStatus ? sendRepeatedly(post, deadline) : post(deadline));
      answered = { data: readAnswer(operation, bytes, call), receivedAt: new Date(clock.date()), nodeTime };
    } catch (error) {
      report(codeOf(error));
      history.failed(error, name, credentials);
      throw error;
    }
    report();
    history.succeeded(name, credentials);
    return answered;
  }

  /** Sends a read with the whole of its time, whatever is left of its waiters' own. */
  async function sendRead<I, O>(operation: Operation<I, O>, credentials: Credentials): Promise<Answered<O>> {
    const call = describe(operation, credentials);
    const deadline = deadlines.start();
    try {
      return await send(operation, operation.fields ?? {}, { credentials, call, deadline });
    } finally {
      deadlines.end(deadline);
    }
  }

  async function sendWrite<I, O>(
    operation: Operation<I, O>,
    fields: object,
    credentials: Credentials,
  ): Promise<Answered<O>> {
    const call = describe(operation, credentials, fields);
    const deadline = startDeadline(writeTimeout, clock);
    try {
      return await send(operation, fields, { credentials, call, deadline });
    } catch (error) {
      if (error instanceof GatewayError) throw error;
      if (!(error instanceof DeadlineExceeded)) throw internalFailure(error, call);
      throw timeoutFailure(writeTimeout, call, !(error instanceof ExceededBeforeSend));
    } finally {
      deadline.end();
    }
  }

  async function write<I, O>(operation: Operation<I, O>, input: I, callOptions: CallOptions): Promise<Answered<O>> {
    const fields = checkInput(operation, input, callOptions.inputPath ?? []);
    return writes.track(sendWrite(operation, fields, callOptions.credentials));
  }

  const read: Read = (operation, credentials, waiter) => {
    if (operation.kind !== 'read') throw new TypeError(`${operation.name} is no read`);
    return reads.read(operation, credentials, waiter);
  };

  return {
    get reachability() {
      return history.reachability;
    },
    hasAccepted: history.hasAccepted,
    get answersOneAtATime() {
      return reads.statusWidth === 1;
    },
    supports: history.supports,
    lacks: history.lacks,
    read,
    call: (operation, input, callOptions) =>
      operation.kind === 'read'
        ? waitFor((waiter) => read(operation, callOptions.credentials, waiter), callOptions.signal)
        : write(operation, input, callOptions),
    async close(graceMs) {
      await writes.finished(graceMs);
      await transport.close();
    },
  };
}

/** What sending a call needs besides its fields. */
interface Sending {
  readonly credentials: Credentials;
  readonly call: CallInfo;
  readonly deadline: Deadline;
}

/** A call as its failures describe it. */
function describe(
  operation: { name: string; kind: 'read' | 'write' },
  credentials: Credentials,
  fields = {},
): CallInfo {
  return {
    operation: operation.name,
    kind: operation.kind,
    // Needed only where something has failed.
    get secrets() {
      const own = credentials.kind === 'own' ? [] : secretsOf(credentials.authorization);
      return [...own, ...secretsWithin(fields)];
    },
  };
}

/** The code by which a failed call is counted. */
function codeOf(error: unknown): string {
  if (error instanceof OwnLoginFault) return 'OWN_LOGIN';
  if (error instanceof GatewayError) return error.code;
  return error instanceof DeadlineExceeded ? 'UPSTREAM_TIMEOUT' : 'INTERNAL_SERVER_ERROR';
}
