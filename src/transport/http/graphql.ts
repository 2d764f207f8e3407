import type { Admission } from '../../auth/admission.ts';
import type { Caller } from '../../auth/caller.ts';
import { GatewayError } from '../../errors.ts';
import { RequestRefused } from '../../graphql/errors.ts';
import type { FastPath, SharedBody } from '../../graphql/fast-path/fast-path.ts';
import type { Limits } from '../../graphql/limits.ts';
import type { PreparedOperation } from '../../graphql/operation.ts';
import { readParams, readSearchParams } from '../../graphql/params.ts';
import type { Pipeline } from '../../graphql/pipeline.ts';
import type { Rendered } from '../../graphql/render.ts';
import type { Tracing } from '../../observability/tracing.ts';
import type { RequestInfo } from '../../schema/context.ts';
import { parseJson } from '../../util/json.ts';
import type { TimeSlices } from '../../util/time-slices.ts';
import { ANONYMOUS_MESSAGE_BYTES } from '../anonymous-quota.ts';
import { callerKey, whoOf } from '../caller-key.ts';
import type { EventStreams } from '../sse/event-streams.ts';
import { readText, tooMuchHeld } from './body.ts';
import { applyCors, METHODS } from './cors.ts';
import { type HttpExchange, JSON_TYPE } from './exchange.ts';
import { type Accepted, GRAPHQL_RESPONSE, type Negotiation } from './negotiation.ts';
import type { Origins } from './origins.ts';
import { HttpRefusal } from './refusal.ts';
import { releasedWith } from './released-with.ts';

/** Seconds until a caller who is over a limit of requests may come back, where the limit does not say so. */
const RETRY_AFTER = 1;

export interface GraphQLEndpointOptions {
  readonly admission: Admission;
  readonly pipeline: Pipeline;
  /** undefined: switched off. */
  readonly fastPath: FastPath | undefined;
  readonly events: EventStreams;
  readonly limits: Limits;
  readonly slices: TimeSlices;
  readonly negotiation: Negotiation;
  readonly origins: Origins;
  readonly tracing: Tracing;
  /** Bytes of the largest request body that is taken. */
  readonly maxBodyBytes: number;
}

/** The GraphQL endpoint over HTTP: GraphQL over HTTP, and event streams for who asks for them. */
export interface GraphQLEndpoint {
  /** @throws HttpRefusal where it is no GraphQL request; anything else that it throws is a fault */
  serve(exchange: HttpExchange): Promise<void>;
}

/** What is known of a request when its operation is to be run. */
interface Call {
  readonly exchange: HttpExchange;
  readonly accepted: Accepted;
  readonly request: RequestInfo;
  readonly address: string;
}

