import type { ExecutionResult, FormattedExecutionResult, GraphQLError, GraphQLFormattedError } from 'graphql';
import { type ErrorCode, type ErrorDetails, GatewayError, httpStatusOf } from '../errors.ts';
import type { Logger } from '../observability/logger.ts';
import { errorsOf, gatewayErrorIn, nullVariableIn } from './errors.ts';

/** A result as a client sees it. */
export interface Rendered {
  readonly result: FormattedExecutionResult;
  /** HTTP status for who takes application/graphql-response+json. */
  readonly status: number;
  /**
   * HTTP status for who takes application/json only. Such a client reads only the body of a 200. So a wrong document,
   * and wrong variables, are a 200 there (GraphQL over HTTP).
   */
  readonly jsonStatus: number;
}

/** Makes of results and failures what clients see. */
export type Renderer = ReturnType<typeof createRenderer>;

/**
 * Creates the one renderer of results and errors, for all transports. Each error gets a code of the catalogue and the
 * request id. What is not in the catalogue is shown as "Unexpected error." and is logged here, once.
 */
export function createRenderer(logger: Logger, onFault: () => void) {
  function show(error: GraphQLError, requestId: string): GraphQLFormattedError {
    const known = gatewayErrorIn(error) ?? nullVariableIn(error);
    const isMasked = known === undefined || known.code === 'INTERNAL_SERVER_ERROR';
    if (isMasked && isAbort(error.originalError)) logger.debug({ requestId, path: error.path }, 'The client went away');
    else if (isMasked) {
      onFault();
      logger.error({ err: known?.cause ?? error.originalError ?? error, requestId, path: error.path }, MASKED);
    }
    const { code, retryable, details, message } = known ?? FAULT;
    return {
      message: isMasked ? MASKED : message,
      ...(error.locations !== undefined && { locations: error.locations }),
      ...(error.path !== undefined && { path: error.path }),
      extensions: { code, retryable, ...details, requestId },
    };
  }

  /** @param requestId stands in every error, and in the log line of one that is masked */
  function render({ data, errors, extensions }: ExecutionResult, requestId: string): Rendered {
    if (errors === undefined || errors.length === 0) {
      // The specification knows no empty list of errors.
      return { result: { data: data ?? null, ...(extensions && { extensions }) }, status: 200, jsonStatus: 200 };
    }
    const shown = errors.map((error) => show(error, requestId));
    const found = shown.map(({ extensions }) => extensions as unknown as Shown);
    const isRequestError = data === undefined;
    const statuses = isRequestError || isEmpty(data) ? found.map((each) => statusOf(each, isRequestError)) : [];
    const jsonStatuses = statuses.filter((_, at) => !(isRequestError && PLAIN.has(found[at]?.code as ErrorCode)));
    return {
      result: { errors: shown, ...(!isRequestError && { data }), ...(extensions && { extensions }) },
      status: Math.max(200, ...statuses),
      jsonStatus: Math.max(200, ...jsonStatuses),
    };
  }

  return {
    result: render,
    /** A failure before anything was executed. */
    failure: (failure: unknown, requestId: string) => render({ errors: errorsOf(failure) }, requestId),
    errors: (errors: readonly GraphQLError[], requestId: string) => errors.map((error) => show(error, requestId)),
  };
}

const MASKED = 'Unexpected error.';
const FAULT = new GatewayError('INTERNAL_SERVER_ERROR', MASKED);

/** Faults of a document or its variables. */
const PLAIN = new Set<ErrorCode>(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT']);

/** What an error's extensions say that its HTTP status depends on. */
type Shown = Pick<ErrorDetails, 'retryAfter'> & { readonly code: ErrorCode };

/** The HTTP status that an error gives an operation that fails whole. */
function statusOf({ code, ...details }: Shown, isRequestError: boolean): number {
  return isRequestError && code === 'BAD_USER_INPUT' ? 400 : httpStatusOf(code, details);
}

/** Whether nothing at all was answered; only then does the HTTP status speak of an error. */
function isEmpty(data: ExecutionResult['data']): boolean {
  return data === null || data === undefined || Object.values(data).every((value) => value === null);
}

/** The reason that a request's signal fires with when its client has gone away; nobody reads the answer. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || ('code' in error && error.code === 'ECONNRESET'));
}
