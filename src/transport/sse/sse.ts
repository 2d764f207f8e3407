import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ExecutionResult, GraphQLError, type GraphQLFormattedError } from 'graphql';
import { ERROR_CATALOGUE, GatewayError, isErrorCode } from '../../errors.ts';
import { countRefused } from '../../graphql/counting.ts';
import type { Shape } from '../../graphql/fan-out.ts';
import type { Limits } from '../../graphql/limits.ts';
import { toShownError } from '../../graphql/masking.ts';
import type { Params, Pipeline, Prepared } from '../../graphql/pipeline.ts';
import type { PreparedSubscription } from '../../graphql/prepared-subscription.ts';
import type { RequestContext } from '../../graphql/request-context.ts';
import { GatewayStopping } from '../../live/hub.ts';
import type { Logger } from '../../observability/logger.ts';
import type { Metrics } from '../../observability/metrics.ts';
import { takeAll } from '../../util/semaphore.ts';
import { reconnectDelay } from '../reconnect.ts';

export interface EventStreamOptions {
  readonly pipeline: Pipeline;
  /** Milliseconds between two comment lines that keep the connection alive. */
  readonly pingInterval: number;
  readonly limits: Limits;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** Who asks for a stream. */
export interface EventStreamRequest extends RequestContext {
  readonly address: string;
}

/** Whether a request asks for an event stream. */
export function wantsEvents(req: IncomingMessage): boolean {
  return (req.headers.accept ?? '').includes('text/event-stream');
}

/**
 * Answers a GraphQL request with server-sent events, as graphql-sse's distinct connections mode has them: `next` for each
 * result and `complete` at the end. A change carries its cursor as event id, so that a browser goes on by itself from
 * the Last-Event-ID it sends.
 */
export async function serveEvents(
  req: IncomingMessage,
  res: ServerResponse,
  { requestId, caller, address }: EventStreamRequest,
  options: EventStreamOptions,
): Promise<void> {
  const { pipeline, limits, metrics, logger } = options;
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  const shape = (errors: readonly GraphQLError[]) => errors.map((error) => toShownError(error, requestId, logger));
  const refuse = (errors: readonly GraphQLError[], status?: number) => {
    const shaped = shape(errors);
    res.writeHead(status ?? statusOf(shaped[0]), { 'content-type': 'application/json; charset=utf-8' });
    res.end(JSON.stringify({ errors: shaped }));
  };

  const params = paramsOf(req);
  if (params === undefined) return refuse([new GraphQLError('The request is no GraphQL request.')], 400);
  const lastEventId = req.headers['last-event-id'];
  const prepared = await pipeline.prepare(params, {
    requestId,
    caller,
    signal: gone.signal,
    ...(typeof lastEventId === 'string' && lastEventId !== '' && { lastEventId }),
  });
  if (!('kind' in prepared)) {
    countRefused(metrics, prepared);
    return refuse(prepared, 400);
  }
  if (req.method === 'GET' && prepared.kind === 'mutation') {
    res.setHeader('allow', 'POST');
    return refuse([new GraphQLError('Can only perform a mutation operation from a POST request.')], 405);
  }
  const key = caller instanceof GatewayError ? `address ${address}` : caller.key;
  const seat = takeAll(
    [limits.socketsOfAddress, address],
    [limits.socketsOfCaller, key],
    [limits.subscriptionsOfCaller, key],
    [limits.subscriptions, ''],
  );
  if (seat instanceof GatewayError) return refuse([seat]);
  // Given back however the request ends, also where its stream is refused below.
  res.once('close', () => seat.leave());
  if (res.closed) seat.leave();
  const source = await open(prepared, shape);
  if (!(Symbol.asyncIterator in source)) return refuse(source.errors ?? []);
  res.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // nginx would otherwise collect events until its buffer is full.
    'x-accel-buffering': 'no',
  });
  const stopPings = startPings(res, options.pingInterval);
  try {
    for await (const { data, id } of untilGone(source, gone.signal)) {
      // Read on only when the client has taken what was sent: what it does not take stays in the feed.
      if (!res.write(`event: next\n${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`)) {
        await once(res, 'drain', { signal: gone.signal });
      }
      metrics.eventsSent.inc({ transport: 'sse' });
    }
    metrics.streamsEnded.inc({ reason: gone.signal.aborted ? 'client' : 'complete' });
    res.end('event: complete\ndata:\n\n');
  } catch (error) {
    metrics.streamsEnded.inc({ reason: gone.signal.aborted ? 'client' : endReason(error) });
    if (gone.signal.aborted) return undefined;
    // Without `complete` the client comes back, here or to the next gateway.
    if (error instanceof GatewayStopping) res.end(`retry: ${reconnectDelay()}\n\n`);
    else
      res.end(
        `event: next\ndata: ${JSON.stringify({ errors: shape([asGraphQLError(error)]) })}\n\nevent: complete\ndata:\n\n`,
      );
  } finally {
    stopPings();
  }
  return undefined;
}

