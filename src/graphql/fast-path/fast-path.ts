import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DocumentNode, ExecutionResult } from 'graphql';
import type { Admission } from '../../auth/admission.ts';
import type { Caller } from '../../auth/caller.ts';
import { GatewayError } from '../../errors.ts';
import { timeoutFailure } from '../../harper/failure.ts';
import { OWN_LOGIN } from '../../harper/login.ts';
import { operations } from '../../harper/operations.ts';
import type { Logger } from '../../observability/logger.ts';
import type { Metrics, Tally } from '../../observability/metrics.ts';
import type { SchemaContext, StatusWait } from '../../schema/context.ts';
import { addressOf } from '../../transport/http/address.ts';
import { createFlights, type Flight } from '../../util/single-flight.ts';
import type { CommonQueries, CommonQuery } from '../common-query.ts';
import { outcomesOf } from '../counting.ts';
import { createDocumentCache } from '../document-cache.ts';
import type { Limits } from '../limits.ts';
import { listFault } from '../list-limit.ts';
import { errorBody, toPublicErrors } from '../masking.ts';
import { GRAPHQL_PATH } from '../pipeline.ts';
import type { RequestContext } from '../request-context.ts';
import { leanParams, leanType } from './params.ts';

/*
 * The short way for the common request: a POST of a query for the cluster's status. Yoga's own way costs several times as much, most of
 * it in WHATWG bodies and orchestration (bench/queries.ts). Both give the same bytes (test/server/lean.test.ts); LEAN_PATH=false
 * switches this one off.
 */

/** Answers the common requests. */
export interface Lean {
  /**
   * The caller of a request that may be for this way, by its head; undefined for every other.
   * @throws GatewayError RATE_LIMITED
   */
  admit(req: IncomingMessage): Caller | undefined;
  /** Answers a request whose body has been read; false when it has to take the stock road after all, and nothing was done. */
  answer(req: IncomingMessage, res: ServerResponse, body: string, request: LeanRequest): boolean;
}

/** A request of a caller who is known. */
export interface LeanRequest {
  readonly requestId: string;
  readonly caller: Caller;
}

