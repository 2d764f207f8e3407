import type { IncomingMessage, ServerResponse } from 'node:http';
import { createYoga } from 'graphql-yoga';
import type { HarperClient } from '../harper/client.ts';
import type { Logger } from '../log.ts';
import { createContext, type GatewayFacts, type SchemaContext } from '../schema/context.ts';
import { schema } from '../schema/schema.ts';
import { credentialsOf } from './auth.ts';
import { useCatalogueErrors } from './masking.ts';

/** Path the GraphQL endpoint and GraphiQL are served at. */
export const GRAPHQL_PATH = '/graphql';

/** What the HTTP layer gives to every GraphQL request. */
export interface ServerContext {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly requestId: string;
}

export interface YogaOptions {
  readonly client: HarperClient;
  readonly facts: GatewayFacts;
  /** The gateway's own Authorization for callers that bring none (SERVICE mode). */
  readonly ownAuthorization: string | undefined;
  /** Origins whose pages may read answers; none turns CORS off. */
  readonly corsOrigins: readonly string[];
  readonly logger: Logger;
}

/** Handles one GraphQL request whose body, if any, has been read into `req.body`. */
export type GraphQLHandler = (req: IncomingMessage, res: ServerResponse, requestId: string) => Promise<void>;

/** Creates the GraphQL pipeline: what happens to a request, in order. */
export function createGraphQLHandler({
  client,
  facts,
  ownAuthorization,
  corsOrigins,
  logger,
}: YogaOptions): GraphQLHandler {
  const yoga = createYoga<ServerContext, SchemaContext>({
    schema,
    graphqlEndpoint: GRAPHQL_PATH,
    cors: corsOrigins.length > 0 && {
      origin: [...corsOrigins],
      methods: ['GET', 'POST'],
      allowedHeaders: ['Authorization', 'Content-Type', 'X-Request-Id'],
      exposedHeaders: ['X-Request-Id'],
      maxAge: 600,
    },
    context: ({ req, request, requestId }) =>
      createContext({
        client,
        gateway: facts,
        requestId,
        credentials: credentialsOf(req.headers.authorization, ownAuthorization),
        signal: request.signal,
      }),
    plugins: [useCatalogueErrors(logger)],
    // Errors are masked by the plugin above, with their request id; http.ts bounds the body and takes JSON only; graphiql.ts
    // serves GraphiQL from our own bytes.
    maskedErrors: false,
    maxRequestBodySize: false,
    multipart: false,
    graphiql: false,
    landingPage: false,
    healthCheckEndpoint: '/health/yoga-is-not-asked',
    logging: false,
  });
  return async (req, res, requestId) => {
    await yoga(req, res, { req, res, requestId });
  };
}
