import SchemaBuilder from '@pothos/core';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import { type GraphQLResolveInfo, getArgumentValues } from 'graphql';
import type { Role } from '../auth/caller.ts';
import type { SchemaContext } from './context.ts';

/** The types every schema file adds to. Fields are non-null unless they say otherwise, as clients want them. */
export const builder = new SchemaBuilder<{
  Context: SchemaContext;
  DefaultFieldNullability: false;
  AuthScopes: Record<Role, boolean>;
  DefaultEdgesNullability: { list: false; items: false };
  DefaultNodeNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
  };
}>({
  defaultFieldNullability: false,
  plugins: [ScopeAuthPlugin, RelayPlugin],
  relay: {
    nodeQueryOptions: false,
    nodesQueryOptions: false,
    edgesFieldOptions: {
      nullable: { list: false, items: false },
      description: 'What is on this page, with its cursors.',
    },
    nodeFieldOptions: { nullable: false, description: 'What is there.' },
    firstArgOptions: { description: 'At most so many, the oldest after `after`.' },
    afterArgOptions: { description: 'Only what comes after this cursor.' },
    lastArgOptions: { description: 'At most so many, the newest before `before`. Not beside `first`.' },
    beforeArgOptions: { description: 'Only what comes before this cursor.' },
    hasNextPageFieldOptions: { description: 'Whether there is more after it.' },
    hasPreviousPageFieldOptions: { description: 'Whether there is more before it.' },
    startCursorFieldOptions: { description: 'Cursor of the first; null where there is none.' },
    endCursorFieldOptions: { description: 'Cursor of the last; null where there is none.' },
    cursorFieldOptions: { description: 'Opaque; give it back as `after` or `before`.' },
    pageInfoFieldOptions: { description: 'Whether there is more.' },
    pageInfoTypeOptions: { description: 'Where a page lies among all that there is.' },
  },
  scopeAuth: {
    authorizeOnSubscribe: true,
    authScopes: (context) => ({ viewer: context.may('viewer'), operator: context.may('operator') }),
    unauthorizedError: (_, context, info) => context.refuse(changeIn(info)),
  },
});

/** The change that a field asks for; undefined where it is none. */
function changeIn({ parentType, fieldName, fieldNodes, variableValues }: GraphQLResolveInfo) {
  const [node] = fieldNodes;
  const field = parentType.getFields()[fieldName];
  if (parentType.name !== 'Mutation' || node === undefined || field === undefined) return undefined;
  const { input } = getArgumentValues(field, node, variableValues);
  return { mutation: fieldName, input: input as object };
}

/** Options of a root field for callers with a role. It is null when it fails, so that the others keep their data. */
export function requires<R extends Role>(role: R, description: string) {
  const options = requiresNonNull(role, `${description} Null when it fails, with the reason in \`errors\`.`);
  return { ...options, nullable: true } as const;
}

/**
 * As `requires`, for a root field that is never null: when it fails, the whole answer is. That fits `gateway`, which
 * never fails for a known caller, and subscriptions, which have one root field only.
 */
export function requiresNonNull<R extends Role>(role: R, description: string) {
  return { description: `${description} Role: ${role}.`, authScopes: { [role]: true } as Record<R, true> };
}

/** Adds an enum, each value with its description. */
export function enumOf<V extends string>(name: string, description: string, values: Readonly<Record<V, string>>) {
  const described = Object.entries<string>(values).map(([value, text]) => [value, { description: text }]);
  return builder.enumType(name, { description, values: Object.fromEntries(described) as Record<V, object> });
}

/** What both kinds of change say of when they were seen. */
export const SEEN_LATE =
  'Whether it happened while nobody watched, such as before the gateway was started: at some time before `observedAt`.';

/** What is said of how long a state has lasted. */
export const AT_LEAST_SINCE =
  'At least since when it has been so: when the gateway first saw it. Null where it is not watched.';

/** Options of a field that may be null; the description says when. */
export function nullable(description: string) {
  return { description, nullable: true } as const;
}

/** The argument that says which node is asked. */
export function nodeArgument(t: QueryFields) {
  return t.arg.string({
    description:
      'Name of the node that is asked. Left out: the preferred one that answers, and `nodeName` says which that was.',
  });
}
type QueryFields = PothosSchemaTypes.QueryFieldBuilder<typeof builder.$inferSchemaTypes, object>;

builder.queryType({
  description: 'Reads. None of them changes the cluster. One that fails leaves the others their data.',
});
builder.mutationType({
  description:
    'Changes to the cluster, made one after the other. Each is sent to Harper once and never repeated by the ' +
    'gateway. One that fails leaves the others their results.',
});
