import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  getOperationAST,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import { GatewayError } from '../errors.ts';
import type { HarperClient } from '../harper/client.ts';
import type { Hub } from '../live/hub.ts';
import { createAuditLogger } from '../mutations/audit.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Tracing } from '../observability/tracing.ts';
import { createContext, type GatewayFacts, type SchemaContext, type StatusWait } from '../schema/context.ts';
import { schema } from '../schema/schema.ts';
import { inputError, variableIssues } from './coercion.ts';
import type { CommonQueries } from './common-query.ts';
import { useCompiledExecution } from './compiled.ts';
import { useCounting } from './counting.ts';
import { createDocumentCache } from './document-cache.ts';
import { type DocumentLimits, useDocumentLimits } from './document-limits.ts';
import { createFanOut } from './fan-out.ts';
import { groupOf } from './group.ts';
import type { Limits } from './limits.ts';
import { listFault } from './list-limit.ts';
import { useCatalogueErrors } from './masking.ts';
import { PreparedSubscription } from './prepared-subscription.ts';
import type { RequestContext } from './request-context.ts';
import { type NamedDocument, namedDocument, type TrustedDocuments } from './trusted-documents.ts';

/** Path the GraphQL endpoint and GraphiQL are served at. */
export const GRAPHQL_PATH = '/graphql';

/** The parameters of a GraphQL request. */
export interface Params extends NamedDocument {
  readonly query?: string | undefined;
  readonly operationName?: string | null | undefined;
  readonly variables?: Record<string, unknown> | null | undefined;
}

/** A query or mutation that is parsed, valid and ready to be run. */
export interface PreparedOperation {
  readonly kind: 'query' | 'mutation';
  run(): Promise<ExecutionResult>;
}

export type Prepared = PreparedOperation | PreparedSubscription;

type Execute = (args: ExecutionArgs) => Promise<ExecutionResult> | ExecutionResult;

/** What happens to a GraphQL request, whatever it came by. */
export interface Pipeline {
  /** Answers an HTTP request whose body, if any, has been read into `req.body`. */
  handle(req: IncomingMessage, res: ServerResponse, request: RequestContext): Promise<void>;
  /** Prepares an operation of another transport, by the same steps; errors where it cannot be run at all. */
  prepare(params: Params, request: RequestContext): Promise<Prepared | readonly GraphQLError[]>;
  /** A document that is parsed and valid, all limits included; undefined otherwise. */
  check(query: string): DocumentNode | undefined;
  /** The context of an operation; it is left where the request's signal fires. */
  createContext(request: RequestContext, wait?: StatusWait): SchemaContext;
}

export interface PipelineOptions {
  readonly client: HarperClient;
  readonly hub: Hub;
  readonly facts: GatewayFacts;
  readonly documents: DocumentLimits;
  readonly limits: Limits;
  /** Whether live payloads are executed and serialised once for all subscribers that get the same. */
  readonly sharePayloads: boolean;
  /** The common queries, where they are compiled. */
  readonly compiled: CommonQueries | undefined;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly logger: Logger;
}

