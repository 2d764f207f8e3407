import type { HarperLogin } from '../config/backend.ts';
import { GatewayError } from '../errors.ts';
import { secretsOf, secretsWithin } from '../observability/redact.ts';
import { createDeadlines, type Deadline, DeadlineExceeded, startDeadline, UnsentInTime } from '../util/deadline.ts';
import { createFlights, type Flight } from '../util/single-flight.ts';
import { checkAnswer, checkInput, createAnswerCheck } from './checks.ts';
import { type Asked, invalidResponse, timeoutFailure } from './failure.ts';
import { createOwnPost, OWN_LOGIN } from './login.ts';
import { type Operation, operations } from './operations.ts';
import { createReachability, type Reachability } from './reachability.ts';
import { createGate, type Place } from './status-gate.ts';
import type { Answer, Transport } from './transport.ts';

/** Who asks, and until when the answer is wanted. */
export interface CallOptions {
  /** The Authorization header to send. */
  readonly authorization: string;
  /** Takes the caller out of a read. A write that is on its way is never cut off. */
  readonly signal?: AbortSignal;
  /** Given the way out of a read, which does what `signal` would; a caller who makes one read needs no more, and it is had for nothing. */
  readonly onWait?: (leave: () => void) => void;
  /** Called when the call that answers a read goes out; who asks from then on is answered by the next one. */
  readonly onStart?: () => void;
  /** Where the input stands in the caller's request, for the paths of `issues`. */
  readonly inputPath?: readonly string[];
}

/** A checked answer. */
export interface Answered<T> {
  readonly data: T;
  readonly receivedAt: Date;
  /** The node's own clock when it answered; null where it did not say. */
  readonly nodeTime: Date | null;
}

/** Calls Harper's operations on one backend. */
export interface HarperClient {
  /**
   * Calls an operation. Harper's words about a change may repeat a login that came with it: who shows them redacts them. Reads of the same operation and credentials share flights; a write is sent once, or not at all.
   * @throws GatewayError of any code but those of the gateway's own limits and streams; the caller's abort reason
   */
  call<I, O>(operation: Operation<I, O>, input: NoInfer<I>, options: CallOptions): Promise<Answered<O>>;
  readonly reachability: Reachability;
  /** Whether the backend has an operation: true or false as its answers last showed, null when it was not asked yet. */
  supports(name: string): boolean | null;
  /**
   * Whether the backend is known to lack an operation and cannot have been exchanged for another version since: a Harper
   * that is upgraded closes its connections, so what was learned over them counts as long as one of them is open.
   */
  lacks(name: string): boolean;
  /** Lets running writes finish for at most `graceMs` milliseconds, then breaks off what is left and closes every connection. */
  close(graceMs: number): Promise<void>;
  /** Whether Harper has taken these credentials for good before, and has not refused them since. */
  hasAccepted(authorization: string): boolean;
}

/** What became of one call. */
export interface CallReport {
  readonly operation: string;
  /** A code of the catalogue; undefined for a success. */
  readonly failure: string | undefined;
  /** Seconds from sending to the whole answer; undefined for a read that another's call has answered. */
  readonly seconds: number | undefined;
}

export interface ClientOptions {
  readonly transport: Transport;
  /** The gateway's own login, for calls with OWN_LOGIN; without it there are none. */
  readonly login?: HarperLogin;
  /** Milliseconds a read may take, waiting for its turn included. */
  readonly readTimeout: number;
  /** Milliseconds a write may take. */
  readonly writeTimeout: number;
  /** cluster_status calls in flight at once to a backend where overlap is safe. */
  readonly statusConcurrency: number;
  /** Told of every call that was sent, and of every read that was answered by another's call. */
  readonly onCall?: (call: CallReport) => void;
  /** Told whenever the backend ceases to answer, with why, and when it answers again. */
  readonly onReachability?: (now: Reachability) => void;
}

