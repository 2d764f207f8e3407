import { STATUS_CODES } from 'node:http';
import { type ErrorDetails, GatewayError } from '../errors.ts';
import { redact, redactDeep } from '../observability/redact.ts';

/** What was asked when a failure came up. */
export interface Asked {
  /** Harper's name of the operation, as it was sent. */
  readonly operation: string;
  readonly kind: 'read' | 'write';
  /** Whether the answer is worth remembering: the same bytes are likely to come again. */
  readonly isRemembered?: boolean;
  /** Strings that must not appear in any message: the credentials of the call. */
  readonly secrets: readonly string[];
}

const SENTENCES: Record<string, string> = {
  ECONNREFUSED: 'Harper refused the connection',
  ECONNRESET: 'Harper closed the connection before answering',
  EPIPE: 'Harper closed the connection before answering',
  UND_ERR_SOCKET: 'Harper closed the connection before its answer was whole',
  UND_ERR_CONNECT_TIMEOUT: 'Harper did not take the connection in time',
  ETIMEDOUT: 'Harper did not take the connection in time',
  ENOTFOUND: "Harper's host name was not found",
  EAI_AGAIN: "Harper's host name could not be looked up",
  ENOENT: "Harper's domain socket does not exist",
  EACCES: "Harper's domain socket may not be opened by this user",
  EHOSTUNREACH: "Harper's host cannot be reached",
  ENETUNREACH: "Harper's network cannot be reached",
};

/** Statuses by which proxies, and a Harper that is not ready, say that nobody answers. */
const GATEWAY_STATUSES = new Set([408, 502, 503, 504]);

/** Whether a TLS handshake, not the network, made the connection fail. */
function isTlsFault(code: string): boolean {
  return /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO$|HOSTNAME_MISMATCH)/.test(code);
}

/** Code of the innermost error that has one; undici wraps those of node:net. */
function codeOf(error: unknown): string {
  let code = '';
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof AggregateError && at.errors[0] instanceof Error) return codeOf(at.errors[0]);
    if ('code' in at && typeof at.code === 'string') code = at.code;
  }
  return code;
}

/**
 * A fault of the connection, as undici or node:net reports it → UPSTREAM_UNAVAILABLE.
 * @param sent whether Harper may have seen the request; false where no connection was made
 */
export function connectionFailure(error: unknown, asked: Asked, sent: boolean): GatewayError {
  const code = codeOf(error);
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH')
    return invalidResponse('is shorter than it says', asked, { cause: error });
  const sentence = isTlsFault(code)
    ? "Harper's TLS handshake failed"
    : (SENTENCES[code] ?? 'The connection to Harper failed');
  return new GatewayError('UPSTREAM_UNAVAILABLE', `${sentence}${code && ` (${code})`}.${outcomeHint(asked, sent)}`, {
    ...detailsOf(asked, sent),
    cause: error,
  });
}

/** No whole answer within the deadline → UPSTREAM_TIMEOUT. */
export function timeoutFailure(milliseconds: number, asked: Asked, sent: boolean): GatewayError {
  const sentence = `Harper gave no whole answer within ${milliseconds} ms.`;
  return new GatewayError('UPSTREAM_TIMEOUT', `${sentence}${outcomeHint(asked, sent)}`, detailsOf(asked, sent));
}

/** An answer that is not what Harper documents → UPSTREAM_INVALID_RESPONSE. */
export function invalidResponse(what: string, asked: Asked, details: ErrorDetails = {}): GatewayError {
  const { operation, read, outcomeUnknown } = detailsOf(asked, true);
  return new GatewayError('UPSTREAM_INVALID_RESPONSE', `Harper's answer ${what}.${outcomeHint(asked, true)}`, {
    operation: operation as string,
    read: read as boolean,
    ...(outcomeUnknown !== undefined && { outcomeUnknown }),
    ...details,
  });
}

/**
 * An answer with a status of 400 or more. The bodies are those harper.md lists: `{error: text}`, `{statusCode, error,
 * message}`, the 403 object, `{error: {…}}` and text/plain.
 */
export function refusal(status: number, body: unknown, asked: Asked): GatewayError {
  const words = wordsOf(body, asked.secrets);
  const message = words === undefined ? undefined : redact(words, asked.secrets);
  const details = { operation: asked.operation, status, read: asked.kind === 'read' };
  // What a proxy says of a Harper that does not answer tells nothing of what Harper has done.
  if (GATEWAY_STATUSES.has(status)) {
    return new GatewayError(
      'UPSTREAM_UNAVAILABLE',
      `Harper, or a proxy before it, is not available (HTTP ${status}).${outcomeHint(asked, true)}`,
      { ...detailsOf(asked, true), status },
    );
  }
  if (status === 401) {
    return new GatewayError(
      'UNAUTHENTICATED',
      `Harper did not accept the credentials: ${message ?? 'HTTP 401'}.`,
      details,
    );
  }
  if (status === 403)
    return new GatewayError(
      'FORBIDDEN',
      `Harper allows this to super users only: ${forbiddenReason(body, asked)}.`,
      details,
    );
  const missing = words?.match(/^Operation '(.*)' not found$/s)?.[1];
  // Harper 5 says the same of an operation that is there when the caller is no super_user, naming its function instead.
  if (missing !== undefined && missing !== asked.operation) {
    return new GatewayError('FORBIDDEN', `Harper allows '${asked.operation}' to super users only.`, details);
  }
  if (missing !== undefined) {
    return new GatewayError('OPERATION_UNSUPPORTED', `This Harper has no operation '${asked.operation}'.`, details);
  }
  if (message !== undefined) return new GatewayError('OPERATION_REFUSED', message, details);
  return invalidResponse(
    `is HTTP ${status} ${STATUS_CODES[status] ?? ''} without an error of Harper's; HARPER_URL must be its operations API`,
    asked,
    { status },
  );
}

function wordsOf(body: unknown, secrets: readonly string[]): string | undefined {
  if (typeof body !== 'object' || body === null || !('error' in body)) return undefined;
  const { error } = body;
  if ('statusCode' in body && 'message' in body && typeof body.message === 'string') return body.message;
  if (typeof error === 'string') return error;
  if (typeof error === 'object' && error !== null) {
    if ('message' in error && typeof error.message === 'string') return error.message;
    return JSON.stringify(redactDeep(error, secrets));
  }
  return undefined;
}

function forbiddenReason(body: unknown, asked: Asked): string {
  const reasons =
    typeof body === 'object' && body !== null && 'unauthorized_access' in body ? body.unauthorized_access : undefined;
  const texts = Array.isArray(reasons) ? reasons.filter((reason) => typeof reason === 'string') : [];
  return redact(texts.join('; ') || wordsOf(body, asked.secrets) || `operation '${asked.operation}'`, asked.secrets);
}

function detailsOf(asked: Asked, sent: boolean): ErrorDetails {
  const read = asked.kind === 'read';
  return { operation: asked.operation, read, ...(!read && sent && { outcomeUnknown: true }) };
}

function outcomeHint(asked: Asked, sent: boolean): string {
  return asked.kind === 'write' && sent
    ? ' The change may have been carried out all the same: read clusterStatus or routes before trying again.'
    : '';
}
