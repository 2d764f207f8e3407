import type { User } from './login.ts';
import type { Dialect, SandboxNode } from './node.ts';
import { type Body, fail, ok, type Reply, unauthorized } from './operation.ts';
import type { NodeRecord } from './records.ts';
import { statusBody } from './status.ts';
import { searchByValue } from './system.ts';

interface Handler {
  /** Name of Harper's function, which its refusals name instead of the operation. */
  readonly functionName: string;
  readonly anyone?: true;
  run(node: SandboxNode, body: Body, user: User, done: () => void): Promise<Reply> | Reply;
}

/** The operations that both dialects have. */
const COMMON: Readonly<Record<string, Handler>> = {
  user_info: { functionName: 'userInfo', anyone: true, run: (_, __, user) => ok(userInfo(user)) },
  cluster_status: {
    functionName: 'clusterStatus',
    run: (node, _, __, done) => node.calls.status(done, () => ok(statusBody(node))),
  },
  add_node: { functionName: 'setNode', run: (node, body) => setNode(node, body, 'added') },
  set_node: { functionName: 'setNode', run: (node, body) => setNode(node, body, 'added') },
  remove_node: { functionName: 'setNode', run: removeNode },
  search_by_value: { functionName: 'searchByValue', anyone: true, run: searchByValue },
  get_configuration: { functionName: 'getConfiguration', run: (node) => ok(node.configuration()) },
  set_configuration: { functionName: 'setConfiguration', run: setConfiguration },
};

/** What 4.7 has besides. 5.2 documents these, and has not registered them. */
const ONLY_4: Readonly<Record<string, Handler>> = {
  update_node: { functionName: 'setNode', run: (node, body) => setNode(node, body, 'updated') },
  configure_cluster: { functionName: 'configureCluster', run: configureCluster },
  cluster_set_routes: { functionName: 'setRoutes', run: setRoutes },
  cluster_get_routes: { functionName: 'getRoutes', run: (node) => ok(node.routes) },
  cluster_delete_routes: { functionName: 'deleteRoutes', run: deleteRoutes },
};

const HANDLERS: Readonly<Record<Dialect, ReadonlyMap<string, Handler>>> = {
  '4.7': new Map(Object.entries({ ...COMMON, ...ONLY_4 })),
  '5.2': new Map(Object.entries(COMMON)),
};

/**
 * Carries out one operation, after Harper's checks. It has to exist (400), the user may call it (403, or 400 on 5.2),
 * and its fields are right (400).
 */
export async function perform(node: SandboxNode, body: Body, user: User, done: () => void): Promise<Reply> {
  const operation = String(body.operation);
  const handler = HANDLERS[node.dialect].get(operation);
  if (handler === undefined) return fail(400, `Operation '${operation}' not found`);
  if (!handler.anyone && !user.superUser) return forbidden(node, handler.functionName);
  return handler.run(node, body, user, done);
}

function forbidden(node: SandboxNode, functionName: string): Reply {
  if (node.dialect === '5.2') return fail(400, `Operation '${functionName}' not found`);
  return unauthorized(`Operation '${functionName}' is restricted to 'super_user' roles`);
}

function userInfo({ username, active, role, superUser }: User): object {
  return { active, username, role: { permission: { super_user: superUser }, role, id: role } };
}

/** What Harper checks of a node, in its words: a few types, and nothing else. */
function faultsOf(body: Body, { dialect }: SandboxNode): string | undefined {
  const faults: string[] = [];
  for (const field of ['hostname', 'url'] as const) {
    if (body[field] !== undefined && typeof body[field] !== 'string') faults.push(`'${field}' must be a string`);
    else if (body[field] === '' && (field === 'url' || body.url === undefined))
      faults.push(`'${field}' is not allowed to be empty`);
  }
  const { start_time: start } = body;
  if (dialect === '5.2' && typeof start === 'string' && !(/(Z|[+-]\d\d:\d\d)$/.test(start) && Date.parse(start))) {
    const form = 'an ISO 8601 UTC timestamp (e.g. 2024-01-01T00:00:00Z) or epoch milliseconds';
    faults.push(`start_time must be ${form}, received ${JSON.stringify(start)}`);
  }
  if (body.shard !== undefined && (body.shard === '' || Number.isNaN(Number(body.shard))))
    faults.push("'shard' must be a number");
  if (body.subscriptions !== undefined && body.subscriptions !== null && !Array.isArray(body.subscriptions)) {
    faults.push("'subscriptions' must be an array");
  }
  return faults.length > 0 ? faults.join('. ') : undefined;
}

async function setNode(node: SandboxNode, sent: Body, verb: 'added' | 'updated'): Promise<Reply> {
  const body = node.dialect === '5.2' ? withoutEmptyName(sent) : sent;
  const fault = faultsOf(body, node);
  if (fault !== undefined) return fail(400, fault);
  const known = typeof body.hostname === 'string' ? node.replication.records.get(body.hostname) : undefined;
  // An upsert without an address moves a peer that is known at another one to the usual one.
  const url = String(body.url ?? `ws://${body.hostname}:9933`);
  if (!URL.canParse(url)) return fail(500, 'Invalid URL');
  const name = String(body.hostname ?? new URL(url).hostname);
  const done = verb === 'added' ? `Successfully added '${url}' to cluster` : `Successfully updated '${url}'`;
  if (name === node.name) return ok(`Successfully added '${url}' to cluster`);
  const takesName = body.hostname === undefined;
  const record = toRecord(name, url, body, known);
  const problem = await node.addPeer(record, headerOf(body.authorization), { takesName });
  if (problem === undefined) return ok(done);
  return ok(`${done} but there was an error updating target node: Error returned from ${url}: ${problem}`);
}

