import type { Route } from '../harper/domain.ts';
import { operations, type RouteEntry } from '../harper/operations.ts';
import { toRoute } from '../harper/routes.ts';
import { builder } from './builder.ts';
import { DeleteRoutesInput, SetRoutesInput } from './inputs.ts';
import { type Outcome, outcomeOf, readAfter } from './payload.ts';

const RouteType = builder.objectRef<Route>('Route').implement({
  description: 'One route: where a node can be found when the cluster starts.',
  fields: (t) => ({
    url: t.exposeString('url', {
      description: 'Its replication URL; made of host and port, with wss and port 9933 where the entry names none.',
    }),
    hostname: t.exposeString('hostname', {
      nullable: true,
      description: 'Its host name or address; null where the entry holds none.',
    }),
    port: t.exposeInt('port', {
      nullable: true,
      description: 'Its port as configured; null where the entry names none.',
    }),
    configured: t.exposeString('configured', {
      description:
        'The entry as the configuration file holds it: the string itself, or the object as JSON, without credentials.',
    }),
  }),
});

interface RoutesPayload extends Outcome {
  readonly changed: readonly Route[];
  readonly skipped: readonly Route[];
  readonly read: () => Promise<Route[]>;
}

function toPayload(
  answer: { message: string; skipped?: RouteEntry[] | null | undefined },
  changed: RouteEntry[] | null | undefined,
  read: () => Promise<Route[]>,
): RoutesPayload {
  const outcome = outcomeOf(answer.message);
  return {
    ...outcome,
    changed: (changed ?? []).map(toRoute),
    skipped: (answer.skipped ?? []).map(toRoute),
    read: readAfter(outcome, read),
  };
}

const outcomeFields = (t: PothosSchemaTypes.ObjectFieldBuilder<typeof builder.$inferSchemaTypes, RoutesPayload>) => ({
  message: t.exposeString('message', { description: "Harper's own words." }),
  warnings: t.stringList({
    description: 'What went wrong although the change was made; empty when nothing did.',
    resolve: ({ warnings }) => [...warnings],
  }),
  partial: t.exposeBoolean('partial', { description: 'Whether only a part was done, with the reason in warnings.' }),
  routes: t.field({
    type: [RouteType],
    description: 'All routes after the change, read afresh, only when selected.',
    resolve: ({ read }) => read(),
  }),
});

const SetRoutesPayload = builder.objectRef<RoutesPayload>('SetRoutesPayload').implement({
  description: 'Outcome of setRoutes.',
  fields: (t) => ({
    ...outcomeFields(t),
    set: t.field({
      type: [RouteType],
      description: 'The routes that were added.',
      resolve: ({ changed }) => [...changed],
    }),
    skipped: t.field({
      type: [RouteType],
      description: 'The routes that were there already.',
      resolve: ({ skipped }) => [...skipped],
    }),
  }),
});

const DeleteRoutesPayload = builder.objectRef<RoutesPayload>('DeleteRoutesPayload').implement({
  description: 'Outcome of deleteRoutes.',
  fields: (t) => ({
    ...outcomeFields(t),
    deleted: t.field({
      type: [RouteType],
      description: 'The routes that were deleted.',
      resolve: ({ changed }) => [...changed],
    }),
    skipped: t.field({
      type: [RouteType],
      description: 'The routes that were not found.',
      resolve: ({ skipped }) => [...skipped],
    }),
  }),
});

builder.queryFields((t) => ({
  routes: t.field({
    type: [RouteType],
    description: 'The configured routes: cluster_get_routes.',
    resolve: (_, __, context) => context.harper().routes(),
  }),
}));

builder.mutationFields((t) => ({
  setRoutes: t.field({
    type: SetRoutesPayload,
    description: 'Adds routes to the configuration: cluster_set_routes. Harper reads its routes when it starts.',
    args: { input: t.arg({ type: SetRoutesInput, required: true, description: 'The routes.' }) },
    resolve: async (_, { input }, context) => {
      const harper = context.harper();
      const answer = await harper.change(operations.setRoutes, input);
      return toPayload(answer, answer.set, harper.routes);
    },
  }),
  deleteRoutes: t.field({
    type: DeleteRoutesPayload,
    description: 'Deletes routes from the configuration: cluster_delete_routes.',
    args: { input: t.arg({ type: DeleteRoutesInput, required: true, description: 'The routes.' }) },
    resolve: async (_, { input }, context) => {
      const harper = context.harper();
      const answer = await harper.change(operations.deleteRoutes, input);
      return toPayload(answer, answer.deleted, harper.routes);
    },
  }),
}));
