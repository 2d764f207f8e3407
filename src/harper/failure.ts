import { STATUS_CODES } from 'node:http';
import { type ErrorOptions, GatewayError } from '../errors.ts';
import { redact, redactDeep } from '../observability/redact.ts';

/** The call that a failure belongs to. */
export interface CallInfo {
  /** Harper's name of the operation, as it was sent. */
  readonly operation: string;
  readonly kind: 'read' | 'write';
  /** Strings that must not appear in any message: the credentials of the call. */
  readonly secrets: readonly string[];
}

/** What the codes of node:net, node:dns and undici mean to an operator. */
const SENTENCES: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'Harper refused the connection'],
  ['ECONNRESET', 'Harper closed the connection before answering'],
  ['EPIPE', 'Harper closed the connection before answering'],
  ['UND_ERR_SOCKET', 'Harper closed the connection before its answer was whole'],
  ['UND_ERR_CONNECT_TIMEOUT', 'Harper did not take the connection in time'],
  ['ETIMEDOUT', 'Harper did not take the connection in time'],
  ['ENOTFOUND', "Harper's host name was not found"],
  ['EAI_AGAIN', "Harper's host name could not be looked up"],
  ['ENOENT', "Harper's domain socket does not exist"],
  ['EACCES', "Harper's domain socket may not be opened by this user"],
  ['EHOSTUNREACH', "Harper's host cannot be reached"],
  ['ENETUNREACH', "Harper's network cannot be reached"],
]);

/** Codes of a TLS handshake that failed. */
const TLS_CODE = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO$|HOSTNAME_MISMATCH)/;

/** Codes by which Node and undici refuse an argument or an assertion fails: faults of code, not of a connection. */
const CODE_FAULT = /^(ERR_INVALID_|ERR_ASSERTION$|UND_ERR_INVALID_)/;

/** Statuses by which proxies, and a Harper that is not ready, refuse a request without looking at it. */
const PROXY_STATUSES: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);

/** Code of the innermost error that has one, since undici wraps those of node:net. Empty where none has. */
function codeOf(error: unknown): string {
  let code = '';
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof AggregateError && at.errors[0] instanceof Error) return codeOf(at.errors[0]);
    if ('code' in at && typeof at.code === 'string') code = at.code;
  }
  return code;
}

/**
 * Whether an error is one of the network, of TLS or of HTTP: such errors have a code. Any other is a programming error,
 * which must not be reported as an outage of Harper.
 */
export function isConnectionFault(error: unknown): boolean {
  const code = codeOf(error);
  // undici's parser knows no code for some answers that are no HTTP.
  if (code === '') return error instanceof Error && error.name === 'HTTPParserError';
  return !CODE_FAULT.test(code);
}

/**
 * A fault of the connection, as undici or node:net reports it → UPSTREAM_UNAVAILABLE.
 * @param sent whether Harper may have seen the request; false where no connection was made
 */
export function connectionFailure(error: unknown, call: CallInfo, sent: boolean): GatewayError {
  const code = codeOf(error);
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH')
    return invalidResponse('is shorter than it says', call, { cause: error });
  const isTls = TLS_CODE.test(code);
  const sentence = isTls ? "Harper's TLS handshake failed" : (SENTENCES.get(code) ?? 'The connection to Harper failed');
  const hint = isTls ? tlsHint(code) : '';
  const message = `${sentence}${code && ` (${code})`}.${hint}${unknownHint(call, sent)}`;
  return new GatewayError('UPSTREAM_UNAVAILABLE', message, {
    ...detailsOf(call, sent),
    cause: error,
  });
}

/** Codes of a certificate that nobody vouches for. */
const UNTRUSTED = /^(DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE)/;

/** Which setting has to do with a failed handshake. A first join over wss changes a node's certificate. */
function tlsHint(code: string): string {
  if (code === 'CERT_FINGERPRINT_MISMATCH') return ' HARPER_FINGERPRINT does not list its certificate.';
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return ' Its certificate is for another host than that of HARPER_URL.';
  return UNTRUSTED.test(code) ? ' HARPER_CA_FILE does not hold the authority that signed its certificate.' : '';
}

/** No whole answer within the deadline → UPSTREAM_TIMEOUT. */
export function timeoutFailure(timeoutMs: number, call: CallInfo, sent: boolean): GatewayError {
  const sentence = `Harper gave no whole answer within ${timeoutMs} ms.`;
  return new GatewayError('UPSTREAM_TIMEOUT', `${sentence}${unknownHint(call, sent)}`, detailsOf(call, sent));
}

