/** A failure as the page shows it, whether the gateway told it or the page has found it. */
export interface ApiError {
  /** A code of the gateway's catalogue, or one of the page's own: UNREACHABLE, INVALID_ANSWER. */
  readonly code: string;
  readonly message: string;
  /** Whether the same request can succeed later. */
  readonly retryable: boolean;
  readonly details: ErrorDetails;
}

/** What the gateway tells beside code and message, as far as the page uses it. */
export interface ErrorDetails {
  readonly requestId?: string;
  /** True where a change may have been made although no answer came. */
  readonly outcomeUnknown?: boolean;
  /** Seconds after which the request can succeed. */
  readonly retryAfter?: number;
  readonly issues?: readonly { readonly path: readonly (string | number)[]; readonly message: string }[];
  readonly steps?: readonly StepResult[];
}

/** What became of one step of a change that failed as a whole. */
export interface StepResult {
  readonly node: string;
  readonly kind: string | undefined;
  readonly result: string;
  readonly message: string;
}

/** The gateway cannot be reached, or something before it answers in its place. */
export function unreachable(message: string): ApiError {
  return { code: 'UNREACHABLE', message, retryable: true, details: {} };
}

/** An answer came, and it is none of the gateway. */
export function invalidAnswer(message: string): ApiError {
  return { code: 'INVALID_ANSWER', message, retryable: true, details: {} };
}

/** Reads one entry of `errors`, whatever was sent. */
export function readError(value: unknown): ApiError {
  const { message, extensions } = record(value);
  const { code, retryable } = record(extensions);
  return {
    code: text(code) ?? 'INVALID_ANSWER',
    message: text(message) ?? 'The gateway gave no reason.',
    retryable: retryable === true,
    details: readDetails(record(extensions)),
  };
}

function readDetails(extensions: Record<string, unknown>): ErrorDetails {
  const { requestId, outcomeUnknown, retryAfter, issues, steps } = extensions;
  return {
    ...(typeof requestId === 'string' && { requestId }),
    ...(typeof outcomeUnknown === 'boolean' && { outcomeUnknown }),
    ...(typeof retryAfter === 'number' && { retryAfter }),
    ...(Array.isArray(issues) && { issues: issues.map(readIssue) }),
    ...(Array.isArray(steps) && { steps: steps.map(readStep) }),
  };
}

function readIssue(value: unknown) {
  const { path, message } = record(value);
  const parts = Array.isArray(path) ? path.filter((part) => typeof part === 'string' || typeof part === 'number') : [];
  return { path: parts, message: text(message) ?? '' };
}

function readStep(value: unknown): StepResult {
  const { node, kind, result, message } = record(value);
  return { node: text(node) ?? '', kind: text(kind), result: text(result) ?? 'UNKNOWN', message: text(message) ?? '' };
}

/** An object with whatever members; one without any where the value is no object. */
export function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
