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

/** Description and rights of a root field: it says itself whom it is for. */
export function open<R extends Role>(
  role: R,
  description: string,
): { description: string; authScopes: Record<R, true> } {
  return { description: `${description} Role: ${role}.`, authScopes: { [role]: true } as Record<R, true> };
}

builder.queryType({ description: 'Reads. None of them changes the cluster.' });
builder.mutationType({
  description: 'Changes to the cluster. Each is sent to Harper once and never repeated by the gateway.',
});