/** Creates the endpoint. */
export function createGraphQLEndpoint(options: GraphQLEndpointOptions): GraphQLEndpoint {
  const { admission, pipeline, fastPath, events, limits, slices, negotiation, origins, tracing } = options;

  function respond({ exchange, accepted }: Pick<Call, 'exchange' | 'accepted'>, answer: Rendered | SharedBody): void {
    const type = accepted.json ?? JSON_TYPE;
    if ('body' in answer) {
      exchange.send(200, type, answer.body, answer.length);
      return;
    }
    const { result, status: ownStatus, jsonStatus } = answer;
    const status = type.startsWith(GRAPHQL_RESPONSE) ? ownStatus : jsonStatus;
    if (status === 429 || status === 503) {
      const { retryAfter = RETRY_AFTER } = (result.errors?.[0]?.extensions ?? {}) as { retryAfter?: number };
      exchange.setHeader('retry-after', String(retryAfter));
    }
    exchange.send(status, type, JSON.stringify(result));
  }

  /** Everything up to execution. What is wrong with the operation itself is thrown as it is, to be rendered. */
  async function prepare({ exchange, request }: Call): Promise<PreparedOperation> {
    const { req, target } = exchange;
    if (req.method !== 'POST') {
      await slices.turn();
      const prepared = pipeline.prepare(readSearchParams(target.search));
      if (prepared.operation.kind !== 'mutation') return prepared;
      throw new HttpRefusal(405, 'A mutation must be sent by POST.', { headers: { allow: 'POST' } });
    }
    // An anonymous caller may ask for the schema, and for no more memory than that takes.
    const isAnonymous = request.caller instanceof GatewayError;
    const maxBytes = isAnonymous ? Math.min(ANONYMOUS_MESSAGE_BYTES, options.maxBodyBytes) : options.maxBodyBytes;
    const text = await readText(exchange, maxBytes, limits.bytes);
    const known = isAnonymous ? undefined : fastPath?.recall(text);
    if (known !== undefined) return known;
    await turnOf(exchange, text.length);
    return prepareBody(text, isAnonymous);
  }

  /** Waits until it is time for a body, whose bytes are counted meanwhile. */
  async function turnOf(exchange: HttpExchange, bytes: number): Promise<void> {
    const turn = slices.turn();
    if (turn === undefined) return;
    const held = limits.bytes.open(exchange.keys);
    try {
      if (!held.set(bytes)) throw tooMuchHeld();
      await turn;
    } finally {
      held.close();
    }
  }

  function prepareBody(text: string, isAnonymous: boolean): PreparedOperation {
    const prepared = pipeline.prepare(readParams(parsed(text)));
    if (!isAnonymous) fastPath?.remember(text, prepared);
    return prepared;
  }

  async function answer(call: Call): Promise<void> {
    const { exchange, accepted, request } = call;
    const prepared = await prepare(call);
    const { kind } = prepared.operation;
    if (accepted.prefersEvents || (kind === 'subscription' && accepted.acceptsEvents)) {
      // A stream keeps a connection and a poll busy, so a page that may not read it may not open it either.
      origins.check(exchange.req.headers.origin, exchange.target.host);
      return events.serve(exchange, prepared, { ...request, address: call.address });
    }
    if (kind === 'subscription') {
      const message = 'Subscriptions come over WebSocket, or as server-sent events with Accept: text/event-stream.';
      throw new GatewayError('BAD_REQUEST', message);
    }
    const { caller } = request;
    const { name, kind: operation } = prepared.operation;
    const holder = { ...whoOf(caller, call.address), requestId: request.requestId, operation: name ?? operation };
    const permit = releasedWith(exchange.res, limits.startOperation(holder));
    if (fastPath?.takes(prepared) && !(caller instanceof GatewayError)) {
      const pending = fastPath.answer(prepared, { ...request, caller }, (each) => {
        permit.release();
        respond(call, each);
      });
      exchange.res.on('close', () => pending.cancel());
      return;
    }
    const run = () => pipeline.run(prepared, { ...request, signal: exchange.whenGone() });
    const rendered = await tracing.continued(exchange.req.headers, run);
    permit.release();
    respond(call, rendered);
  }

  /** The caller; a failure of theirs that lets them ask for nothing is thrown. */
  function admit(exchange: HttpExchange, address: string): Promise<Caller | GatewayError> | Caller {
    const attempt = { authorization: exchange.req.headers.authorization, address };
    return admission.admitCached(attempt) ?? admission.admit(attempt);
  }

  return {
    async serve(exchange) {
      const { req, requestId } = exchange;
      const accepted = negotiation.accepted(req.headers.accept);
      if (applyCors(exchange, origins)) return;
      checkRequest(exchange, accepted, negotiation);
      const { address } = exchange;
      try {
        const caller = await admit(exchange, address);
        if (caller instanceof GatewayError) limits.memory.checkAnonymous();
        exchange.callerKey = callerKey(caller, address);
        await answer({ exchange, accepted, address, request: { requestId, caller } });
      } catch (failure) {
        if (failure instanceof HttpRefusal || !isRefusal(failure)) throw failure;
        const rendered = pipeline.refuse(failure, requestId);
        if (accepted.prefersEvents) events.refuse(exchange, rendered);
        else respond({ exchange, accepted }, rendered);
      }
    },
  };
}

/** Whether something is a reason not to execute a request; anything else is a fault, or a client that has gone away. */
function isRefusal(failure: unknown): boolean {
  return failure instanceof GatewayError || failure instanceof RequestRefused;
}

/** Refuses what is no GraphQL request, before its body is read. */
function checkRequest({ req }: HttpExchange, accepted: Accepted, negotiation: Negotiation): void {
  const { method, headers } = req;
  if (method === 'PUT' || headers['x-graphql-event-stream-token'] !== undefined) {
    const message = 'Event streams are served in distinct connections mode only, not over a single connection.';
    throw new HttpRefusal(method === 'PUT' ? 405 : 400, message, { headers: { allow: METHODS } });
  }
  if (method !== 'GET' && method !== 'HEAD' && method !== 'POST') {
    throw new HttpRefusal(405, 'GraphQL is served by GET and POST.', { headers: { allow: METHODS } });
  }
  if (accepted.json === undefined && !accepted.acceptsEvents) {
    const message = 'Answers are application/graphql-response+json, application/json or text/event-stream.';
    throw new HttpRefusal(406, message);
  }
  // Any page may make a browser send a form or plain text here without asking first.
  if (method === 'POST' && !negotiation.isJson(headers['content-type'])) {
    const message = 'A POST must have the content type application/json, in UTF-8.';
    throw new HttpRefusal(415, message, { headers: { accept: 'application/json' } });
  }
}

function parsed(text: string): unknown {
  const body = parseJson(text);
  if (body === undefined) throw new GatewayError('BAD_REQUEST', 'The request body is not JSON.');
  return body;
}
