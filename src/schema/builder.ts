import SchemaBuilder from '@pothos/core';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import { type GraphQLResolveInfo, getArgumentValues } from 'graphql';
import type { Role } from '../auth/caller.ts';
import type { SchemaContext } from './context.ts';

/** The types every schema file adds to. Fields are non-null unless they say otherwise, as clients want them. */
export const builder = new SchemaBuilder<{
  Context: SchemaContext;
  DefaultFieldNullability: false;
  AuthScopes: Record<Role, boolean>;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
  };
}>({
  defaultFieldNullability: false,
  plugins: [ScopeAuthPlugin],
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
