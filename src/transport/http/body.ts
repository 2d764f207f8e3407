import type { IncomingMessage } from 'node:http';
import type { Caller } from '../../auth/caller.ts';
import type { ErrorCode } from '../../errors.ts';

/** Why a request is not taken. */
export interface RequestProblem {
  readonly status: number;
  readonly code: ErrorCode;
  readonly message: string;
  /** Name of the limit it exceeds. */
  readonly limit?: string;
}

/** A body that has been read already, undefined where it was larger than the limit, for a caller who is known. */
export interface ReadBody {
  readonly text: string | undefined;
  readonly caller: Caller;
}

/**
 * Looks at a GraphQL request before GraphQL does, and reads the body of a POST into `req.body`, where Yoga looks for it. Only
 * JSON is taken: any page may make a browser send a form or plain text here without asking first.
 * @returns why it is refused; undefined when it is not
 */
export async function readGraphQLRequest(
  req: IncomingMessage,
  maxBytes: number,
  known?: ReadBody,
): Promise<RequestProblem | undefined> {
  if (!isAcceptable(req.headers.accept)) {
    return bad(406, 'Answers are application/graphql-response+json, application/json or text/event-stream.');
  }
  if (req.method === 'GET')
    return hasBrokenParameter(req.url ?? '') ? bad(400, 'A parameter of the query is not JSON.') : undefined;
  if (req.method !== 'POST') return undefined;
  const type = (req.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json') return bad(415, 'A POST must have the content type application/json.');
  const body = known === undefined ? await readBody(req, maxBytes) : known.text;
  if (body === undefined) {
    const message = `The request body is larger than ${maxBytes} bytes.`;
    return { status: 413, code: 'LIMIT_EXCEEDED', message, limit: 'MAX_BODY_BYTES' };
  }
  // Yoga reads the (already read) stream for an empty body and would wait for it; a space is as little JSON as nothing.
  Object.assign(req, { body: body === '' ? ' ' : body });
  return undefined;
}

function bad(status: number, message: string): RequestProblem {
  return { status, code: 'BAD_REQUEST', message };
}

function isAcceptable(accept: string | undefined): boolean {
  return (
    accept === undefined || /\*\/\*|application\/(\*|json|graphql-response\+json)|text\/event-stream/i.test(accept)
  );
}

/** Whether `variables` or `extensions` of a GET are not JSON; Yoga's parser would take its own failure for a fault of ours. */
function hasBrokenParameter(url: string): boolean {
  const query = new URLSearchParams(url.slice(url.indexOf('?') + 1));
  return ['variables', 'extensions'].some((name) => {
    const text = query.get(name);
    if (!text) return false;
    try {
      JSON.parse(text);
      return false;
    } catch {
      return true;
    }
  });
}

/** The whole body as text; undefined when it is larger than the limit, and the rest of it is let pass unread. */
export function readBody(req: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    if (Number(req.headers['content-length'] ?? 0) > maxBytes) return resolve(undefined);
    let chunks: Buffer[] | undefined;
    let first: Buffer | undefined;
    let size = 0;
    req.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) return resolve(undefined);
      if (first === undefined) first = chunk;
      else if (chunks === undefined) chunks = [first, chunk];
      else chunks.push(chunk);
    });
    req.on('end', () =>
      resolve(chunks === undefined ? (first?.toString('utf8') ?? '') : Buffer.concat(chunks).toString('utf8')),
    );
    req.on('error', reject);
    req.on('close', () => req.complete || reject(new Error('the request was broken off')));
  });
}
