import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';

/*
 * A Harper for the hostile suite, in a process of its own: node test/hostile/fake-harper.ts. It shares no code with the
 * gateway. It prints its address. POST /control tells it how many peers it has, and how many of them change their state
 * with every cluster_status.
 */

/** What it is told. */
export interface Control {
  readonly peers?: number;
  /** Peers whose sockets change their state with every cluster_status. */
  readonly changes?: number;
  /** Answers nothing: requests are left open. */
  readonly silent?: boolean;
  /** Answers every change with an error that is nested so deep. */
  readonly nested?: number;
}

const state = { peers: 2, changes: 0, silent: false, nested: 0 };
let polls = 0;
/** Requests that it has left open since it was told to be silent. */
let unanswered = 0;

const PASSWORDS = new Map([
  ['boss', 'the-boss-of-it'],
  ['admin', 'a-super-user'],
  ['user', 'no-super-user'],
  ['gateway', 'of-the-gateway'],
]);

/** The user of an Authorization header; undefined where it is no good login. */
function userOf(authorization: string | undefined): string | undefined {
  const [scheme, parameter = ''] = (authorization ?? '').split(' ');
  if (scheme === 'Bearer') return parameter === 'operation-token' ? 'gateway' : undefined;
  const [user = '', password] = Buffer.from(parameter, 'base64').toString('utf8').split(':');
  return PASSWORDS.get(user) === password ? user : undefined;
}

function peer(index: number): object {
  const connected = index >= state.changes || polls % 2 === 0;
  const names = ['data', 'dev', 'system'];
  return {
    name: `node-${index + 2}`,
    url: `wss://node-${index + 2}:9933`,
    subscriptions: null,
    replicates: true,
    database_sockets: names.map((database) => ({ database, connected, latency: 1.5, threadId: 1, nodes: ['node-1'] })),
  };
}

function nestedError(levels: number): string {
  return `{"error":${'{"error":'.repeat(levels)}"deep"${'}'.repeat(levels)}}`;
}

function answerTo(operation: string, user: string): [status: number, body: string] {
  if (operation === 'create_authentication_tokens' || operation === 'refresh_operation_token')
    return [200, JSON.stringify({ operation_token: 'operation-token', refresh_token: 'refresh-token' })];
  const isSuper = user !== 'user';
  if (operation === 'user_info') {
    const role = { role: isSuper ? 'super_user' : 'reader', permission: { super_user: isSuper } };
    return [200, JSON.stringify({ username: user, active: true, role })];
  }
  if (!isSuper) return [403, JSON.stringify({ error: 'Not a super user', unauthorized_access: ['no'] })];
  if (operation !== 'cluster_status')
    return state.nested > 0 ? [500, nestedError(state.nested)] : [200, '{"message":"done"}'];
  polls += 1;
  const connections = Array.from({ length: state.peers }, (_, index) => peer(index));
  return [200, JSON.stringify({ type: 'cluster-status', node_name: 'node-1', is_enabled: true, connections })];
}

function send(res: ServerResponse, status: number, body: string): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(body);
}

async function textOf(req: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of req.setEncoding('utf8')) text += chunk;
  return text;
}

const server = createServer(async (req, res) => {
  if (req.method === 'GET') return send(res, 200, '{}');
  const body = JSON.parse(await textOf(req)) as Control & { operation: string };
  if (req.url === '/control') {
    if (body.silent) unanswered = 0;
    Object.assign(state, body);
    return send(res, 200, JSON.stringify({ unanswered }));
  }
  if (state.silent) {
    unanswered += 1;
    return undefined;
  }
  const user = userOf(req.headers.authorization);
  if (user === undefined) return send(res, 401, '{"error":"Login failed"}');
  return send(res, ...answerTo(body.operation, user));
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`Harper at http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