/** 5.2 takes an empty or null hostname for none, and `name` in place of it. Without either the peer is `undefined`. */
function withoutEmptyName({ hostname, ...rest }: Body): Body {
  const name = hostname === '' || hostname === null ? undefined : (hostname ?? rest.name);
  return { ...rest, ...(name !== undefined && { hostname: name }) } as Body;
}

function toRecord(name: string, url: string, body: Body, known: NodeRecord | undefined) {
  const given = body.subscriptions as unknown[] | null | undefined;
  // Tables for a peer that replicates everything are a success without effect.
  const isWhole = known !== undefined && !known.subscriptions;
  const subscriptions = isWhole ? null : mergeSubscriptions(known?.subscriptions, given);
  const revoked = new Set([...(known?.revoked_certificates ?? []), ...((body.revoked_certificates as string[]) ?? [])]);
  const authorization = body.retain_authorization === true ? headerOf(body.authorization) : known?.authorization;
  return {
    ...known,
    name,
    url,
    ...(subscriptions ? { subscriptions } : { subscriptions: null, replicates: true }),
    ...(body.shard !== undefined && { shard: Number(body.shard) }),
    ...(body.start_time !== undefined && { start_time: startTimeOf(body.start_time) }),
    ...(revoked.size > 0 && { revoked_certificates: [...revoked] }),
    ...(authorization !== undefined && { authorization }),
  };
}

/**
 * An upsert adds table subscriptions and changes what is said of a table; it never takes one away. Without any it makes
 * the peer fully replicating again. These were seen on a real server (docs/harper.md, "add_node").
 */
function mergeSubscriptions(
  known: unknown[] | null | undefined,
  given: unknown[] | null | undefined,
): unknown[] | null {
  if (!given) return null;
  const keyOf = (item: unknown) => {
    const { database, schema, table } = (item ?? {}) as Record<string, unknown>;
    return JSON.stringify([database ?? schema, table]);
  };
  const merged = new Map([...(known ?? []), ...given].map((item) => [keyOf(item), item]));
  return [...merged.values()];
}

function startTimeOf(value: unknown): number {
  return typeof value === 'number' ? value : Date.parse(String(value));
}

function headerOf(authorization: unknown): string | undefined {
  if (typeof authorization === 'string') return authorization;
  if (typeof authorization !== 'object' || authorization === null) return undefined;
  const { username, password } = authorization as { username?: string; password?: string };
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** 4.7 reads `hostname`, `node_name` or a url; with `name` alone its storage engine fails. */
function removeNode(node: SandboxNode, body: Body): Reply {
  const byUrl = typeof body.url === 'string' && URL.canParse(body.url) ? new URL(body.url).hostname : undefined;
  const byName = node.dialect === '5.2' ? body.name : undefined;
  const name = body.hostname ?? body.node_name ?? byUrl ?? byName;
  if (name === undefined) return fail(500, `Unable to serialize object as a key: {"key":${node.time.date()}}`);
  if (typeof name !== 'string') return fail(400, "'hostname' must be a string");
  if (node.replication.records.get(name) === undefined) return fail(400, `${name} does not exist`);
  node.replication.expel(name);
  return ok(`Successfully removed '${name}' from cluster`);
}

async function configureCluster(node: SandboxNode, body: Body): Promise<Reply> {
  if (!Array.isArray(body.connections)) return fail(400, "'connections' must be an array");
  for (const { name } of node.replication.records.peers()) node.replication.expel(name);
  const failed: string[] = [];
  for (const connection of body.connections as Body[]) {
    const { body: said, status } = await setNode(node, connection, 'added');
    const message = String((said as { message?: string; error?: string }).message ?? '');
    if (status !== 200 || message.includes(' but there was an error '))
      failed.push(String(connection.hostname ?? connection.url));
  }
  return ok({ message: 'Cluster successfully configured.', ...(failed.length > 0 && { failed_nodes: failed }) });
}

function setConfiguration(node: SandboxNode, body: Body): Reply {
  const routes = body.replication_routes;
  if (routes !== undefined && !Array.isArray(routes)) {
    return fail(400, "HarperDB config file validation error: 'replication.routes' must be an array");
  }
  if (routes !== undefined) node.routes = routes;
  return ok('Configuration successfully set. You must restart HarperDB for new config settings to take effect.');
}

function setRoutes(node: SandboxNode, body: Body): Reply {
  if (!Array.isArray(body.routes)) return fail(400, "'routes' must be an array");
  const [skipped, set] = split(body.routes, node.routes);
  node.routes = [...node.routes, ...set];
  return ok({ message: 'cluster routes successfully set', set, skipped });
}

function deleteRoutes(node: SandboxNode, body: Body): Reply {
  if (!Array.isArray(body.routes)) return fail(400, "'routes' must be an array");
  const [deleted, skipped] = split(body.routes, node.routes);
  [, node.routes] = split(node.routes, deleted);
  return ok({ message: 'cluster routes successfully deleted', deleted, skipped });
}

/** The routes that are among the present ones, and those that are not. */
function split(routes: readonly unknown[], present: readonly unknown[]): [there: unknown[], missing: unknown[]] {
  const keys = new Set(present.map((route) => JSON.stringify(route)));
  const there = routes.filter((route) => keys.has(JSON.stringify(route)));
  return [there, routes.filter((route) => !keys.has(JSON.stringify(route)))];
}
