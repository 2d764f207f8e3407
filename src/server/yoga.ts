import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ExecutionArgs, type ExecutionResult, GraphQLError, getOperationAST, OperationTypeNode } from 'graphql';
import { createYoga } from 'graphql-yoga';
import type { HarperClient } from '../harper/client.ts';
import type { Hub } from '../live/hub.ts';
import type { Logger } from '../log.ts';
import { createContext, type GatewayFacts, type SchemaContext } from '../schema/context.ts';
import { schema } from '../schema/schema.ts';
import { credentialsOf } from './auth.ts';
import { createDocumentCache, useTokenLimit } from './documents.ts';
import { useCatalogueErrors } from './masking.ts';

/** Path the GraphQL endpoint and GraphiQL are served at. */
export const GRAPHQL_PATH = '/graphql';

/** What a transport knows of a request. */
export interface RequestContext {
  readonly requestId: string;
  /** The Authorization header, or what stands in for it on this transport. */
  readonly authorization: string | undefined;
  /** Fires when the caller has gone away; the HTTP request's own signal where it is left out. */
  readonly signal?: AbortSignal;
  /** Cursor of the last event an SSE client got before it was cut off. */
  readonly lastEventId?: string | undefined;
}

/** The parameters of a GraphQL request. */
export interface Params {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Record<string, unknown> | null | undefined;
}

/** An operation that is parsed, valid and ready to be run. */
export interface Prepared {
  readonly args: ExecutionArgs;
  readonly isSubscription: boolean;
  readonly isMutation: boolean;
  /** Runs it: one result, or a stream of them for a subscription. */
  run(): Promise<ExecutionResult | AsyncIterableIterator<ExecutionResult>>;
}

/** What happens to a GraphQL request, whatever it came by. */
export interface Pipeline {
  /** Answers an HTTP request whose body, if any, has been read into `req.body`. */
  handle(req: IncomingMessage, res: ServerResponse, requestId: string): Promise<void>;
  /** Prepares an operation of another transport, by the same steps; errors where it cannot be run at all. */
  prepare(params: Params, request: RequestContext): Promise<Prepared | readonly GraphQLError[]>;
}

export interface PipelineOptions {
  readonly client: HarperClient;
  readonly hub: Hub;
  readonly facts: GatewayFacts;
  /** The gateway's own Authorization for callers that bring none (SERVICE mode). */
  readonly ownAuthorization: string | undefined;
  /** Tokens of the largest document taken. */
  readonly maxDocumentTokens: number;
  readonly logger: Logger;
}

/** Creates the pipeline: what happens to a request, in order. */
export function createPipeline({
  client,
  hub,
  facts,
  ownAuthorization,
  maxDocumentTokens,
  logger,
}: PipelineOptions): Pipeline {
  const never = new AbortController().signal;
  const yoga = createYoga<RequestContext, SchemaContext>({
    schema,
    graphqlEndpoint: GRAPHQL_PATH,
    context: ({ request, requestId, authorization, signal, lastEventId }) =>
      createContext({
        client,
        hub,
        gateway: facts,
        requestId,
        credentials: credentialsOf(authorization, ownAuthorization),
        signal: signal ?? request?.signal ?? never,
        lastEventId,
      }),
    plugins: [useTokenLimit(maxDocumentTokens), useCatalogueErrors(logger)],
    parserAndValidationCache: { documentCache: createDocumentCache(), errorCache: createDocumentCache() },
    // Errors are masked by the plugin above, with their request id; http.ts bounds the body, takes JSON only and does CORS;
    // graphiql.ts serves GraphiQL from our own bytes.
    cors: false,
    maskedErrors: false,
    maxRequestBodySize: false,
    multipart: false,
    graphiql: false,
    landingPage: false,
    healthCheckEndpoint: '/health/yoga-is-not-asked',
    logging: false,
  });

  return {
    async handle(req, res, requestId) {
      await yoga(req, res, { requestId, authorization: req.headers.authorization });
    },
    async prepare(params, request) {
      const { parse, validate, contextFactory, execute, subscribe } = yoga.getEnveloped({
        ...request,
        params,
      } as never);
      try {
        const document = parse(params.query);
        const faults = validate(schema, document) as readonly GraphQLError[];
        if (faults.length > 0) return faults;
        const operation = getOperationAST(document, params.operationName);
        if (!operation) return [new GraphQLError('Unknown operation: name one that the document has.')];
        const args: ExecutionArgs = {
          schema,
          document,
          operationName: params.operationName,
          variableValues: params.variables,
          contextValue: await contextFactory(),
        };
        const isSubscription = operation.operation === OperationTypeNode.SUBSCRIPTION;
        const isMutation = operation.operation === OperationTypeNode.MUTATION;
        return {
          args,
          isSubscription,
          isMutation,
          run: async () => (isSubscription ? subscribe(args) : execute(args)),
        };
      } catch (error) {
        return [error instanceof GraphQLError ? error : new GraphQLError('', { originalError: error as Error })];
      }
    },
  };
}
