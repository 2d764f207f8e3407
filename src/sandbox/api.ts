import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Fault } from './faults.ts';
import type { Login, Logins } from './login.ts';
import type { SandboxNode } from './node.ts';
import type { Body, Reply } from './operation.ts';
import { perform } from './operations.ts';
import { openApi } from './system.ts';
import type { Time } from './time.ts';

const JSON_TYPE = 'application/json';

/**
 * A node's operations API: POST to / with `{operation, …}`. Its checks come in Harper's order (docs/harper.md,
 * "Transport"): the body parses, it names an operation, the login, then the operation itself.
 * @param local whether a request without login is a super user's
 */
export function createApi(node: SandboxNode, local: boolean): RequestListener {
  return (req, res) => {
    // The only thing that can fail is reading a request whose sender has gone away.
    handle(node, local, req, res).catch(() => res.destroy());
  };
}

async function handle(node: SandboxNode, local: boolean, req: IncomingMessage, res: ServerResponse): Promise<void> {
  res.setHeader('server', 'HarperDB');
  res.setHeader('date', new Date(node.time.date()).toUTCString());
  node.onRequest?.(req);
  const text = String(await buffer(req));
  if (req.method === 'GET' && req.url === '/health') {
    await node.whenThawed();
    return sendText(res, 200, 'HarperDB is running.');
  }
  if (req.method === 'GET' && req.url === '/api/openapi/rest') {
    await node.whenThawed();
    return send(res, describe(node, local, req.headers.authorization));
  }
  if (req.method !== 'POST' || req.url !== '/') return sendText(res, 404, 'Not found\n');
  const refused = refuseMedia(req);
  if (refused) return send(res, refused);
  const { body, refusal } = parse(text);
  if (body === undefined) return send(res, refusal);
  const done = node.calls.arrived(body);
  try {
    await node.whenThawed();
    const fault = node.faults.take(String(body.operation));
    if (fault && (await applyBefore(fault, res, node.replication.time))) return;
    const reply = await answer(node, local, req.headers.authorization, body, done);
    if (fault?.kind === 'hold' && fault.after) await fault.wait();
    if (res.destroyed) return;
    if (fault) applyToAnswer(fault, reply, res);
    else send(res, reply);
  } finally {
    done();
  }
}

function refuseMedia(req: IncomingMessage): Reply | undefined {
  const type = req.headers['content-type'];
  if (type?.split(';', 1)[0] !== JSON_TYPE) return { status: 415, body: { error: `Unsupported Media Type: ${type}` } };
  const accept = req.headers.accept ?? '*/*';
  if (!/\*\/\*|application\/(json|\*)/.test(accept)) return { status: 406, body: { error: 'Not Acceptable' } };
  return undefined;
}

type Parsed = { body: Body; refusal?: never } | { body?: never; refusal: Reply };

function parse(text: string): Parsed {
  const refuse = (status: number, body: object): Parsed => ({ refusal: { status, body } });
  if (text === '') return refuse(400, { error: "Body cannot be empty when content-type is set to 'application/json'" });
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    return refuse(400, { error: (error as Error).message });
  }
  const missing = "Request body must include an 'operation' property.";
  if (typeof body !== 'object' || body === null) return refuse(400, { error: missing });
  if (Object.keys(body).length === 0) return refuse(400, { statusCode: 400, error: 'Bad Request', message: missing });
  const { operation } = body as Record<string, unknown>;
  if (operation === undefined || operation === null) return refuse(400, { error: missing });
  if (typeof operation !== 'string') return refuse(500, { error: 'req.body?.operation?.startsWith is not a function' });
  return { body: { ...body, operation } };
}

async function answer(
  node: SandboxNode,
  local: boolean,
  header: string | undefined,
  body: Body,
  done: () => void,
): Promise<Reply> {
  const { logins } = node;
  if (body.operation === 'refresh_operation_token') {
    const refreshed = logins.refresh(header);
    return 'refused' in refreshed ? refuse(refreshed.refused) : { status: 200, body: refreshed };
  }
  if (body.operation === 'create_authentication_tokens') return createTokens(logins, header, body);
  const login = logIn(logins, local, header, body);
  if ('refused' in login) return refuse(login.refused);
  return perform(node, body, login.user, done);
}

function logIn(logins: Logins, local: boolean, header: string | undefined, body: Body = {}): Login {
  const login = logins.check(header);
  if (!('refused' in login) || login.refused !== 'Must login') return login;
  if (typeof body.username === 'string' && typeof body.password === 'string') {
    return logins.checkPassword(body.username, body.password, 'Login failed');
  }
  const admin = logins.users.get('admin');
  return local && admin ? { user: admin } : login;
}

/** The description of the REST interface, for super users. */
function describe(node: SandboxNode, local: boolean, header: string | undefined): Reply {
  const login = logIn(node.logins, local, header);
  if ('refused' in login) return refuse(login.refused);
  return login.user.superUser ? { status: 200, body: openApi(node) } : { status: 403, body: { error: 'Forbidden' } };
}

function createTokens(logins: Logins, header: string | undefined, body: Body): Reply {
  const { username, password, expires_in: lifetime } = body;
  const given = username !== undefined || password !== undefined;
  const login = given
    ? logins.checkPassword(String(username), String(password), 'invalid credentials')
    : logins.check(header);
  if ('refused' in login) return refuse(login.refused);
  return { status: 200, body: logins.issue(login.user, typeof lifetime === 'number' ? lifetime : undefined) };
}

function refuse(words: string): Reply {
  return { status: 401, body: { error: words } };
}

/** What a fault does before the operation is carried out; true when the call ends with that. */
async function applyBefore(fault: Fault, res: ServerResponse, time: Time): Promise<boolean> {
  if (fault.kind === 'delay') await new Promise<void>((resolve) => time.setTimeout(resolve, fault.ms));
  else if (fault.kind === 'hold' && !fault.after) await fault.wait();
  else if (fault.kind === 'reset' && !fault.after) res.destroy();
  else if (fault.kind === 'refuse') send(res, fault);
  return fault.kind === 'hang' || fault.kind === 'refuse' || (fault.kind === 'reset' && !fault.after);
}

/** What a fault does to the answer. */
function applyToAnswer(fault: Fault, reply: Reply, res: ServerResponse): void {
  const text = JSON.stringify(reply.body);
  if (fault.kind === 'reset') res.destroy();
  else if (fault.kind === 'garble') sendText(res, 200, `<html>${text.slice(0, 40)}`);
  else if (fault.kind === 'truncate' || fault.kind === 'stall') {
    res.writeHead(200, { 'content-type': JSON_TYPE, 'content-length': Buffer.byteLength(text) });
    res.write(text.slice(0, text.length / 2), () => fault.kind === 'truncate' && res.destroy());
  } else if (fault.kind === 'answer' && fault.contentType)
    sendText(res, fault.status ?? 200, String(fault.body), fault.contentType);
  else if (fault.kind === 'answer') send(res, { status: fault.status ?? 200, body: fault.body });
  else if (fault.kind === 'alter') send(res, { status: reply.status, body: fault.change(structuredClone(reply.body)) });
  else send(res, reply);
}

function send(res: ServerResponse, { status, body }: Reply): void {
  sendText(res, status, JSON.stringify(body), JSON_TYPE);
}

function sendText(res: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8'): void {
  res.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
  res.end(text);
}
