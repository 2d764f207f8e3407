import SchemaBuilder from '@pothos/core';
import type { SchemaContext } from './context.ts';

/** The types every schema file adds to. Fields are non-null unless they say otherwise, as clients want them. */
export const builder = new SchemaBuilder<{
  Context: SchemaContext;
  DefaultFieldNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
  };
}>({ defaultFieldNullability: false });

builder.queryType({ description: 'Reads. None of them changes the cluster.' });
builder.mutationType({
  description: 'Changes to the cluster. Each is sent to Harper once and never repeated by the gateway.',
});
