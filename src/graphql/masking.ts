import { type ExecutionResult, GraphQLError, type GraphQLFormattedError, getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { ERROR_CATALOGUE, type ErrorCode, GatewayError, isErrorCode } from '../errors.ts';
import type { Logger } from '../observability/logger.ts';
import { argumentFault, inputError, literalIssue, variableIssues, withoutValues } from './coercion.ts';

/** What the HTTP layer reads off an error: Yoga's convention, taken out before the error leaves. */
interface HttpHint {
  readonly status: number;
  /** True where only application/graphql-response+json tells the status and application/json says 200. */
  readonly spec?: boolean;
  readonly headers?: Record<string, string>;
}

/**
 * The last look at every result: each error leaves with a code of the catalogue and the request id; whatever is not in
 * the catalogue leaves as "Unexpected error." and is logged here, once.
 */
export function useCatalogueErrors(logger: Logger): Plugin<object, { requestId: string }> {
  return {
    onValidate({ params: { documentAST } }) {
      return ({ result, setResult }) => {
        const faults = result as readonly GraphQLError[];
        const issues = faults.map((fault) => literalIssue(documentAST, fault)).filter((issue) => issue !== undefined);
        // Where the document has other faults too, these come first: an argument cannot be judged in a wrong document.
        if (faults.length > 0 && issues.length === faults.length) setResult([inputError(issues)]);
      };
    },
    onExecute() {
      return {
        onExecuteDone({ args, result, setResult }) {
          if (!isSingleResult(result) || result.data !== undefined || !result.errors?.length) return;
          const operation = getOperationAST(args.document, args.operationName);
          const issues = operation ? variableIssues(args.schema, operation, args.variableValues ?? {}) : [];
          if (issues.length > 0) setResult({ errors: [inputError(issues)] });
        },
      };
    },
    onResultProcess({ result, setResult, serverContext }) {
      if (!isSingleResult(result) || !result.errors?.length) return;
      const { requestId } = serverContext;
      const whole = failsWhole(result);
      setResult({ ...result, errors: result.errors.map((error) => toPublicError(error, requestId, whole, logger)) });
    },
  };
}

function isSingleResult(result: unknown): result is ExecutionResult {
  return typeof result === 'object' && result !== null && !Array.isArray(result) && !(Symbol.asyncIterator in result);
}

/** Whether nothing at all was answered; only then does the HTTP status tell of an error. */
function failsWhole({ data }: ExecutionResult): boolean {
  return data === null || data === undefined || Object.values(data).every((value) => value === null);
}

/**
 * An error as a client may see it.
 * @param whole whether the operation failed whole, so that its HTTP status says so too
 */
export function toPublicError(error: GraphQLError, requestId: string, whole: boolean, logger: Logger): GraphQLError {
  const own = gatewayErrorIn(error) ?? argumentFault(error);
  if (own !== undefined)
    return located(error, own.message, { ...own.extensions, requestId }, whole ? hintOf(own.code, error) : undefined);
  const protocol = protocolCode(error);
  if (protocol !== undefined) {
    const { status = 400, headers } = (error.extensions.http ?? {}) as Partial<HttpHint>;
    // A body that is no request is a 400 for everybody; a document that is wrong is one for who understands it.
    const spec = protocol !== 'BAD_REQUEST' || error.message.startsWith('Unknown operation');
    return located(
      error,
      withoutValues(error),
      { code: protocol, retryable: false, requestId },
      { status, spec, ...(headers && { headers }) },
    );
  }
  if (isAbort(error.originalError)) logger.debug({ requestId, path: error.path }, 'The client went away');
  else logger.error({ err: error.originalError ?? error, requestId, path: error.path }, 'Unexpected error');
  return located(
    error,
    'Unexpected error.',
    { code: 'INTERNAL_SERVER_ERROR', retryable: false, requestId },
    whole ? { status: 500 } : undefined,
  );
}

/** The reason a request's signal fires with when its client has gone away; nobody reads the answer. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || ('code' in error && error.code === 'ECONNRESET'));
}

function gatewayErrorIn(error: unknown): GatewayError | undefined {
  for (let at = error; at instanceof GraphQLError; at = at.originalError) if (at instanceof GatewayError) return at;
  return undefined;
}

/** Faults of the request that graphql-js and Yoga find before anything is executed. */
function protocolCode(error: GraphQLError): ErrorCode | undefined {
  if (error.originalError !== undefined && !(error.originalError instanceof GraphQLError)) return undefined;
  const { code } = error.extensions;
  if (code === 'OPERATION_RESOLUTION_FAILURE') return 'BAD_REQUEST';
  if (isErrorCode(code)) return code;
  if (error.message.startsWith('Syntax Error')) return 'GRAPHQL_PARSE_FAILED';
  return error.path === undefined ? 'BAD_REQUEST' : undefined;
}

function hintOf(code: ErrorCode, error: GraphQLError): HttpHint | undefined {
  const { httpStatus } = ERROR_CATALOGUE[code];
  if (httpStatus !== 200) return { status: httpStatus };
  // A request error (bad variables) has no path; GraphQL over HTTP wants 400 for it, where a field error is a 200.
  return code === 'BAD_USER_INPUT' && error.path === undefined ? { status: 400, spec: true } : undefined;
}

function located(
  error: GraphQLError,
  message: string,
  extensions: Record<string, unknown>,
  http: HttpHint | undefined,
): GraphQLError {
  const { nodes, source, positions, path } = error;
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    path: path ?? null,
    extensions: { ...extensions, ...(http && { http }) },
  });
}

/** An error as a stream shows it: without what is meant for the HTTP layer. */
export function toShownError(error: GraphQLError, requestId: string, logger: Logger): GraphQLFormattedError {
  return parted(toPublicError(error, requestId, false, logger)).shown;
}

/** What a client sees of an error, and what is for the HTTP layer. */
function parted(error: GraphQLError): { shown: GraphQLFormattedError; http: HttpHint | undefined } {
  const { extensions, ...rest } = error.toJSON();
  const { http, ...shown } = (extensions ?? {}) as { http?: HttpHint };
  return { shown: { ...rest, extensions: shown }, http };
}

/** The errors of a result and the HTTP status that tells of them, as Yoga would have it. */
export function toPublicErrors(
  result: ExecutionResult,
  requestId: string,
  isPlainJson: boolean,
  logger: Logger,
): { errors: readonly GraphQLFormattedError[]; status: number } {
  const whole = failsWhole(result);
  let status = 0;
  const errors = (result.errors ?? []).map((error) => {
    const { shown, http } = parted(toPublicError(error, requestId, whole, logger));
    if (http !== undefined && !(isPlainJson && http.spec)) status = Math.max(status, http.status);
    return shown;
  });
  return { errors, status: status || 200 };
}

/** An error body for requests that never reach GraphQL. */
export function errorBody(
  code: ErrorCode,
  message: string,
  requestId: string,
  details: Record<string, unknown> = {},
): string {
  const { retryable } = ERROR_CATALOGUE[code];
  const error: GraphQLFormattedError = {
    message,
    extensions: { code, retryable: retryable === 'yes', requestId, ...details },
  };
  return JSON.stringify({ errors: [error] });
}