/** Creates a client of one backend; nothing is sent before the first call. */
export function createHarperClient({
  transport,
  readTimeout,
  writeTimeout,
  statusConcurrency,
  login,
  onCall,
  onReachability,
}: ClientOptions): HarperClient {
  const flights = createFlights<unknown>(readTimeout);
  const deadlines = createDeadlines(readTimeout);
  const checkRead = createAnswerCheck();
  const gate = createGate(statusConcurrency);
  const support = new Map<string, { readonly native: boolean; readonly epoch: number }>();
  const writes = new Set<Promise<unknown>>();
  const accepted = new Set<string>();
  const postAsOwn = login && createOwnPost(login, transport.post);
  const reachability = createReachability(onReachability);

  /** Sends one call, and learns from what comes of it. */
  async function send(body: object, authorization: string, asked: Asked, deadline: Deadline): Promise<Answer> {
    const { operation } = asked;
    const begun = performance.now();
    const report = (failure?: string) => onCall?.({ operation, failure, seconds: (performance.now() - begun) / 1000 });
    try {
      const answer = await (authorization === OWN_LOGIN && postAsOwn !== undefined
        ? postAsOwn(body, asked, deadline)
        : transport.post(body, authorization, asked, deadline));
      report();
      learn(operation, true);
      accept(authorization);
      reachability.succeed();
      return answer;
    } catch (error) {
      report(error instanceof GatewayError ? error.code : 'UPSTREAM_TIMEOUT');
      note(error, asked, authorization);
      throw error;
    }
  }

  function learn(operation: string, native: boolean): void {
    const known = support.get(operation);
    if (known?.native !== native || known.epoch !== transport.epoch)
      support.set(operation, { native, epoch: transport.epoch });
  }

  function accept(authorization: string): void {
    if (accepted.size >= MOST_ACCEPTED) accepted.clear();
    accepted.add(authorization);
  }

  function note(error: unknown, { operation }: Asked, authorization: string): void {
    const code = error instanceof GatewayError ? error.code : undefined;
    if (code === 'UNAUTHENTICATED') accepted.delete(authorization);
    if (code === 'OPERATION_UNSUPPORTED') learn(operation, false);
    if (code === 'OPERATION_REFUSED') learn(operation, true);
    if (error instanceof DeadlineExceeded)
      reachability.fail(`No whole answer to ${operation} within ${error.milliseconds} ms.`);
    else if (code === 'UPSTREAM_UNAVAILABLE' || code === 'UPSTREAM_INVALID_RESPONSE')
      reachability.fail((error as GatewayError).message);
    else if (code !== undefined) reachability.succeed();
  }

  /** Sends a read with the whole of its time, whatever is left of its readers' deadlines, and checks the answer once for all. */
  async function sendRead<I, O>(operation: Operation<I, O>, asked: Asked, authorization: string): Promise<Answered<O>> {
    const deadline = deadlines.start();
    try {
      const answer = await send({ operation: operation.name }, authorization, asked, deadline);
      return { data: checkRead(operation, answer.body, asked), receivedAt: new Date(), nodeTime: answer.date };
    } finally {
      deadlines.end(deadline);
    }
  }

  /** Makes a shared read. A cluster_status goes through the gate, which learns from what comes of it. */
  function fly<I, O>(operation: Operation<I, O>, asked: Asked, authorization: string, flight: Flight<unknown>): void {
    const depart = (place?: Place) => {
      flight.start();
      sendRead(operation, asked, authorization).then(
        (answered) => {
          place?.answered((answered.data as { ranInWorker?: boolean }).ranInWorker === true);
          flight.land(answered);
        },
        (error: unknown) => {
          // One that never got a connection says nothing of those that overlapped it.
          if (error instanceof DeadlineExceeded && !(error instanceof UnsentInTime)) place?.timedOut();
          else place?.failed();
          flight.fail(error);
        },
      );
    };
    if (operation.name === operations.clusterStatus.name) {
      const entrant = { admitted: depart };
      flight.abandoned = () => gate.leave(entrant);
      gate.enter(entrant);
    } else depart();
  }

  function read<I, O>(operation: Operation<I, O>, options: CallOptions): Promise<Answered<O>> {
    const { authorization, signal, onWait, onStart } = options;
    const asked: Asked = {
      operation: operation.name,
      kind: 'read',
      isRemembered: operation.createReader !== undefined,
      get secrets() {
        return secretsOfCaller(authorization);
      },
    };
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      let isOwn = false;
      const stay = () => signal?.removeEventListener('abort', away);
      const seat = flights.join(
        `${operation.name}\n${authorization}`,
        (flight) => {
          isOwn = true;
          fly(operation, asked, authorization, flight);
        },
        {
          started: onStart,
          landed(answered) {
            stay();
            if (!isOwn) onCall?.({ operation: operation.name, failure: undefined, seconds: undefined });
            resolve(answered as Answered<O>);
          },
          failed(reason) {
            stay();
            reject(reason instanceof DeadlineExceeded ? timeoutFailure(readTimeout, asked, false) : reason);
          },
          late() {
            stay();
            reject(timeoutFailure(readTimeout, asked, false));
          },
        },
      );
      function away(): void {
        seat.leave();
        reject(signal?.reason ?? new Error('nobody waits for it any more'));
      }
      signal?.addEventListener('abort', away, { once: true });
      onWait?.(away);
    });
  }

  async function write<I, O>(operation: Operation<I, O>, input: I, options: CallOptions): Promise<Answered<O>> {
    const body = checkInput(operation, input, options.inputPath ?? []);
    const writing = sendWrite(operation, body, options.authorization);
    writes.add(writing);
    try {
      return await writing;
    } finally {
      writes.delete(writing);
    }
  }

  async function sendWrite<I, O>(
    operation: Operation<I, O>,
    body: object,
    authorization: string,
  ): Promise<Answered<O>> {
    const asked: Asked = {
      operation: operation.name,
      kind: 'write',
      // Wanted only where something has failed.
      get secrets() {
        return [...secretsOfCaller(authorization), ...secretsWithin(body)];
      },
    };
    const deadline = startDeadline(writeTimeout);
    try {
      const answer = await send({ operation: operation.name, ...body }, authorization, asked, deadline);
      return { data: checkAnswer(operation, answer.body, asked), receivedAt: new Date(), nodeTime: answer.date };
    } catch (error) {
      if (error instanceof DeadlineExceeded)
        throw timeoutFailure(writeTimeout, asked, !(error instanceof UnsentInTime));
      // Whatever went wrong here went wrong after the change was sent.
      throw error instanceof GatewayError ? error : invalidResponse('could not be read', asked, { cause: error });
    } finally {
      deadline.end();
    }
  }

  return {
    get reachability() {
      return reachability.now;
    },
    hasAccepted: (authorization) => accepted.has(authorization),
    supports: (name) => support.get(name)?.native ?? null,
    lacks(name) {
      const known = support.get(name);
      return known !== undefined && !known.native && known.epoch === transport.epoch;
    },
    call: (operation, input, options) =>
      operation.kind === 'read' ? read(operation, options) : write(operation, input, options),
    async close(graceMs) {
      const grace = startDeadline(graceMs);
      const over = new Promise((resolve) => {
        grace.giveUp = resolve;
      });
      await Promise.race([Promise.allSettled(writes), over]);
      grace.end();
      await transport.close();
    },
  };
}

/** How many accepted credentials are remembered. */
const MOST_ACCEPTED = 10_000;

function secretsOfCaller(authorization: string): string[] {
  return authorization === OWN_LOGIN ? [] : secretsOf(authorization);
}