/** Creates the pipeline: what happens to a request, in order. */
export function createPipeline(options: PipelineOptions): Pipeline {
  const { client, hub, facts, documents, limits, sharePayloads, metrics, tracing, logger } = options;
  const contextOf = (
    { requestId, caller, lastEventId }: RequestContext,
    signal: AbortSignal | undefined,
    wait?: StatusWait,
  ) =>
    createContext({
      client,
      hub,
      gateway: facts,
      requestId,
      caller,
      auditLogger,
      signal,
      lastEventId,
      wait,
    });
  const auditLogger = createAuditLogger(logger);
  const tools = { fanOut: createFanOut(sharePayloads), requests: metrics.requests, contextOf };
  const groups = createDocumentCache<string>();
  const yoga = createYoga<RequestContext, SchemaContext>({
    schema,
    graphqlEndpoint: GRAPHQL_PATH,
    context: ({ request, ...rest }) => contextOf(rest, rest.signal ?? request?.signal),
    plugins: [
      useCheckedParams(documents.trusted, limits.listLength),
      useDocumentLimits(documents),
      useNoStreams(),
      useCatalogueErrors(logger),
      useCounting(metrics),
      ...(options.compiled ? [useCompiledExecution(options.compiled)] : []),
    ],
    parserAndValidationCache: { documentCache: createDocumentCache(), errorCache: createDocumentCache(10_000) },
    // Errors are masked by the plugin above, with their request id; http.ts bounds the body, takes JSON only and does CORS;
    // graphiql.ts serves GraphiQL from our own bytes.
    cors: false,
    maskedErrors: false,
    maxRequestBodySize: false,
    multipart: false,
    extraParamNames: ['documentId'],
    graphiql: false,
    landingPage: false,
    healthCheckEndpoint: '/health/yoga-is-not-asked',
    logging: false,
  });

  /** A document that is parsed and valid, all limits included; undefined otherwise. */
  function check(query: string): DocumentNode | undefined {
    const { parse, validate } = yoga.getEnveloped({ params: { query } } as never);
    try {
      const document = parse(query) as DocumentNode;
      return (validate(schema, document) as readonly GraphQLError[]).length > 0 ? undefined : document;
    } catch {
      return undefined;
    }
  }
  function toOperation(args: ExecutionArgs, kind: PreparedOperation['kind'], execute: Execute): PreparedOperation {
    return {
      kind,
      async run() {
        const seat = limits.operations.take();
        if (seat instanceof GatewayError) return { errors: [seat] };
        try {
          return await tracing.span(kind, {}, async () => execute(args));
        } finally {
          seat.leave();
        }
      },
    };
  }

  function toSubscription(
    asked: ExecutionArgs,
    operation: OperationDefinitionNode,
    request: RequestContext,
  ): PreparedSubscription {
    const { document } = asked;
    const named = groupOf(documentId(document), document, operation, asked.variableValues ?? {});
    // One text for all of a group, which is then told by its place in memory.
    const group = groups.get(named) ?? named;
    groups.set(named, group);
    return new PreparedSubscription(asked, operation, request, group, tools);
  }

  return {
    check,
    createContext: (request, wait) => contextOf(request, request.signal, wait),
    async handle(req, res, request) {
      const seat = limits.operations.take();
      if (seat instanceof GatewayError) throw seat;
      try {
        await tracing.continued(req.headers, () => tracing.span('http', {}, async () => yoga(req, res, request)));
      } finally {
        seat.leave();
      }
    },
    async prepare(params, request) {
      const { parse, validate, contextFactory, execute } = yoga.getEnveloped({ ...request, params } as never);
      try {
        const named = namedDocument(params, documents.trusted);
        if (named instanceof GatewayError) return [named];
        const document = parse(named ?? params.query ?? '') as DocumentNode;
        const faults = validate(schema, document) as readonly GraphQLError[];
        if (faults.length > 0) return faults;
        const operation = getOperationAST(document, params.operationName);
        if (!operation) return [new GraphQLError('Unknown operation: name one that the document has.')];
        const variables = params.variables ?? {};
        const tooLong = listFault(variables, limits.listLength);
        if (tooLong !== undefined) return [tooLong];
        const issues = variableIssues(schema, operation, variables);
        if (issues.length > 0) return [inputError(issues)];
        const { operationName } = params;
        const asked = { schema, document, operationName, variableValues: variables };
        return operation.operation === OperationTypeNode.SUBSCRIPTION
          ? toSubscription(asked, operation, request)
          : toOperation({ ...asked, contextValue: await contextFactory() }, operation.operation, execute);
      } catch (error) {
        return [error instanceof GraphQLError ? error : new GraphQLError('', { originalError: error as Error })];
      }
    },
  };
}

/** Lets a request name a trusted document instead of holding it, and refuses lists that are too long. */
function useCheckedParams(trusted: TrustedDocuments | undefined, listLength: number): Plugin {
  return {
    onParams({ params, setParams }) {
      const tooLong = listFault(params.variables, listLength);
      if (tooLong !== undefined) throw tooLong;
      const named = namedDocument(params as NamedDocument, trusted);
      if (named instanceof GatewayError) throw named;
      if (named !== undefined) setParams({ ...params, query: named });
    },
  };
}

/** Streams are sse.ts' and websocket.ts': here they would be without limits and without an end. */
function useNoStreams(): Plugin {
  const message = 'Subscriptions come over WebSocket, or as server-sent events with Accept: text/event-stream.';
  return {
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn(() => ({ errors: [new GatewayError('BAD_REQUEST', message)] }));
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
