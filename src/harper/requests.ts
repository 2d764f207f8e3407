import { isIP } from 'node:net';
import { z } from 'zod';

/** Lengths and counts that no real cluster comes near; they keep nonsense out before Harper sees it. */
const MAX_NAME = 253;
const MAX_URL = 2048;
const MAX_SECRET = 16_384;
const MAX_LIST = 1000;

const name = z
  .string()
  .min(1, 'must not be empty')
  .max(MAX_NAME, `must not be longer than ${MAX_NAME} characters`)
  .refine((value) => value.trim() === value, 'must not begin or end with a space');

/** A host name or an IP address, without a port. */
const hostname = name.refine(
  (value) => isIP(value) !== 0 || /^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?$/.test(value),
  'must be a host name or an IP address, without scheme, port or path',
);

/**
 * A name to be added. Harper takes a call without a target for a peer called `undefined` and tells the whole cluster of
 * it, which is also what a frontend's missing variable looks like: refused, while such a peer can still be removed.
 */
const newHostname = hostname.refine((value) => value !== 'undefined' && value !== 'null', 'must be the name of a node');

const port = z
  .number()
  .int('must be a whole number')
  .refine((value) => value >= 1 && value <= 65_535, 'must be between 1 and 65535');

/** A replication address: ws:// or wss://, nothing but host and port. */
const socketUrl = z
  .string()
  .max(MAX_URL, `must not be longer than ${MAX_URL} characters`)
  .superRefine((value, context) => {
    const fault = socketUrlFault(value);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
  });

