import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';
import { builder } from './builder.ts';
import './subscriptions.ts';
import './cluster.ts';
import './cluster-change.ts';
import './cluster-status.ts';
import './configure.ts';
import './gateway.ts';
import './history.ts';
import './link-group.ts';
import './mutation-history.ts';
import './node.ts';
import './plan.ts';
import './route.ts';
import './viewer.ts';

/** The gateway's GraphQL schema. */
export const schema: GraphQLSchema = builder.toSchema();

/** The text of schema.graphql: the schema, sorted, so that a change in it is a change in one place. */
export function printedSchema(): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
