import type { Route } from '../harper/domain.ts';
import type { Placed } from '../mutations/at-node.ts';
import type { RoutesResult } from '../mutations/routes.ts';
import { builder, nodeArgument, nullable, requires } from './builder.ts';
import type { SchemaContext } from './context.ts';
import { DeleteRoutesInput, SetRoutesInput } from './inputs.ts';
import { type PayloadFields, readAfter, resultFields } from './payload.ts';

const RouteType = builder.objectRef<Route>('Route').implement({
  description: 'One route: where a node can be found when the cluster starts.',
  fields: (t) => ({
    url: t.exposeString('url', {
      description:
        'Its replication URL. Scheme and port are those of the called node itself where the entry names none.',
    }),
    hostname: t.exposeString('hostname', nullable('Its host name or address; null where the entry holds none.')),
    port: t.exposeInt('port', nullable('Its port as configured; null where the entry names none.')),
    configured: t.exposeString('configured', {
      description:
        'The entry as the configuration file holds it: the string itself, or the object as JSON, without credentials.',
    }),
  }),
});

interface RoutesPayload extends Placed<RoutesResult> {
  readonly read: () => Promise<Route[]>;
}

function toPayload(result: Placed<RoutesResult>, context: SchemaContext): RoutesPayload {
  return { ...result, read: readAfter(result, () => context.changes().routesAt(result.at)) };
}

const routesPayloadFields = (t: PayloadFields<RoutesPayload>) => ({
  ...resultFields(t),
  restartRequired: t.exposeBoolean('restartRequired', {
    description:
      'Whether Harper has to be restarted for the change to take effect: it reads its routes when it starts.',
  }),
  routes: t.field({
    type: [RouteType],
    description: 'All routes after the change. Read afresh, only when selected.',
    resolve: ({ read }) => read(),
  }),
});

const SetRoutesPayload = builder.objectRef<RoutesPayload>('SetRoutesPayload').implement({
  description: 'Outcome of setRoutes.',
  fields: (t) => ({
    ...routesPayloadFields(t),
    set: t.expose('changed', { type: [RouteType], description: 'The routes that were added.' }),
    skipped: t.expose('skipped', { type: [RouteType], description: 'The routes that were there already.' }),
  }),
});

const DeleteRoutesPayload = builder.objectRef<RoutesPayload>('DeleteRoutesPayload').implement({
  description: 'Outcome of deleteRoutes.',
  fields: (t) => ({
    ...routesPayloadFields(t),
    deleted: t.expose('changed', { type: [RouteType], description: 'The routes that were deleted.' }),
    skipped: t.expose('skipped', { type: [RouteType], description: 'The routes that were not found.' }),
  }),
});

builder.queryFields((t) => ({
  routes: t.field({
    type: [RouteType],
    ...requires(
      'viewer',
      'The configured routes: cluster_get_routes, or the routes out of get_configuration where Harper lacks that.',
    ),
    args: { node: nodeArgument(t) },
    resolve: (_, { node }, context) => context.changes().routes(node),
  }),
}));

builder.mutationFields((t) => ({
  setRoutes: t.field({
    type: SetRoutesPayload,
    ...requires(
      'operator',
      'Adds routes to the configuration: cluster_set_routes, or set_configuration where Harper lacks that. ' +
        'Harper reads its routes when it starts.',
    ),
    args: { input: t.arg({ type: SetRoutesInput, required: true, description: 'The routes.' }) },
    resolve: async (_, { input }, context) => toPayload(await context.changes().setRoutes(input), context),
  }),
  deleteRoutes: t.field({
    type: DeleteRoutesPayload,
    ...requires(
      'operator',
      'Deletes routes from the configuration, in whatever form it holds them: cluster_delete_routes, ' +
        'or set_configuration where Harper lacks that.',
    ),
    args: { input: t.arg({ type: DeleteRoutesInput, required: true, description: 'The routes.' }) },
    resolve: async (_, { input }, context) => toPayload(await context.changes().deleteRoutes(input), context),
  }),
}));
