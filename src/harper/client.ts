import type { z } from 'zod';
import { GatewayError, type Issue } from '../errors.ts';
import { redactDeep, secretsOf } from '../redact.ts';
import { DeadlineExceeded, startDeadline } from './deadline.ts';
import { type Asked, invalidResponse, timeoutFailure } from './failure.ts';
import { createFlights } from './flights.ts';
import { createGate } from './gate.ts';
import { type Operation, operations } from './operations.ts';
import type { Answer, Transport } from './transport.ts';

/** Who asks, and until when the answer is wanted. */
export interface CallOptions {
  /** The Authorization header to send; undefined sends none (a domain socket or mTLS login of the gateway's own). */
  readonly authorization: string | undefined;
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
  /** Breaks off what is still running and closes every connection. */
  close(): Promise<void>;
}

export interface ClientOptions {
  readonly transport: Transport;
  /** Milliseconds a read may take, waiting for its turn included. */
  readonly readTimeout: number;
  /** Milliseconds a write may take. */
  readonly writeTimeout: number;
  /** cluster_status calls in flight at once to a backend where overlap is safe. */
  readonly statusConcurrency: number;
}

/** Creates a client of one backend; nothing is sent before the first call. */
export function createHarperClient({
  transport,
  readTimeout,
  writeTimeout,
  statusConcurrency,
}: ClientOptions): HarperClient {
  const flights = createFlights();
  const gate = createGate(statusConcurrency);
  const support = new Map<string, boolean>();
  let reachability: Reachability = { reachable: false, lastSuccessAt: null, lastError: null };

  async function send(
    body: object,
    authorization: string | undefined,
    asked: Asked,
    signal: AbortSignal,
  ): Promise<Answer> {
    try {
      const answer = await transport.post(body, authorization, asked, signal);
      support.set(asked.operation, true);
      reachability = { reachable: true, lastSuccessAt: new Date(), lastError: null };
      return answer;
    } catch (error) {
      note(error, asked);
      throw error;
    }
  }

  function note(error: unknown, { operation }: Asked): void {
    const code = error instanceof GatewayError ? error.code : undefined;
    if (code === 'OPERATION_UNSUPPORTED') support.set(operation, false);
    if (code === 'OPERATION_REFUSED') support.set(operation, true);
    if (error instanceof DeadlineExceeded) fail(`No whole answer to ${operation} within ${error.milliseconds} ms.`);
    else if (code === 'UPSTREAM_UNAVAILABLE' || code === 'UPSTREAM_INVALID_RESPONSE')
      fail((error as GatewayError).message);
    else if (code !== undefined) reachability = { reachable: true, lastSuccessAt: new Date(), lastError: null };
  }

  function fail(lastError: string): void {
    reachability = { reachable: false, lastSuccessAt: reachability.lastSuccessAt, lastError };
  }

  /** One cluster_status through the gate; the time spent waiting for a place is not the node's. */
  async function sendStatus(asked: Asked, authorization: string | undefined, signal: AbortSignal, started: () => void) {
    const place = await gate.enter(signal);
    started();
    const deadline = startDeadline(readTimeout, signal);
    try {
      const answer = await send({ operation: asked.operation }, authorization, asked, deadline.signal);
      place.answered(typeof answer.body === 'object' && answer.body !== null && 'type' in answer.body);
      return answer;
    } catch (error) {
      if (error instanceof DeadlineExceeded) place.timedOut();
      else place.failed();
      throw error;
    } finally {
      deadline.end();
    }
  }

  async function read(asked: Asked, { authorization, signal }: CallOptions): Promise<Answer> {
    const deadline = startDeadline(readTimeout, signal);
    try {
      return await flights.join(
        `${asked.operation}\n${authorization ?? ''}`,
        (flightSignal, started) => {
          if (asked.operation === operations.clusterStatus.name)
            return sendStatus(asked, authorization, flightSignal, started);
          flightSignal.throwIfAborted();
          started();
          return send({ operation: asked.operation }, authorization, asked, flightSignal);
        },
        deadline.signal,
      );
    } catch (error) {
      throw error instanceof DeadlineExceeded ? timeoutFailure(readTimeout, asked, false) : error;
    } finally {
      deadline.end();
    }
  }

  async function write(asked: Asked, body: object, { authorization }: CallOptions): Promise<Answer> {
    const deadline = startDeadline(writeTimeout);
    try {
      return await send({ operation: asked.operation, ...body }, authorization, asked, deadline.signal);
    } catch (error) {
      throw error instanceof DeadlineExceeded ? timeoutFailure(writeTimeout, asked, true) : error;
    } finally {
      deadline.end();
    }
  }

  return {
    get reachability() {
      return reachability;
    },
    supports: (name) => support.get(name) ?? null,
    async call(operation, input, options) {
      const body = checkInput(operation, input, options.inputPath ?? []);
      const asked = {
        operation: operation.name,
        kind: operation.kind,
        secrets: secretsIn(options.authorization, body),
      };
      const answer = operation.kind === 'read' ? await read(asked, options) : await write(asked, body, options);
      // Harper's words about a change may repeat a login that came with it.
      const answered = operation.kind === 'write' ? redactDeep(answer.body, asked.secrets) : answer.body;
      return { data: checkAnswer(operation, answered, asked), receivedAt: new Date(), nodeTime: answer.date };
    },
    close: () => transport.close(),
  };
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
function secretsIn(authorization: string | undefined, body: object): string[] {
  const secrets = secretsOf(authorization);
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, item] of Object.entries(value)) {
      if (key === 'authorization' && typeof item === 'string') secrets.push(...secretsOf(item));
      else if (key === 'password' && typeof item === 'string') secrets.push(item);
      else collect(item);
    }
  };
  collect(body);
  return secrets;
}
