/** One row of the error catalogue. docs/errors.md holds the same table; a test keeps the two equal. */
export interface CatalogueEntry {
  /** When this code is used, in one sentence. */
  readonly when: string;
  /** HTTP status of a query or mutation that fails whole (that is, without `data`). */
  readonly httpStatus: number;
  /** Whether sending the same request again can help: always, for reads only, or never. */
  readonly retryable: 'yes' | 'reads' | 'no';
}

/** Every code a client of the gateway can meet in `extensions.code`. */
export const ERROR_CATALOGUE = {
  BAD_USER_INPUT: {
    when: 'An argument or variable breaks a rule; `issues` lists each fault with its path. Nothing was sent to Harper.',
    httpStatus: 200,
    retryable: 'no',
  },
  UNAUTHENTICATED: {
    when: 'No usable credentials came with the request, or Harper answered 401 to them.',
    httpStatus: 401,
    retryable: 'no',
  },
  FORBIDDEN: {
    when: 'The credentials are valid, but their user may not do this: Harper reserves it for super users.',
    httpStatus: 403,
    retryable: 'no',
  },
  OPERATION_REFUSED: {
    when: 'Harper answered with an error of its own. Its text is the message; `status` is the status of it.',
    httpStatus: 200,
    retryable: 'no',
  },
  OPERATION_UNSUPPORTED: {
    when: 'This Harper does not have the operation (Harper 5 has dropped five of the eight).',
    httpStatus: 200,
    retryable: 'no',
  },
  CONFLICT: {
    when: 'The topology is not the one the change was planned against; `expected` and `actual` are the two revisions.',
    httpStatus: 200,
    retryable: 'no',
  },
  UPSTREAM_UNAVAILABLE: {
    when: 'Harper cannot be reached: refused, reset, name not found, TLS failed, or a proxy before it says it is down.',
    httpStatus: 502,
    retryable: 'reads',
  },
  UPSTREAM_TIMEOUT: {
    when: 'Harper gave no whole answer in time. On a mutation `outcomeUnknown` is true: it may have been carried out.',
    httpStatus: 504,
    retryable: 'reads',
  },
  UPSTREAM_INVALID_RESPONSE: {
    when: "Harper's answer is not JSON, too large, or not of the documented shape; `issues` say where.",
    httpStatus: 502,
    retryable: 'no',
  },
  RATE_LIMITED: {
    when: 'Too many requests from this caller; `limit` names the limit.',
    httpStatus: 429,
    retryable: 'yes',
  },
  LIMIT_EXCEEDED: {
    when: 'The request is beyond a limit of the gateway; `limit` names the limit.',
    httpStatus: 400,
    retryable: 'no',
  },
  HISTORY_UNAVAILABLE: {
    when: 'The file of the history cannot be read at this moment; the message says why. Everything else goes on.',
    httpStatus: 503,
    retryable: 'yes',
  },
  CURSOR_EXPIRED: {
    when: 'A change stream cannot go on from the given cursor without a gap; start again with a snapshot.',
    httpStatus: 200,
    retryable: 'yes',
  },
  SLOW_CONSUMER: {
    when: 'A change stream was ended because its reader fell too far behind; go on from the last cursor.',
    httpStatus: 200,
    retryable: 'yes',
  },
  GRAPHQL_PARSE_FAILED: { when: 'The document is not GraphQL.', httpStatus: 400, retryable: 'no' },
  GRAPHQL_VALIDATION_FAILED: { when: 'The document does not fit the schema.', httpStatus: 400, retryable: 'no' },
  PERSISTED_QUERY_NOT_SUPPORTED: {
    when: 'The request names a document by its hash, and the gateway has no TRUSTED_DOCUMENTS: send the text.',
    httpStatus: 200,
    retryable: 'no',
  },
  BAD_REQUEST: {
    when: 'The HTTP request is not a GraphQL request: its method, content type, path, host or body is wrong.',
    httpStatus: 400,
    retryable: 'no',
  },
  INTERNAL_SERVER_ERROR: {
    when: 'A fault of the gateway itself, masked as "Unexpected error." and logged under `requestId`.',
    httpStatus: 500,
    retryable: 'no',
  },
} as const satisfies Record<string, CatalogueEntry>;

/** A code of the catalogue. */
export type ErrorCode = keyof typeof ERROR_CATALOGUE;

/** One fault in an input, or one place where an answer of Harper differs from the documented shape. */
export interface Issue {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** What a failure may carry besides its code and message; all of it reaches the client in `extensions`. */
export interface ErrorDetails {
  /** Harper's operation name, where one was asked for. */
  readonly operation?: string;
  /** HTTP status of Harper's answer. */
  readonly status?: number;
  /** True where a mutation may have been carried out although no answer came; false where it certainly was not. */
  readonly outcomeUnknown?: boolean;
  readonly issues?: readonly Issue[];
  /** Name of the setting whose limit was exceeded. */
  readonly limit?: string;
  /** Seconds after which the same request can succeed. */
  readonly retryAfter?: number;
  /** Revisions of the topology: the one a change was planned against, and the one there is. */
  readonly expected?: string;
  readonly actual?: string;
  /** What became of each step of a change that takes several. */
  readonly steps?: readonly object[];
}

/** How a failure came about. */
export interface ErrorOptions extends ErrorDetails {
  /** Whether the failed operation only reads. Decides `retryable` where the catalogue says "reads". Default: true. */
  readonly read?: boolean;
  /** What it was caused by. It stays in the process: no client sees it. */
  readonly cause?: unknown;
}

/** A failure of the catalogue. Only its code, message and details reach a client. */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  /** Whether sending the same request again can help. */
  readonly retryable: boolean;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    const { cause, read = true, ...details } = options;
    super(message, cause === undefined ? undefined : { cause });
    const { retryable } = ERROR_CATALOGUE[code];
    this.name = 'GatewayError';
    this.code = code;
    this.retryable = retryable === 'yes' || (retryable === 'reads' && read) || details.retryAfter !== undefined;
    this.details = details;
  }
}

/**
 * The HTTP status of an error: that of its code, but 503 for a limit that is not the request's fault. Such an error
 * says when to come back.
 */
export function httpStatusOf(code: ErrorCode, { retryAfter }: Pick<ErrorDetails, 'retryAfter'>): number {
  return code === 'LIMIT_EXCEEDED' && retryAfter !== undefined ? 503 : ERROR_CATALOGUE[code].httpStatus;
}

/** Whether a value is one of the catalogue's codes. */
export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_CATALOGUE, code);
}

/** Faults of an input as the error a caller gets. */
export function badInput(issues: readonly Issue[], operation?: string): GatewayError {
  const sentences = issues.map(({ path, message }) => `${path.join('.')} ${message}.`);
  return new GatewayError('BAD_USER_INPUT', sentences.join(' '), { ...(operation && { operation }), issues });
}
