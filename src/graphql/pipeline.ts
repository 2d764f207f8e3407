import type { GraphQLSchema } from 'graphql';
import type { Settings } from '../config/settings.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Tracing } from '../observability/tracing.ts';
import type { RequestInfo, SchemaContext } from '../schema/context.ts';
import { createOperationCounter } from './counter.ts';
import { createDocuments } from './documents.ts';
import { createEngine } from './engine.ts';
import { createCompiledExecutor, type Execute } from './executor.ts';
import { createFanOut } from './fan-out.ts';
import { createLiveOperations, type LiveOperation } from './live-operation.ts';
import type { Operation, PreparedOperation } from './operation.ts';
import type { GraphQLParams } from './params.ts';
import { safeVariables } from './proto-variables.ts';
import { createRenderer, type Rendered, type Renderer } from './render.ts';
import { documentText, type TrustedDocuments } from './trusted-documents.ts';

/**
 * The steps of a GraphQL request, the same for every transport. `prepare` finds the trusted or persisted document,
 * parses, validates, and checks limits and variables. `run` and `subscribe` make the context, execute, render and
 * count.
 */
export interface Pipeline {
  /** @throws RequestRefused, GatewayError: why it is not executed */
  prepare(params: GraphQLParams): PreparedOperation;
  /** Executes a query or mutation. Never rejects. */
  run(prepared: PreparedOperation, request: RequestInfo): Promise<Rendered>;
  /** Names the subscriptions that get equal payloads. */
  group(subscription: PreparedOperation): string;
  /**
   * Opens a subscription.
   * @throws RequestRefused, GatewayError where it fails before its first event
   */
  subscribe(prepared: PreparedOperation, group: string, request: RequestInfo): Promise<LiveOperation>;
  /**
   * Renders and counts a request that is not executed.
   * @param operation the one that was to be, where it is known
   */
  refuse(failure: unknown, requestId: string, operation?: Operation): Rendered;
  readonly render: Renderer;
  /** Executes without rendering or counting: for the fast path, which shares what comes of it. */
  execute: (prepared: PreparedOperation, request: RequestInfo) => ReturnType<Execute>;
  /** Counts an operation whose result has no errors, and was executed for another request. */
  succeeded(operation: Operation): void;
}

export interface PipelineOptions {
  readonly schema: GraphQLSchema;
  readonly createContext: (request: RequestInfo) => SchemaContext;
  readonly settings: Settings;
  /** The only documents that are taken; undefined where every one is. */
  readonly trusted: TrustedDocuments | undefined;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly logger: Logger;
}

export function createPipeline(options: PipelineOptions): Pipeline {
  const { schema, createContext, settings, trusted, metrics, tracing, logger } = options;
  const engine = createEngine(schema, settings, trusted);
  const documents = createDocuments(schema, engine, settings);
  const executor = settings.COMPILED_EXECUTION ? createCompiledExecutor(schema, engine.execute) : engine.execute;
  const counter = createOperationCounter(metrics);
  const render = createRenderer(logger, () => metrics.faults.inc({ part: 'graphql' }));
  const fanOut = createFanOut(settings.SHARE_PAYLOADS);
  const live = createLiveOperations(schema, createContext, fanOut);

  /** Counts a result: that of an operation, or of a request that was not executed. */
  function counted(rendered: Rendered, operation: Operation | undefined): Rendered {
    if (operation === undefined) counter.refused(rendered.result);
    else counter.executed(operation, rendered.result);
    return rendered;
  }

  const refuse: Pipeline['refuse'] = (failure, requestId, operation) =>
    counted(render.failure(failure, requestId), operation);
  const execute: Pipeline['execute'] = ({ operation, variables }, request) =>
    executor(operation, variables, createContext(request));

  return {
    render,
    refuse,
    execute,
    succeeded: (operation) => counter.executed(operation, { data: null }),
    prepare(params) {
      const operation = documents.operation(documentText(params, trusted), params.operationName);
      return { operation, variables: operation.checkVariables(safeVariables(params.variables)) };
    },
    async run(prepared, request) {
      const { operation } = prepared;
      try {
        const result = await tracing.span(operation.kind, {}, async () => execute(prepared, request));
        const rendered = render.result(result, request.requestId);
        return counted(rendered, rendered.result.data === undefined ? undefined : operation);
      } catch (fault) {
        return refuse(fault, request.requestId, operation);
      }
    },
    group: live.group,
    async subscribe(prepared, group, request) {
      const opened = await live.open(prepared, group, request);
      counter.executed(prepared.operation, { data: null });
      return opened;
    },
  };
}
