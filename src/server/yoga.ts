import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  getOperationAST,
  OperationTypeNode,
} from 'graphql';
import { createYoga } from 'graphql-yoga';
import { createAuditLogger } from '../change/audit.ts';
import type { HarperClient } from '../harper/client.ts';
import type { Hub } from '../live/hub.ts';
import type { Logger } from '../log.ts';
import { createContext, type GatewayFacts, type SchemaContext } from '../schema/context.ts';
import { schema } from '../schema/schema.ts';
import { credentialsOf } from './auth.ts';
import { inputError, variableIssues } from './coercion.ts';
import { createDocumentCache, useTokenLimit } from './documents.ts';
import { createFanOut, type Shape } from './fanout.ts';
import { groupOf } from './group.ts';
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

/** A query or mutation that is parsed, valid and ready to be run. */
export interface PreparedOperation {
  readonly kind: 'query' | 'mutation';
  run(): Promise<ExecutionResult>;
}

/** A subscription that is parsed, valid and ready to be opened. */
export interface PreparedSubscription {
  readonly kind: 'subscription';
  /** Opens its source; a result instead where it fails at once. */
  open(): Promise<AsyncIterable<object> | ExecutionResult>;
  /** What an event of the source is to this subscriber, as JSON. */
  payload(event: object, shape: Shape): string | Promise<string>;
}

export type Prepared = PreparedOperation | PreparedSubscription;

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
  /** Whether live payloads are executed and serialised once for all subscribers that get the same. */
  readonly sharePayloads: boolean;
  readonly logger: Logger;
}

/** Creates the pipeline: what happens to a request, in order. */
export function createPipeline({
  client,
  hub,
  facts,
  ownAuthorization,
  maxDocumentTokens,
  sharePayloads,
  logger,
}: PipelineOptions): Pipeline {
  const never = new AbortController().signal;
  const auditLogger = createAuditLogger(logger);
  const fanOut = createFanOut(sharePayloads);
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
        auditLogger,
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
      const { parse, validate, contextFactory, execute } = yoga.getEnveloped({ ...request, params } as never);
      try {
        const document = parse(params.query) as DocumentNode;
        const faults = validate(schema, document) as readonly GraphQLError[];
        if (faults.length > 0) return faults;
        const operation = getOperationAST(document, params.operationName);
        if (!operation) return [new GraphQLError('Unknown operation: name one that the document has.')];
        const variables = params.variables ?? {};
        const issues = variableIssues(schema, operation, variables);
        if (issues.length > 0) return [inputError(issues)];
        const contextValue = await contextFactory();
        const args: ExecutionArgs = {
          schema,
          document,
          operationName: params.operationName,
          variableValues: variables,
          contextValue,
        };
        if (operation.operation !== OperationTypeNode.SUBSCRIPTION) {
          return { kind: operation.operation, run: async () => execute(args) as Promise<ExecutionResult> };
        }
        const group = groupOf(documentId(document), document, operation, variables);
        return {
          kind: 'subscription',
          open: () => createSourceEventStream(args) as Promise<AsyncIterable<object> | ExecutionResult>,
          payload: (event, shape) => fanOut.payload(event, args, group, shape),
        };
      } catch (error) {
        return [error instanceof GraphQLError ? error : new GraphQLError('', { originalError: error as Error })];
      }
    },
  };
}

const documentIds = new WeakMap<DocumentNode, number>();
let lastDocumentId = 0;

/** A number for a parsed document; the same text has the same as long as it is in the cache. */
function documentId(document: DocumentNode): number {
  const known = documentIds.get(document);
  if (known !== undefined) return known;
  lastDocumentId += 1;
  documentIds.set(document, lastDocumentId);
  return lastDocumentId;
}
