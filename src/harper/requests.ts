import { z } from 'zod';
import { withoutBrackets } from './hosts.ts';
import {
  hostname,
  MAX_LIST,
  MAX_NAME,
  MAX_SECRET,
  name,
  newHostname,
  port,
  shard,
  socketUrl,
  text,
} from './request-fields.ts';

/*
 * The inputs of Harper's operations, each defined once, with its rules and its metadata. What callers see of an input
 * is made from these. An object has a `title` and a `description`, and `oneOf` where exactly one field is to be given.
 * A field has a description, and `format: 'id'` where it is an opaque identifier.
 */

const tableSubscription = z
  .object({
    database: name.describe('Name of the database.'),
    table: name.describe('Name of the table.'),
    publish: z.boolean().describe('Whether changes on the called node go to the peer.'),
    subscribe: z.boolean().describe('Whether changes on the peer come to the called node.'),
  })
  .meta({ title: 'TableSubscriptionInput', description: 'One table to replicate.' });

const basicAuthorization = z
  .object({
    username: text.describe('Name of a super user there.'),
    password: text.max(MAX_SECRET).describe('Password of that user. It goes to Harper and is never shown or logged.'),
  })
  .meta({ title: 'BasicAuthorizationInput', description: 'A user name and password of the node to be added.' });

const authorization = z
  .object({
    basic: basicAuthorization.nullish().describe('User name and password.'),
    header: z
      .string()
      .max(MAX_SECRET)
      .regex(/^(Basic|Bearer) \S+$/, 'must be "Basic …" or "Bearer …"; Harper minds the case')
      .nullish()
      .describe('An Authorization header: "Basic …" or "Bearer …", with a capital first letter.'),
  })
  .meta({
    title: 'AuthorizationInput',
    description: 'How the called node logs in at the node to be added.',
    oneOf: true,
  })
  .transform(({ basic, header }) => basic ?? header ?? undefined);

/** The fields of add_node that can be set or changed on any node. */
const changeableFields = {
  url: socketUrl
    .nullish()
    .describe('Its replication URL, ws:// or wss://. Made of hostname and the called node’s own port when left out.'),
  verifyTls: z.boolean().nullish().describe('Whether its certificate is verified; Harper verifies when left out.'),
  authorization: authorization.nullish().describe('Login for the node, needed once when it is added.'),
  retainAuthorization: z
    .boolean()
    .nullish()
    .describe('Whether Harper stores the login, in clear text, for later connections; false when left out.'),
  revokedCertificates: z
    .array(text)
    .max(MAX_LIST)
    .nullish()
    .describe('Serial numbers of certificates of the node that are no longer accepted.'),
  shard: shard.nullish().describe('Shard the node belongs to, 0 to 65535.'),
  startTime: z
    .date('must be a date and time with a zone, such as 2026-01-31T08:30:00Z, in the years 0 to 9999 UTC')
    .nullish()
    .describe('Changes from before this time are not replicated.'),
  subscriptions: z
    .array(tableSubscription)
    .max(MAX_LIST)
    .nullish()
    .describe(
      'The tables to replicate. Left out: everything (a fully replicating connection), or on updateNode what there ' +
        'was. An empty list replicates nothing.',
    ),
};

const node = z
  .object({
    hostname: newHostname
      .nullish()
      .describe('Host name or address, which becomes its name; at least one of hostname and url is needed.'),
    ...changeableFields,
  })
  .meta({ title: 'NodeInput', description: 'A node and how to replicate with it.' });

/** The gateway's own, never sent. */
const at = name
  .nullish()
  .describe('Name of the node that is called; the preferred one that can be reached when left out.');

/** The gateway's own, never sent. */
const waitForConnected = z
  .number()
  .int()
  .min(0, 'must not be negative')
  .max(60_000, 'must be at most 60000')
  .nullish()
  .describe(
    'Milliseconds to wait for the connection, 0 to 60000. The answer comes when every socket that replication needs ' +
      'is connected. When the time is over it comes with a warning. Left out, or 0: no waiting.',
  );

/** The gateway's own, never sent. */
const expectedRevision = z
  .string()
  .nullish()
  .meta({
    format: 'id',
    description:
      'Revision out of clusterPlan or clusterStatus. When the topology has another one by now, nothing is sent and ' +
      'the error is CONFLICT. Left out: not checked.',
  });

/** The fields of add_node and update_node (docs/harper.md, "add_node"); what was not given is not sent. */
function toNodeBody(input: z.output<typeof node>): object {
  const fields = {
    // Without it Harper takes the name from the URL, an IPv6 address with its brackets.
    hostname: input.hostname ?? nameOf(input),
    url: input.url,
    verify_tls: input.verifyTls,
    authorization: input.authorization,
    retain_authorization: input.retainAuthorization,
    revoked_certificates: input.revokedCertificates,
    shard: input.shard,
    // All versions take strict ISO text with a zone; numbers are taken from 5.2.3 on.
    start_time: input.startTime?.toISOString(),
    subscriptions: input.subscriptions,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isMissing(value)));
}

interface Target {
  readonly hostname?: string | null | undefined;
  readonly url?: string | null | undefined;
}