function socketUrlFault(value: string): string | undefined {
  if (value.length > MAX_URL) return undefined;
  const portText = value.match(/^wss?:\/\/(?:\[[^\]]*\]|[^/:?#@]*):(\d+)(?:[/?#]|$)/i)?.[1];
  if (portText !== undefined && (Number(portText) < 1 || Number(portText) > 65_535)) {
    return 'must have a port between 1 and 65535';
  }
  const url = URL.parse(value);
  if (url === null || (url.protocol !== 'ws:' && url.protocol !== 'wss:')) return 'must be a ws:// or wss:// URL';
  if (url.username !== '' || url.password !== '') return 'must not carry a login; use authorization';
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return 'must have no path, query or fragment';
  if (url.hostname === 'undefined' || url.hostname === 'null') return 'must have the name of a node as its host';
  return undefined;
}

const tableSubscription = z.object({
  database: name,
  table: name,
  publish: z.boolean(),
  subscribe: z.boolean(),
});

/** `{basic}` or `{header}`; the schema's @oneOf has already seen to it that it is exactly one. */
const authorization = z
  .object({
    basic: z
      .object({
        username: z.string().min(1, 'must not be empty'),
        password: z.string().min(1, 'must not be empty').max(MAX_SECRET),
      })
      .nullish(),
    header: z
      .string()
      .max(MAX_SECRET)
      .regex(/^(Basic|Bearer) \S+$/, 'must be "Basic …" or "Bearer …"; Harper minds the case')
      .nullish(),
  })
  .transform(({ basic, header }) => basic ?? header ?? undefined);

const shard = z.number().int().min(0, 'must not be negative').max(65_535, 'must be at most 65535');

const nodeFields = {
  hostname: newHostname.nullish(),
  url: socketUrl.nullish(),
  verifyTls: z.boolean().nullish(),
  authorization: authorization.nullish(),
  retainAuthorization: z.boolean().nullish(),
  revokedCertificates: z.array(z.string().min(1, 'must not be empty')).max(MAX_LIST).nullish(),
  shard: shard.nullish(),
  startTime: z.date('must be a date and time with a zone, such as 2026-01-31T08:30:00Z').nullish(),
  subscriptions: z.array(tableSubscription).max(MAX_LIST).nullish(),
};

const node = z.object(nodeFields);

/** How long a caller waits for the connection, in milliseconds; the gateway's own, never sent. */
const waitForConnected = z.number().int().min(0, 'must not be negative').max(60_000, 'must be at most 60000').nullish();

/** The fields of add_node and update_node (harper.md, "add_node"); what was not given is not sent. */
function toNodeBody(input: z.output<typeof node>): object {
  const fields = {
    // Harper would take it out of the URL, an IPv6 address with its brackets.
    hostname: input.hostname ?? nameOf(input),
    url: input.url,
    verify_tls: input.verifyTls,
    authorization: input.authorization,
    retain_authorization: input.retainAuthorization,
    revoked_certificates: input.revokedCertificates,
    shard: input.shard,
    // Strict ISO with a zone is taken by all versions; numbers only since 5.2.3.
    start_time: input.startTime?.toISOString(),
    subscriptions: input.subscriptions,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== null));
}

function needsTarget(
  input: { hostname?: string | null | undefined; url?: string | null | undefined },
  context: z.RefinementCtx,
): void {
  if (isMissing(input.hostname) && isMissing(input.url)) {
    context.addIssue({ code: 'custom', path: ['hostname'], message: 'must be given, or url, or both' });
  }
}

const target = node.superRefine(needsTarget);

/** A node as a caller gives it to addNode or configureCluster. */
export type NodeRequest = z.input<typeof target>;

/** Input of add_node: at least one of hostname and url. */
export const addNodeBody = node.extend({ waitForConnected }).superRefine(needsTarget).transform(toNodeBody);

/** Input of update_node: the hostname and at least one field to change. */
export const updateNodeBody = z
  .object({ ...nodeFields, hostname: newHostname, waitForConnected })
  .superRefine(({ hostname: _, waitForConnected: __, ...changes }, context) => {
    if (changes.subscriptions === null) {
      const message = 'cannot be null; to replicate everything again, use addNode or configureCluster without them';
      context.addIssue({ code: 'custom', path: ['subscriptions'], message });
    } else if (Object.values(changes).every(isMissing)) {
      context.addIssue({
        code: 'custom',
        path: [],
        message: 'must name at least one field to change besides hostname',
      });
    }
  })
  .transform(toNodeBody);

/**
 * Input of remove_node. Which of the three fields a server reads depends on its version (harper.md, "remove_node").
 * Any name goes: what a cluster lists must be removable, however odd.
 */
export const removeNodeBody = z
  .object({ hostname: z.string().min(1, 'must not be empty').max(MAX_NAME) })
  .transform(({ hostname: value }) => ({ hostname: value, name: value, node_name: value }));

/** The name a node gets: its hostname, or the host of its url (harper.md, "add_node"); empty where neither is given. */
export function nameOf(input: { hostname?: string | null | undefined; url?: string | null | undefined }): string {
  return input.hostname ?? URL.parse(input.url ?? '')?.hostname.replace(/^\[|\]$/g, '') ?? '';
}

/** Input of configure_cluster: the whole wanted set of peers, each once. An empty list removes every peer. */
export const configureClusterBody = z
  .object({ connections: z.array(target).max(MAX_LIST) })
  .superRefine(({ connections }, context) => {
    const seen = new Set<string>();
    for (const [index, connection] of connections.entries()) {
      const key = nameOf(connection);
      if (key === '') continue;
      if (seen.has(key))
        context.addIssue({ code: 'custom', path: ['connections', index], message: 'names a node a second time' });
      seen.add(key);
    }
  })
  .transform(({ connections }) => ({ connections: connections.map(toNodeBody) }));

const route = z
  .object({ url: socketUrl.nullish(), host: z.object({ hostname, port: port.nullish() }).nullish() })
  .transform(({ url, host }) =>
    host ? { hostname: host.hostname, ...(!isMissing(host.port) && { port: host.port }) } : url,
  );

/** A route as a caller gives it. */
export type RouteRequest = z.input<typeof route>;

/** Input of cluster_set_routes. */
export const routesBody = z.object({ routes: z.array(route).min(1, 'must hold at least one route').max(MAX_LIST) });

/** Input of cluster_delete_routes: entries as the configuration holds them, which is how Harper finds them. */
export const routeEntriesBody = z.object({ routes: z.array(z.unknown()).min(1) });

/** Input of set_configuration: the whole list of routes, which replaces the one there was. */
export const setConfigurationBody = z
  .object({ routes: z.array(z.unknown()) })
  .transform(({ routes }) => ({ replication_routes: routes }));

function isMissing(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}
