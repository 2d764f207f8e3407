import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { GatewayError, type Issue } from '../errors.ts';
import { redactDeep, secretsOf, secretsOfLogin } from '../redact.ts';
import { DeadlineExceeded, startDeadline } from './deadline.ts';
import { type Asked, invalidResponse, timeoutFailure } from './failure.ts';
import { createFlights } from './flights.ts';
import { createGate } from './gate.ts';
import { type Operation, operations } from './operations.ts';
import type { Answer, Transport } from './transport.ts';

/** Who asks, and until when the answer is wanted. */
export interface CallOptions {
  /** The Authorization header to send. */
  readonly authorization: string;
  /** Takes the caller out of a read. A write that is on its way is never cut off. */
  readonly signal?: AbortSignal;
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

/** What is known of the backend from the calls so far. */
export interface Reachability {
  readonly reachable: boolean;
  readonly lastSuccessAt: Date | null;
  readonly lastError: string | null;
}

/** Calls Harper's operations on one backend. */
export interface HarperClient {
  /**
   * Calls an operation. Reads of the same operation and credentials share flights; a write is sent once, or not at all.
   * @throws GatewayError of any code but those of the gateway's own limits and streams; the caller's abort reason
   */
  call<I, O>(operation: Operation<I, O>, input: NoInfer<I>, options: CallOptions): Promise<Answered<O>>;
  readonly reachability: Reachability;
  /** Whether the backend has an operation: true or false as its answers showed, null when it was not asked yet. */
  supports(name: string): boolean | null;
  /** Lets running writes finish for at most `graceMs` milliseconds, then breaks off what is left and closes every connection. */
  close(graceMs: number): Promise<void>;
  /** Whether Harper has taken these credentials for good before, in the life of this client. */
  hasAccepted(authorization: string): boolean;
}

export interface ClientOptions {
  readonly transport: Transport;
  /** Milliseconds a read may take, waiting for its turn included. */
  readonly readTimeout: number;
  /** Milliseconds a write may take. */
  readonly writeTimeout: number;
  /** cluster_status calls in flight at once to a backend where overlap is safe. */
  readonly statusConcurrency: number;
  /** Told whenever the backend ceases to answer, with why, and when it answers again. */
  readonly onReachability?: (now: Reachability) => void;
}

/** Creates a client of one backend; nothing is sent before the first call. */
export function createHarperClient({
  transport,
  readTimeout,
  writeTimeout,
  statusConcurrency,
  onReachability,
}: ClientOptions): HarperClient {
  const flights = createFlights();
  const gate = createGate(statusConcurrency);
  const support = new Map<string, boolean>();
  const writes = new Set<Promise<unknown>>();
  const accepted = new Set<string>();
  let reachability: Reachability = { reachable: false, lastSuccessAt: null, lastError: null };

  async function send(body: object, authorization: string, asked: Asked, signal: AbortSignal): Promise<Answer> {
    try {
      const answer = await transport.post(body, authorization, asked, signal);
      support.set(asked.operation, true);
      accept(authorization);
      succeed();
      return answer;
    } catch (error) {
      note(error, asked);
      throw error;
    }
  }

  function accept(authorization: string): void {
    if (accepted.size >= MOST_ACCEPTED) accepted.clear();
    accepted.add(digest(authorization));
  }

  function note(error: unknown, { operation }: Asked): void {
    const code = error instanceof GatewayError ? error.code : undefined;
    if (code === 'OPERATION_UNSUPPORTED') support.set(operation, false);
    if (code === 'OPERATION_REFUSED') support.set(operation, true);
    if (error instanceof DeadlineExceeded) fail(`No whole answer to ${operation} within ${error.milliseconds} ms.`);
    else if (code === 'UPSTREAM_UNAVAILABLE' || code === 'UPSTREAM_INVALID_RESPONSE')
      fail((error as GatewayError).message);
    else if (code !== undefined) succeed();
  }

  function succeed(): void {
    const before = reachability;
    reachability = { reachable: true, lastSuccessAt: new Date(), lastError: null };
    if (before.lastError !== null) onReachability?.(reachability);
  }

  function fail(lastError: string): void {
    const before = reachability;
    reachability = { reachable: false, lastSuccessAt: before.lastSuccessAt, lastError };
    if (before.lastError === null) onReachability?.(reachability);
  }

  /** Sends a read with the whole of its time, whatever is left of its readers' deadlines, and checks the answer once for all. */
  async function sendRead<I, O>(operation: Operation<I, O>, asked: Asked, authorization: string): Promise<Answered<O>> {
    const deadline = startDeadline(readTimeout);
    try {
      const answer = await send({ operation: operation.name }, authorization, asked, deadline.signal);
      return { data: checkAnswer(operation, answer.body, asked), receivedAt: new Date(), nodeTime: answer.date };
    } finally {
      deadline.end();
    }
  }

  /** One cluster_status through the gate, which learns from what comes of it. */
  async function sendStatus<I, O>(
    operation: Operation<I, O>,
    asked: Asked,
    authorization: string,
    signal: AbortSignal,
    started: () => void,
  ): Promise<Answered<O>> {
    const place = await gate.enter(signal);
    started();
    try {
      const answer = await sendRead(operation, asked, authorization);
      place.answered((answer.data as { type?: unknown }).type !== undefined);
      return answer;
    } catch (error) {
      if (error instanceof DeadlineExceeded) place.timedOut();
      else place.failed();
      throw error;
    }
  }

  async function read<I, O>(
    operation: Operation<I, O>,
    asked: Asked,
    { authorization, signal }: CallOptions,
  ): Promise<Answered<O>> {
    const deadline = startDeadline(readTimeout, signal);
    try {
      return await flights.join(
        `${operation.name}\n${authorization}`,
        (flightSignal, started) => {
          if (operation.name === operations.clusterStatus.name) {
            return sendStatus(operation, asked, authorization, flightSignal, started);
          }
          flightSignal.throwIfAborted();
          started();
          return sendRead(operation, asked, authorization);
        },
        deadline.signal,
      );
    } catch (error) {
      throw error instanceof DeadlineExceeded ? timeoutFailure(readTimeout, asked, false) : error;
    } finally {
      deadline.end();
    }
  }

  async function write<I, O>(
    operation: Operation<I, O>,
    asked: Asked,
    body: object,
    { authorization }: CallOptions,
  ): Promise<Answered<O>> {
    const deadline = startDeadline(writeTimeout);
    try {
      const answer = await send({ operation: operation.name, ...body }, authorization, asked, deadline.signal);
      // Harper's words about a change may repeat a login that came with it.
      const clean = redactDeep(answer.body, asked.secrets);
      return { data: checkAnswer(operation, clean, asked), receivedAt: new Date(), nodeTime: answer.date };
    } catch (error) {
      if (error instanceof DeadlineExceeded) throw timeoutFailure(writeTimeout, asked, true);
      // Whatever went wrong here went wrong after the change was sent.
      throw error instanceof GatewayError ? error : invalidResponse('could not be read', asked, { cause: error });
    } finally {
      deadline.end();
    }
  }

  return {
    get reachability() {
      return reachability;
    },
    hasAccepted: (authorization) => accepted.has(digest(authorization)),
    supports: (name) => support.get(name) ?? null,
    async call(operation, input, options) {
      const body = checkInput(operation, input, options.inputPath ?? []);
      const secrets = secretsIn(options.authorization, body);
      const asked = { operation: operation.name, kind: operation.kind, secrets };
      if (operation.kind === 'read') return read(operation, asked, options);
      const writing = write(operation, asked, body, options);
      writes.add(writing);
      try {
        return await writing;
      } finally {
        writes.delete(writing);
      }
    },
    async close(graceMs) {
      const grace = startDeadline(graceMs);
      const over = new Promise((resolve) => grace.signal.addEventListener('abort', resolve, { once: true }));
      await Promise.race([Promise.allSettled(writes), over]);
      grace.end();
      await transport.close();
    },
  };
}

/** How many accepted credentials are remembered, as digests. */
const MOST_ACCEPTED = 10_000;

function digest(authorization: string): string {
  return createHash('sha256').update(authorization).digest('base64');
}

function checkInput<I, O>(operation: Operation<I, O>, input: I, inputPath: readonly string[]): object {
  const result = operation.input.safeParse(input);
  if (result.success) return result.data;
  const issues = toIssues(result.error, inputPath);
  throw new GatewayError('BAD_USER_INPUT', issues.map(sentence).join(' '), { operation: operation.name, issues });
}

function checkAnswer<I, O>(operation: Operation<I, O>, body: unknown, asked: Asked): O {
  const result = operation.output.safeParse(body);
  if (result.success) return result.data;
  throw invalidResponse('is not of the documented shape', asked, { issues: toIssues(result.error), status: 200 });
}

/**
 * The first fault of each place. zod's messages name types and rules, never the offending value, so they are fit to be
 * shown.
 */
function toIssues(error: z.ZodError, prefix: readonly string[] = []): Issue[] {
  const issues = new Map<string, Issue>();
  for (const { path, message } of error.issues) {
    const place = [...prefix, ...path.map((key) => (typeof key === 'number' ? key : String(key)))];
    if (!issues.has(place.join('.'))) issues.set(place.join('.'), { path: place, message });
  }
  return [...issues.values()];
}

function sentence({ path, message }: Issue): string {
  return `${path.join('.')} ${message}.`;
}

/** Everything that was secret in a call: the login it was sent with and, on add_node, the one for the peer. */
function secretsIn(authorization: string, body: object): string[] {
  const secrets = secretsOf(authorization);
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, item] of Object.entries(value)) {
      if (key === 'authorization' && typeof item === 'string') secrets.push(...secretsOf(item));
      else if (key === 'password' && typeof item === 'string') {
        secrets.push(...secretsOfLogin(String((value as { username?: unknown }).username), item));
      } else collect(item);
    }
  };
  collect(body);
  return secrets;
}