/** Why a stream was ended, as the metrics name it. */
export function endReason(error: unknown): string {
  if (error instanceof GatewayStopping) return 'stopping';
  return error instanceof GatewayError ? error.code : 'INTERNAL_SERVER_ERROR';
}

interface ServerSentEvent {
  readonly data: string;
  readonly id: string | undefined;
}

/** Opens an operation as a stream of events; the result where a subscription fails at once. */
async function open(
  prepared: Prepared,
  shape: Shape,
): Promise<AsyncIterableIterator<ServerSentEvent> | ExecutionResult> {
  if (prepared.kind !== 'subscription') {
    const { errors, ...rest } = await prepared.run();
    return single({ data: JSON.stringify(errors?.length ? { ...rest, errors: shape(errors) } : rest), id: undefined });
  }
  const source = await prepared.open();
  return Symbol.asyncIterator in source ? toEvents(source, prepared, shape) : source;
}

/** Events as they go out. Not a generator: `return` of one that waits would not reach the source before its next event. */
function toEvents(
  source: AsyncIterable<object>,
  prepared: PreparedSubscription,
  shape: Shape,
): AsyncIterableIterator<ServerSentEvent> {
  const events = source[Symbol.asyncIterator]();
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const { done, value } = await events.next();
      if (done) return { done: true, value: undefined };
      const id = 'cursor' in value && typeof value.cursor === 'string' ? value.cursor : undefined;
      return { done: false, value: { data: await prepared.payload(value, shape), id } };
    },
    async return() {
      await events.return?.();
      return { done: true, value: undefined };
    },
  };
}

/** Sends comment lines for as long as the stream lasts; a client that has taken none of two in a row is cut off. */
function startPings(res: ServerResponse, interval: number): () => void {
  let stuck = 0;
  res.write(':\n\n');
  const timer = setInterval(() => {
    stuck = res.writableNeedDrain ? stuck + 1 : 0;
    if (stuck >= 2) res.destroy();
    else if (stuck === 0) res.write(':\n\n');
  }, interval);
  return () => clearInterval(timer);
}

/** A stream that is ended, and its source told so, when its reader has gone away. */
async function* untilGone<T>(events: AsyncIterableIterator<T>, signal: AbortSignal): AsyncGenerator<T> {
  const leave = () => void events.return?.();
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  try {
    yield* events;
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

async function* single<T>(event: T): AsyncGenerator<T> {
  yield event;
}

function asGraphQLError(error: unknown): GraphQLError {
  return error instanceof GraphQLError ? error : new GraphQLError('', { originalError: error as Error });
}

/** The HTTP status of a subscription that failed before its first event. */
function statusOf(error: GraphQLFormattedError | undefined): number {
  const code = error?.extensions?.code;
  if (!isErrorCode(code)) return 500;
  const { httpStatus } = ERROR_CATALOGUE[code];
  return httpStatus === 200 ? 400 : httpStatus;
}

/** The parameters of a request: the JSON body of a POST, which http.ts has read, or the query of a GET. */
function paramsOf(req: IncomingMessage): Params | undefined {
  try {
    const { body } = req as { body?: unknown };
    const source =
      req.method === 'POST' ? (JSON.parse(String(body)) as Record<string, unknown>) : queryOf(req.url ?? '');
    const { query, operationName, variables, documentId, extensions } = source;
    if (typeof query !== 'string' && documentId === undefined && extensions === undefined) return undefined;
    if (variables !== undefined && (typeof variables !== 'object' || Array.isArray(variables))) return undefined;
    return {
      ...(typeof query === 'string' && { query }),
      documentId,
      extensions,
      variables: variables as Params['variables'],
      ...(typeof operationName === 'string' && { operationName }),
    };
  } catch {
    return undefined;
  }
}

function queryOf(url: string): Record<string, unknown> {
  const { variables, extensions, ...rest } = Object.fromEntries(new URL(url, 'http://gateway').searchParams);
  return {
    ...rest,
    ...(variables !== undefined && { variables: JSON.parse(variables) as unknown }),
    ...(extensions !== undefined && { extensions: JSON.parse(extensions) as unknown }),
  };
}
