import type { ServerResponse } from 'node:http';
import { GatewayError } from '../../errors.ts';
import { acquireAll } from '../../graphql/limit.ts';
import type { Limits } from '../../graphql/limits.ts';
import type { PreparedOperation } from '../../graphql/operation.ts';
import type { Pipeline } from '../../graphql/pipeline.ts';
import type { Rendered } from '../../graphql/render.ts';
import type { Metrics } from '../../observability/metrics.ts';
import type { RequestInfo } from '../../schema/context.ts';
import { type Clock, repeat } from '../../util/clock.ts';
import { whoOf } from '../caller-key.ts';
import type { HttpExchange } from '../http/exchange.ts';
import { releasedWith } from '../http/released-with.ts';
import { reconnectDelay } from '../reconnect-delay.ts';
import { EventStreamWriter } from './event-stream-writer.ts';

export interface EventStreamsOptions {
  readonly pipeline: Pipeline;
  readonly limits: Limits;
  readonly metrics: Metrics;
  /** Milliseconds between two comment lines that keep a connection alive. */
  readonly pingInterval: number;
  /** Bytes that may wait to be sent on a stream; at more it is cut. */
  readonly maxBufferBytes: number;
  readonly clock: Clock;
}

/** Who asks for a stream. */
export interface EventStreamRequest extends RequestInfo {
  readonly address: string;
}

/**
 * GraphQL by server-sent events, as graphql-sse's distinct connections mode has them: `next` for each result, and
 * `complete` at the end. A refusal is a stream as well, because the clients of that protocol lose the text of an HTTP
 * error and try again for long. A change carries its cursor as event id, from which a browser goes on by itself.
 */
export interface EventStreams {
  /** Serves an operation of any kind. */
  serve(exchange: HttpExchange, prepared: PreparedOperation, request: EventStreamRequest): Promise<void>;
  /** Answers a request that is not executed. */
  refuse(exchange: HttpExchange, rendered: Rendered): void;
}

const HEADERS = [
  ...['content-type', 'text/event-stream; charset=utf-8'],
  // nginx would otherwise collect events until its buffer is full.
  ...['x-accel-buffering', 'no'],
];

/** Creates it. */
export function createEventStreams(options: EventStreamsOptions): EventStreams {
  const { pipeline, limits, metrics, pingInterval, maxBufferBytes, clock } = options;
  function begin(exchange: HttpExchange): void {
    exchange.begin(200, HEADERS);
    // Browsers come back after this many milliseconds: well within the time for which a watch waits for them.
    exchange.res.write(`retry: ${reconnectDelay()}\n\n`);
  }

  function refuse(exchange: HttpExchange, { result }: Rendered): void {
    if (exchange.res.destroyed) return;
    begin(exchange);
    const isExpired = result.errors?.some(({ extensions }) => extensions?.code === 'CURSOR_EXPIRED');
    exchange.res.end(lastEvents(result, isExpired === true));
  }

  function acquireStream({ res }: HttpExchange, { caller, address }: EventStreamRequest): void {
    const { key } = whoOf(caller, address);
    const stream = acquireAll(
      () => limits.socketsOfAddress.acquire(address),
      () => limits.socketsOfCaller.acquire(key),
    );
    releasedWith(res, stream);
  }

  async function subscribe(
    exchange: HttpExchange,
    prepared: PreparedOperation,
    request: EventStreamRequest,
  ): Promise<void> {
    const { res, requestId } = exchange;
    const { key } = whoOf(request.caller, request.address);
    const group = pipeline.group(prepared);
    releasedWith(res, limits.startSubscription({ key, group, prepared }));
    const live = await pipeline.subscribe(prepared, group, request);
    if (res.destroyed) {
      live.events.stop();
      return;
    }
    begin(exchange);
    const stopPings = startPings(res, pingInterval, clock);
    const writer = new EventStreamWriter(live, res, {
      holds: outputOf(exchange),
      sent: () => metrics.eventsSent.inc({ transport: 'sse' }),
      showErrors: (errors) => pipeline.render.errors(errors, requestId),
      ended: (reason, error) => {
        stopPings();
        metrics.streamsEnded.inc({ reason });
        // Clients come back elsewhere, each after another while.
        if (error === undefined) res.end(reason === 'stopping' ? `retry: ${reconnectDelay()}\n\n` : undefined);
        else {
          const isExpired = error instanceof GatewayError && error.code === 'CURSOR_EXPIRED';
          res.end(lastEvents(pipeline.render.failure(error, requestId).result, isExpired));
        }
      },
    });
    res.on('close', () => writer.stop());
    live.events.pipe(writer);
  }

  /** Counts what a stream's client leaves unread; says no where that is too much. */
  function outputOf({ res, keys }: HttpExchange): () => boolean {
    const held = limits.bytes.open(keys);
    res.on('close', held.close);
    return () => res.writableLength <= maxBufferBytes && held.set(res.writableLength);
  }

  async function run(exchange: HttpExchange, prepared: PreparedOperation, request: EventStreamRequest): Promise<void> {
    const { requestId } = request;
    const { name, kind } = prepared.operation;
    const who = whoOf(request.caller, request.address);
    releasedWith(exchange.res, limits.startOperation({ ...who, requestId, operation: name ?? kind }));
    const { result } = await pipeline.run(prepared, { ...request, signal: exchange.whenGone() });
    if (exchange.res.destroyed) return;
    begin(exchange);
    metrics.eventsSent.inc({ transport: 'sse' });
    exchange.res.end(lastEvents(result, false));
  }

  return {
    refuse,
    async serve(exchange, prepared, request) {
      const { operation } = prepared;
      const lastEventId = exchange.req.headers['last-event-id'];
      const own = typeof lastEventId === 'string' && lastEventId !== '' ? { ...request, lastEventId } : request;
      try {
        acquireStream(exchange, own);
        await (operation.kind === 'subscription' ? subscribe : run)(exchange, prepared, own);
      } catch (failure) {
        refuse(exchange, pipeline.refuse(failure, exchange.requestId, operation));
      }
    },
  };
}

/**
 * The last result of a stream, and its end.
 * @param isExpired whether the client must not come back with the cursor it has: an empty id makes a browser forget it
 */
function lastEvents(result: object, isExpired: boolean): string {
  return `event: next\n${isExpired ? 'id:\n' : ''}data: ${JSON.stringify(result)}\n\nevent: complete\ndata:\n\n`;
}

/** Sends comment lines for as long as the stream lasts; a client that has taken none of two in a row is cut off. */
function startPings(res: ServerResponse, interval: number, clock: Clock): () => void {
  let stuck = 0;
  res.write(':\n\n');
  return repeat(clock, interval, () => {
    stuck = res.writableNeedDrain ? stuck + 1 : 0;
    if (stuck >= 2) res.destroy();
    else if (stuck === 0) res.write(':\n\n');
  });
}
