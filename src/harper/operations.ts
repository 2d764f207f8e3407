import { z } from 'zod';
import {
  addNodeBody,
  configureClusterBody,
  removeNodeBody,
  routeEntriesBody,
  routesBody,
  setConfigurationBody,
  updateNodeBody,
} from './requests.ts';
import { createStatusDecoder, statusAnswer } from './status/dialect.ts';

/** One operation of Harper, as the gateway calls it. */
export interface Operation<Input, Output> {
  /** Harper's name of the operation. */
  readonly name: string;
  readonly kind: 'read' | 'write';
  /** What a read sends besides its name, always the same: reads share calls. */
  readonly fields?: object;
  /** Checks an input and turns it into the fields of the request body; nothing else is ever sent. */
  readonly input: z.ZodType<object, Input>;
  /** Checks an answer and drops every field it does not know. */
  readonly output: z.ZodType<Output>;
  /**
   * Creates a decoder that checks answers as `output` does, but faster. Only an operation that is called again and
   * again has it, since its last answer is kept in memory.
   */
  readonly createDecoder?: () => (body: unknown) => z.ZodSafeParseResult<Output>;
}

function operation<Input, Output>(
  name: string,
  kind: 'read' | 'write',
  input: z.ZodType<object, Input>,
  output: z.ZodType<Output>,
): Operation<Input, Output> {
  return { name, kind, input, output };
}

const nothing = z.object({});

/** Every change answers with a sentence (docs/harper.md, add_node, remove_node, configure_cluster and routes). */
const message = z.object({ message: z.string() });

/** An entry of the routes: a string, or an object of which only the identifying fields are known. */
export const routeEntry = z.union([
  z.string(),
  z.looseObject({
    hostname: z.string().nullish(),
    host: z.string().nullish(),
    url: z.string().nullish(),
    port: z.union([z.number(), z.string()]).nullish(),
  }),
]);

/** An entry of Harper's routes, as its configuration file has it. */
export type RouteEntry = z.output<typeof routeEntry>;

const routeList = z.array(routeEntry).nullish();

/** `{}` and null are answers of servers without routes (docs/harper.md, configure_cluster and routes). */
const routesAnswer = z.union([
  z.array(routeEntry),
  z.null().transform((): RouteEntry[] => []),
  z.strictObject({}).transform((): RouteEntry[] => []),
]);

/**
 * Only the routes of the whole configuration are let through, since the rest holds secrets. Entries are not checked:
 * they are written back as they are.
 */
const configurationAnswer = z
  .object({
    replication: z
      .object({ routes: z.union([z.array(z.unknown()), z.null(), z.strictObject({})]).optional() })
      .nullish(),
  })
  .transform(({ replication }): readonly unknown[] => {
    const routes = replication?.routes;
    return Array.isArray(routes) ? routes : [];
  });

/** Who is logged in (docs/harper.md, Transport). */
const userAnswer = z.object({
  username: z.string(),
  role: z
    .object({ role: z.string().nullish(), permission: z.object({ super_user: z.boolean().nullish() }).nullish() })
    .nullish(),
});

/**
 * The version of one node: its own row of system.hdb_info, for super users (docs/harper.md, "Version"). The row with
 * the highest id is the present one.
 */
const versionAnswer = z
  .array(z.object({ info_id: z.number().nullish(), hdb_version_num: z.string().max(64).nullish() }))
  .transform((rows) => {
    const sorted = rows.toSorted((a, b) => (b.info_id ?? 0) - (a.info_id ?? 0));
    return sorted[0]?.hdb_version_num ?? null;
  });

/** The eight operations on clusters (docs/harper.md, Which server has which operation). */
const clusterOperations = {
  clusterStatus: {
    ...operation('cluster_status', 'read', nothing, statusAnswer),
    createDecoder: createStatusDecoder,
  },
  getRoutes: operation('cluster_get_routes', 'read', nothing, routesAnswer),
  addNode: operation('add_node', 'write', addNodeBody, message),
  updateNode: operation('update_node', 'write', updateNodeBody, message),
  removeNode: operation('remove_node', 'write', removeNodeBody, message),
  configureCluster: operation(
    'configure_cluster',
    'write',
    configureClusterBody,
    z.object({
      message: z
        .unknown()
        .optional()
        .transform((text) => (typeof text === 'string' ? text : 'Cluster successfully configured.')),
      failed_nodes: z.array(z.unknown()).nullish(),
      // An answer with an error is no success, whatever its status.
      error: z.undefined().optional(),
    }),
  ),
  setRoutes: operation(
    'cluster_set_routes',
    'write',
    routesBody,
    message.extend({ set: routeList, skipped: routeList }),
  ),
  deleteRoutes: operation(
    'cluster_delete_routes',
    'write',
    routeEntriesBody,
    message.extend({ deleted: routeList, skipped: routeList }),
  ),
} as const;

/**
 * All operations that the gateway calls: the eight on clusters, and `user_info`, which tells who asks. Two more
 * read and write the routes where Harper lacks the operations on routes. The last one reads the version.
 */
export const operations = {
  ...clusterOperations,
  userInfo: operation('user_info', 'read', nothing, userAnswer),
  getConfiguration: operation('get_configuration', 'read', nothing, configurationAnswer),
  setConfiguration: operation('set_configuration', 'write', setConfigurationBody, message),
  version: {
    ...operation('search_by_value', 'read', nothing, versionAnswer),
    fields: {
      database: 'system',
      table: 'hdb_info',
      attribute: 'info_id',
      value: '*',
      get_attributes: ['info_id', 'hdb_version_num'],
    },
  },
} as const;

/** Harper's names of the eight cluster operations. */
export const CLUSTER_OPERATIONS: readonly string[] = Object.values(clusterOperations).map(({ name }) => name);