function needsTarget(input: Target, context: z.RefinementCtx): void {
  if (isMissing(input.hostname) && isMissing(input.url)) {
    context.addIssue({ code: 'custom', path: ['hostname'], message: 'must be given, or url, or both' });
  }
}

/** A node as a caller gives it to configureCluster: at least one of hostname and url. */
export const nodeInput = node.superRefine(needsTarget);

/** A node as a caller gives it to addNode or configureCluster. */
export type NodeRequest = z.input<typeof nodeInput>;

/** Input of add_node: at least one of hostname and url. */
export const addNodeBody = node
  .extend({ waitForConnected, node: at, expectedRevision })
  .meta({ title: 'AddNodeInput', description: 'The node to add and how to replicate with it.' })
  .superRefine(needsTarget)
  .transform(toNodeBody);

/** Input of update_node: the hostname and at least one field to change. */
export const updateNodeBody = z
  .object({
    hostname: newHostname.describe('Name of the node.'),
    ...changeableFields,
    ...{ waitForConnected, node: at, expectedRevision },
  })
  .meta({
    title: 'UpdateNodeInput',
    description: 'The node to change and at least one field to change; what is left out stays as it is.',
  })
  .superRefine(({ hostname: _, waitForConnected: __, node: ___, expectedRevision: ____, ...changes }, context) => {
    if (changes.subscriptions === null) {
      const message = 'cannot be null; to replicate everything again, use addNode or configureCluster without them';
      context.addIssue({ code: 'custom', path: ['subscriptions'], message });
    } else if (Object.values(changes).every(isMissing)) {
      const message = 'must name at least one field to change besides hostname';
      context.addIssue({ code: 'custom', path: [], message });
    }
  })
  .transform(toNodeBody);

/**
 * Input of remove_node. Any name goes: what a cluster lists must be removable, however odd. Which of the three fields a
 * server reads depends on its version (docs/harper.md, "remove_node").
 */
export const removeNodeBody = z
  .object({
    hostname: text.max(MAX_NAME).describe('Name of the node, as clusterStatus lists it.'),
    node: at,
    expectedRevision,
    // The gateway's own, never sent.
    alsoAt: z
      .array(name)
      .max(MAX_LIST)
      .nullish()
      .describe(
        'Names of nodes at which it is removed as well, one after the other, once that is done. At the removed node ' +
          'itself its peers are removed instead: it lists them for good otherwise.',
      ),
  })
  .meta({ title: 'RemoveNodeInput', description: 'The node to remove.' })
  .transform(({ hostname: value }) => ({ hostname: value, name: value, node_name: value }));

/**
 * The name a node gets: its hostname, or the host of its url (docs/harper.md, "add_node").
 * @returns an empty string where neither is given
 */
export function nameOf(input: Target): string {
  return input.hostname ?? withoutBrackets(URL.parse(input.url ?? '')?.hostname ?? '');
}

/** Input of configure_cluster: all wanted peers, each once. An empty list removes every peer. */
export const configureClusterBody = z
  .object({
    connections: z
      .array(nodeInput)
      .max(MAX_LIST)
      .describe(
        'Every node to replicate with, each once. Peers that are not in it are removed; an empty list removes all.',
      ),
    node: at,
    expectedRevision,
  })
  .meta({ title: 'ConfigureClusterInput', description: 'The whole wanted set of peers.' })
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

const hostRoute = z
  .object({
    hostname: hostname.describe('Host name or address, without a port.'),
    port: port.nullish().describe("Replication port, 1 to 65535; Harper's default when left out."),
  })
  .meta({ title: 'HostRouteInput', description: 'A route by host.' });

const route = z
  .object({
    url: socketUrl.nullish().describe('As a ws:// or wss:// URL.'),
    host: hostRoute.nullish().describe('As a host and a port.'),
  })
  .meta({ title: 'RouteInput', description: 'A route: where a node can be found.', oneOf: true })
  .transform(({ url, host }) =>
    host ? { hostname: host.hostname, ...(!isMissing(host.port) && { port: host.port }) } : url,
  );

/** A route as a caller gives it. */
export type RouteRequest = z.input<typeof route>;

const routes = z.object({
  routes: z.array(route).min(1, 'must hold at least one route').max(MAX_LIST).describe('The routes; at least one.'),
  node: at,
});

/** Input of cluster_set_routes. */
export const routesBody = routes
  .meta({ title: 'SetRoutesInput', description: 'Routes to add.' })
  .transform(({ routes: entries }) => ({ routes: entries }));

/** Routes to delete, as a caller gives them; `routeEntriesBody` is what Harper is sent. */
export const deleteRoutesInput = routes.meta({ title: 'DeleteRoutesInput', description: 'Routes to delete.' });

/** Input of cluster_delete_routes: entries as the configuration has them, since Harper compares them as they are. */
export const routeEntriesBody = z.object({ routes: z.array(z.unknown()).min(1) });

/** Input of set_configuration: the whole list of routes, which replaces the present one. */
export const setConfigurationBody = z
  .object({ routes: z.array(z.unknown()) })
  .transform(({ routes: entries }) => ({ replication_routes: entries }));

function isMissing(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}
