import { isLoopback } from '../../config/values.ts';
import { CONSOLE_PATH, type Console } from '../console/console.ts';
import type { GraphiQL } from '../graphiql/graphiql.ts';
import type { HttpExchange } from './exchange.ts';
import type { GraphQLEndpoint } from './graphql.ts';
import type { Health } from './health.ts';
import type { Negotiation } from './negotiation.ts';
import type { Origins } from './origins.ts';
import { HttpRefusal } from './refusal.ts';
import { hostnameOf, type Target } from './target.ts';

/** Path the GraphQL endpoint and GraphiQL are served at. */
export const GRAPHQL_PATH = '/graphql';

export interface RouterOptions {
  readonly graphql: GraphQLEndpoint;
  readonly health: Health;
  readonly negotiation: Negotiation;
  readonly origins: Origins;
  /** undefined: GraphiQL is switched off. */
  readonly graphiql: GraphiQL | undefined;
  /** undefined: the console is switched off. */
  readonly console: Console | undefined;
  /** The path under which a proxy serves the gateway, without a slash at its end; empty where there is none. */
  readonly pathPrefix: string;
  /**
   * Takes only requests whose Host header is this machine. Needed where callers need no login. A web page could
   * otherwise point its own host name at this machine and call the gateway (DNS rebinding).
   */
  readonly loopbackHostOnly: boolean;
}

/** Brings a request to what answers it. */
export interface Router {
  /** @throws GatewayError that the request is to be refused with; anything else is a fault */
  serve(exchange: HttpExchange): Promise<void>;
  /**
   * Checks a request for a WebSocket.
   * @throws HttpRefusal where it is not taken
   */
  checkUpgrade(target: Target, origin: string | undefined): void;
}

/** Creates the router. */
export function createRouter(options: RouterOptions): Router {
  const { graphql, health, negotiation, origins, graphiql, console, pathPrefix, loopbackHostOnly } = options;

  function checkHost({ host }: Target): void {
    if (host !== undefined && URL.parse(`http://${host}/`) === null) {
      throw new HttpRefusal(400, 'The Host header is no host.');
    }
    if (loopbackHostOnly && !isLoopback(hostnameOf(host))) {
      throw new HttpRefusal(403, 'This gateway serves its own machine only: use localhost or 127.0.0.1 as host.');
    }
  }

  /** Whether a browser asks for the page rather than for the answer to a query. */
  function isForPage({ req, target }: HttpExchange): boolean {
    const isRead = req.method === 'GET' || req.method === 'HEAD';
    return isRead && target.search === '' && negotiation.accepted(req.headers.accept).prefersPage;
  }

  const home = homeOf(options);

  return {
    async serve(exchange) {
      const { req, target } = exchange;
      const { path } = target;
      if (health.owns(path)) return health.serve(exchange);
      checkHost(target);
      if (path === GRAPHQL_PATH) {
        if (graphiql === undefined || !isForPage(exchange)) return graphql.serve(exchange);
        exchange.applyHeaders();
        return graphiql.servePage(req, exchange.res);
      }
      const isRead = req.method === 'GET' || req.method === 'HEAD';
      if (isRead && graphiql?.owns(path)) {
        exchange.applyHeaders();
        if (await graphiql.serveAsset(req, exchange.res, path)) return;
      }
      if (isRead && console?.owns(path)) return console.serve(exchange);
      if (path === '/' && isRead) return exchange.sendEmpty(302, ['location', home]);
      throw new HttpRefusal(404, `Nothing is served here; GraphQL is at ${pathPrefix}${GRAPHQL_PATH}.`);
    },
    /**
     * A browser lets any page open a socket anywhere, so the page must be of this host or of a listed origin. A client
     * that is no browser sends no Origin.
     */
    checkUpgrade(target, origin) {
      if (target.path !== GRAPHQL_PATH) throw new HttpRefusal(404, 'WebSockets are not taken here.');
      checkHost(target);
      origins.check(origin, target.host);
    },
  };
}

/** Where `/` leads: relative where the path is not known that a proxy may have put before it. */
function homeOf({ console, pathPrefix }: RouterOptions): string {
  if (!console?.isBuilt) return `${pathPrefix}${GRAPHQL_PATH}`;
  return pathPrefix === '' ? CONSOLE_PATH.slice(1) : `${pathPrefix}${CONSOLE_PATH}`;
}