export interface LeanOptions {
  readonly queries: CommonQueries;
  /** Parses and validates a document with every rule there is; undefined where it has a fault. */
  readonly check: (query: string) => DocumentNode | undefined;
  /** Makes the context of an operation. */
  readonly createContext: (request: RequestContext, wait?: StatusWait) => SchemaContext;
  /** Milliseconds a query may wait for Harper, counted from its arrival. */
  readonly readTimeout: number;
  readonly admission: Admission;
  readonly trustProxy: number;
  /** Headers of every answer: names and values in turn. */
  readonly headers: readonly string[];
  readonly limits: Limits;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** What one flight has brought for all of its passengers; a failure is each passenger's own, by its request id. */
type Landed = { readonly body: string | Buffer; readonly length: number } | { readonly failed: ExecutionResult };

/** Bodies up to this go out in one piece with their head, as text; longer ones are encoded once for all. */
const SHORT = 4096;

/** Characters of the longest variables that are taken here. */
const LONGEST_VARIABLES = 2000;

/** What a body asks for, prepared once for all requests with the same one. */
interface Asked {
  readonly operation: CommonQuery;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Names the operation and its variables. */
  readonly key: string;
}

/** Creates the short way. */
export function createLean(options: LeanOptions): Lean {
  const { queries, check, readTimeout, limits, metrics, logger } = options;
  const { admission, trustProxy } = options;
  const bodies = createDocumentCache<Asked>();
  const flights = createFlights<Landed>(readTimeout);
  const shared = metrics.upstreamShared.labels(operations.clusterStatus.name);

  /** Executes for all who ask the same with the same rights before Harper is asked: it is what one of them would be answered. */
  async function fly(
    operation: CommonQuery,
    variables: Readonly<Record<string, unknown>>,
    request: RequestContext,
    flight: Flight<Landed>,
  ): Promise<Landed> {
    const context = options.createContext(request, {
      onStart: () => flight.start(),
      onWait(leave) {
        flight.abandoned = leave;
      },
    });
    const result = await operation.run(context, variables);
    if (!result.errors?.length) {
      const text = JSON.stringify(result);
      const length = Buffer.byteLength(text);
      return { body: length > SHORT ? Buffer.from(text) : text, length };
    }
    // What was read is kept in the context: nothing is asked of Harper again.
    return { failed: await operation.runPlainly(context, variables) };
  }

  /** What a caller is told whose time is over: every field that wanted a status fails. */
  async function overdue(
    operation: CommonQuery,
    variables: Readonly<Record<string, unknown>>,
    request: RequestContext,
  ): Promise<Landed> {
    const asked = { operation: operations.clusterStatus.name, kind: 'read', secrets: [] } as const;
    const failure = Promise.reject(timeoutFailure(readTimeout, asked, false));
    failure.catch(() => undefined);
    const context = {
      ...options.createContext(request),
      harper: () => ({ sharedStatus: () => failure }),
    };
    return { failed: await operation.runPlainly(context, variables) };
  }

  function send(
    res: ServerResponse,
    status: number,
    type: string,
    requestId: string,
    body: string | Buffer,
    length: number,
  ): void {
    const own = ['content-type', type, 'content-length', String(length), 'x-request-id', requestId];
    res.writeHead(status, [...own, ...options.headers]);
    // A text without anything beyond ASCII needs no encoding.
    if (typeof body === 'string' && body.length === length) res.end(body, 'latin1');
    else res.end(body);
  }

  function land(res: ServerResponse, type: string, requestId: string, { operation }: Asked, landed: Landed): void {
    if (res.destroyed) return;
    if ('body' in landed) {
      for (const tally of talliesOf(operation)) tally.count += 1;
      send(res, 200, type, requestId, landed.body, landed.length);
      return;
    }
    const { failed } = landed;
    for (const [name, code] of outcomesOf(operation.definition, failed))
      metrics.requests.inc({ operation: name, code });
    const { errors, status } = toPublicErrors(failed, requestId, type.startsWith('application/json'), logger);
    const text = JSON.stringify({ ...failed, errors });
    send(res, status, type, requestId, text, Buffer.byteLength(text));
  }

  function breakDown(res: ServerResponse, type: string, requestId: string, fault: unknown): void {
    if (res.destroyed) return;
    logger.error({ err: fault, requestId }, 'Unexpected error');
    const text = errorBody('INTERNAL_SERVER_ERROR', 'Unexpected error.', requestId);
    send(res, 500, type, requestId, text, Buffer.byteLength(text));
  }

  const tallies = new WeakMap<CommonQuery, readonly Tally[]>();
  function talliesOf(operation: CommonQuery): readonly Tally[] {
    let found = tallies.get(operation);
    if (found === undefined) {
      found = outcomesOf(operation.definition, SUCCESS).map(([name, code]) => metrics.tallyOf(name, code));
      tallies.set(operation, found);
    }
    return found;
  }

  /** What a body asks for; undefined where that is for the stock road. */
  function askedBy(body: string): Asked | undefined {
    const known = bodies.get(body);
    if (known !== undefined) return known;
    const params = leanParams(body);
    if (params === undefined) return undefined;
    const { query, operationName, variables } = params;
    const document = check(query);
    const operation = document && queries.of(document, operationName);
    if (operation === undefined || listFault(variables, limits.listLength) || !operation.accepts(variables))
      return undefined;
    const text = JSON.stringify(variables);
    // The key is remembered for as long as others like it come.
    if (text.length > LONGEST_VARIABLES) return undefined;
    const asked = { operation, variables, key: `${operation.id} ${text}` };
    bodies.set(body, asked);
    return asked;
  }

  return {
    admit(req) {
      const { headers } = req;
      const isCommon =
        req.method === 'POST' &&
        req.url === GRAPHQL_PATH &&
        headers['content-type'] === 'application/json' &&
        headers.origin === undefined &&
        headers['x-request-id'] === undefined &&
        leanType(req) !== undefined;
      if (!isCommon) return undefined;
      return admission.admitKnown({ authorization: headers.authorization, address: addressOf(req, trustProxy) });
    },
    answer(req, res, body, request) {
      const { requestId, caller } = request;
      const type = leanType(req);
      const asked = askedBy(body);
      if (type === undefined || asked === undefined) return false;
      const seat = limits.operations.take();
      if (seat instanceof GatewayError) throw seat;
      const { operation, variables } = asked;
      let isOwn = false;
      const answered = (answer: Landed) => {
        seat.leave();
        land(res, type, requestId, asked, answer);
      };
      const landed = (answer: Landed) => {
        if (!isOwn) shared.inc();
        answered(answer);
      };
      const failed = (fault: unknown) => {
        seat.leave();
        breakDown(res, type, requestId, fault);
      };
      const place = flights.join(
        `${shareKey(caller)} ${asked.key}`,
        (flight) => {
          isOwn = true;
          fly(operation, variables, request, flight).then(
            (answer) => flight.land(answer),
            (fault: unknown) => flight.fail(fault),
          );
        },
        { landed, failed, late: () => void overdue(operation, variables, request).then(answered, failed) },
      );
      // Harper is not asked for somebody who has gone.
      res.on('close', () => {
        place.leave();
        seat.leave();
      });
      return true;
    },
  };
}

const SUCCESS: ExecutionResult<Record<string, unknown>> = { data: {} };

/** Callers with the same rights share answers: those with the same login at Harper and, in SERVICE mode, the same role. */
function shareKey({ authorization, role, key }: Caller): string {
  return authorization === OWN_LOGIN ? `role ${role}` : key;
}
