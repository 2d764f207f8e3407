import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Admission } from '../../auth/admission.ts';
import { isLoopback } from '../../config/values.ts';
import { GatewayError } from '../../errors.ts';
import { GRAPHQL_PATH, type Pipeline } from '../../graphql/pipeline.ts';
import type { GraphiQL } from '../graphiql/graphiql.ts';
import { type EventStreamOptions, serveEvents, wantsEvents } from '../sse/sse.ts';
import { addressOf } from './address.ts';
import { type ReadBody, readGraphQLRequest } from './body.ts';
import type { Cors } from './cors.ts';
import type { Health } from './health.ts';
import { type Refuse, rawRefusal } from './refusal.ts';

export interface RouterOptions {
  readonly admission: Admission;
  readonly pipeline: Pipeline;
  readonly events: EventStreamOptions;
  readonly health: Health;
  readonly cors: Cors;
  /** undefined: GraphiQL is switched off. */
  readonly graphiql: GraphiQL | undefined;
  /** Bytes of the largest request body taken. */
  readonly maxBodyBytes: number;
  /** How many proxies stand before the gateway. */
  readonly trustProxy: number;
  /**
   * Takes only requests whose Host header is this machine. Needed where callers need no login: a web page could otherwise
   * point its own host name at this machine and call the gateway as itself (DNS rebinding).
   */
  readonly loopbackHostOnly: boolean;
}

/** Bytes of the largest body that is read for a caller without a login. */
const STRANGER_BYTES = 16_384;

/** Brings a request to what answers it. */
export interface Router {
  /** @throws GatewayError that the request is to be refused with; anything else is a fault */
  respond(req: IncomingMessage, res: ServerResponse, requestId: string, refuse: Refuse, body?: ReadBody): Promise<void>;
  /** The whole answer to a request for a WebSocket that is not taken; undefined for one that is. */
  refuseUpgrade(req: IncomingMessage): string | undefined;
}

/** Creates the router. */
export function createRouter(options: RouterOptions): Router {
  const { admission, pipeline, events, health, cors, graphiql, trustProxy, loopbackHostOnly } = options;

  async function respondGraphQL(
    req: IncomingMessage,
    res: ServerResponse,
    requestId: string,
    refuse: Refuse,
    read: ReadBody | undefined,
  ): Promise<void> {
    res.setHeader('cache-control', 'no-store');
    if (cors.apply(req, res)) return undefined;
    const streams = wantsEvents(req) && (req.method === 'POST' || req.method === 'GET');
    // A stream keeps a connection and a poll busy, so a page that may not read it may not open it either.
    if (streams && !isOwnOrigin(req, cors))
      return refuse(403, 'BAD_REQUEST', 'This origin may not open event streams.');
    const address = addressOf(req, trustProxy);
    const caller = read?.caller ?? (await admission.admit({ authorization: req.headers.authorization, address }));
    // Somebody who is nobody may ask for the schema, and for no more memory than that takes.
    const most = caller instanceof GatewayError ? Math.min(STRANGER_BYTES, options.maxBodyBytes) : options.maxBodyBytes;
    const problem = await readGraphQLRequest(req, most, read);
    if (problem !== undefined) {
      if (problem.status === 413) res.setHeader('connection', 'close');
      const details = problem.limit === undefined ? {} : { limit: problem.limit };
      return refuse(problem.status, problem.code, problem.message, details);
    }
    const request = { requestId, caller };
    return streams ? serveEvents(req, res, { ...request, address }, events) : pipeline.handle(req, res, request);
  }

  return {
    async respond(req, res, requestId, refuse, body) {
      const path = pathOf(req);
      if (health.owns(path)) return health.serve(req, res, path, refuse);
      const { host } = req.headers;
      if (host !== undefined && URL.parse(`http://${host}/`) === null)
        return refuse(400, 'BAD_REQUEST', 'The Host header is no host.');
      if (loopbackHostOnly && !isLoopback(hostnameOf(host))) {
        return refuse(
          403,
          'BAD_REQUEST',
          'This gateway serves its own machine only: use localhost or 127.0.0.1 as host.',
        );
      }
      if (graphiql !== undefined && (await graphiql.serve(req, res, path))) return undefined;
      if (path === '/' && req.method === 'GET') {
        res.writeHead(302, { location: GRAPHQL_PATH, 'cache-control': 'no-store' }).end();
        return undefined;
      }
      if (path !== GRAPHQL_PATH)
        return refuse(404, 'BAD_REQUEST', `Nothing is served here; GraphQL is at ${GRAPHQL_PATH}.`);
      return respondGraphQL(req, res, requestId, refuse, body);
    },
    /**
     * A browser lets any page open a socket anywhere, so the page must be of this host or of a listed origin; a client that is no
     * browser sends no Origin.
     */
    refuseUpgrade(req) {
      if (pathOf(req) !== GRAPHQL_PATH) return rawRefusal(404, 'WebSockets are not taken here.');
      if (loopbackHostOnly && !isLoopback(hostnameOf(req.headers.host)))
        return rawRefusal(403, 'This gateway serves its own machine only.');
      return isOwnOrigin(req, cors) ? undefined : rawRefusal(403, 'This origin may not open a WebSocket.');
    },
  };
}

/** Whether a request is from no web page, or from one of this host or of a listed origin. */
function isOwnOrigin({ headers: { origin, host } }: IncomingMessage, cors: Cors): boolean {
  return origin === undefined || URL.parse(origin)?.host === host || cors.allows(origin);
}

function pathOf({ url = '/' }: IncomingMessage): string {
  return url.replace(/[?#].*$/s, '');
}

function hostnameOf(host: string | undefined): string {
  return (host ?? '').replace(/:\d+$/, '').toLowerCase();
}