/** An answer that is not what Harper documents → UPSTREAM_INVALID_RESPONSE. */
export function invalidResponse(what: string, call: CallInfo, details: ErrorOptions = {}): GatewayError {
  return new GatewayError('UPSTREAM_INVALID_RESPONSE', `Harper's answer ${what}.${unknownHint(call, true)}`, {
    ...detailsOf(call, true),
    ...details,
  });
}

/** A programming error after a change was sent → INTERNAL_SERVER_ERROR: whoever masks it logs its cause. */
export function internalFailure(error: unknown, call: CallInfo): GatewayError {
  const details = { ...detailsOf(call, true), cause: error };
  return new GatewayError('INTERNAL_SERVER_ERROR', `Unexpected error.${unknownHint(call, true)}`, details);
}

/** An answer whose status is not 200. Its shapes are in docs/harper.md, Transport. */
export function refusal(status: number, body: unknown, call: CallInfo): GatewayError {
  const { operation } = call;
  const details = { operation, status, read: call.kind === 'read' };
  // A proxy that refuses a request says nothing of what Harper has done with it.
  if (PROXY_STATUSES.has(status)) {
    const sentence = `Harper, or a proxy before it, is not available (HTTP ${status}).`;
    return new GatewayError('UPSTREAM_UNAVAILABLE', `${sentence}${unknownHint(call, true)}`, {
      ...detailsOf(call, true),
      status,
    });
  }
  if (status < 400) return misdirected(status, call);
  const text = errorText(body, call.secrets);
  const message = text === undefined ? undefined : redact(text, call.secrets);
  if (status === 401) {
    const reason = message ?? 'HTTP 401';
    return new GatewayError('UNAUTHENTICATED', `Harper did not accept the credentials: ${reason}.`, details);
  }
  if (status === 403) {
    const reason = forbiddenReason(body, call);
    return new GatewayError('FORBIDDEN', `Harper allows this to super users only: ${reason}.`, details);
  }
  const missing = text?.match(/^Operation '(.*)' not found$/s)?.[1];
  // To a caller who is no super user Harper 5 says the same of an operation it has, naming its function instead.
  if (missing !== undefined && missing !== operation)
    return new GatewayError('FORBIDDEN', `Harper allows '${operation}' to super users only.`, details);
  if (missing !== undefined)
    return new GatewayError('OPERATION_UNSUPPORTED', `This Harper has no operation '${operation}'.`, details);
  if (message !== undefined) return new GatewayError('OPERATION_REFUSED', message, details);
  return misdirected(status, call);
}

/** An answer that Harper's operations API never gives: HARPER_URL leads somewhere else. */
function misdirected(status: number, call: CallInfo): GatewayError {
  const name = `HTTP ${status} ${STATUS_CODES[status] ?? ''}`.trim();
  let what = `is ${name} without an error of Harper's`;
  if (status < 400) what = status < 300 ? `is ${name}, which Harper never sends` : `is a redirect (${name})`;
  return invalidResponse(`${what}; HARPER_URL must be the URL of Harper's operations API`, call, { status });
}

/** The text of an error, whatever shape it comes in; undefined where the body has none. */
function errorText(body: unknown, secrets: readonly string[]): string | undefined {
  if (typeof body !== 'object' || body === null || !('error' in body)) return undefined;
  const { error } = body;
  if ('statusCode' in body && 'message' in body && typeof body.message === 'string') return body.message;
  if (typeof error === 'string') return error;
  if (typeof error !== 'object' || error === null) return undefined;
  if ('message' in error && typeof error.message === 'string') return error.message;
  return JSON.stringify(redactDeep(error, secrets));
}

function forbiddenReason(body: unknown, { operation, secrets }: CallInfo): string {
  const reasons =
    typeof body === 'object' && body !== null && 'unauthorized_access' in body ? body.unauthorized_access : undefined;
  const texts = Array.isArray(reasons) ? reasons.filter((reason) => typeof reason === 'string') : [];
  return redact(texts.join('; ') || errorText(body, secrets) || `operation '${operation}'`, secrets);
}

function detailsOf({ operation, kind }: CallInfo, sent: boolean): ErrorOptions {
  const read = kind === 'read';
  return { operation, read, ...(!read && sent && { outcomeUnknown: true }) };
}

function unknownHint({ kind }: CallInfo, sent: boolean): string {
  return kind === 'write' && sent
    ? ' The change may have been carried out all the same: read clusterStatus or routes before trying again.'
    : '';
}
