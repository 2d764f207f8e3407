import { type DocumentNode, execute as executeByGraphQLJs, type GraphQLError, type GraphQLSchema } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { Settings } from '../config/settings.ts';
import { useDocumentLimits } from './document-limits.ts';
import type { Execute } from './executor.ts';
import type { TrustedDocuments } from './trusted-documents.ts';

/** What graphql-js does for an operation, with the plugins of this gateway around it. */
export interface Engine {
  /** @throws GraphQLError for what is no GraphQL, or exceeds a limit */
  parse(text: string): DocumentNode;
  /** The faults of a document; none where it fits the schema and all limits. */
  validate(document: DocumentNode): readonly GraphQLError[];
  readonly execute: Execute;
}

/**
 * Creates the engine: Yoga's, without its HTTP side. The transports of this gateway bound what they read and frame what
 * they answer themselves, the same for all of them (ARCHITECTURE.md).
 */
export function createEngine(schema: GraphQLSchema, settings: Settings, trusted: TrustedDocuments | undefined): Engine {
  const yoga = createYoga({
    schema,
    plugins: [useDocumentLimits(settings, trusted), useGraphQLJs],
    // documents.ts remembers what is parsed and valid, and render.ts masks errors.
    parserAndValidationCache: false,
    maskedErrors: false,
    logging: false,
    graphiql: false,
    landingPage: false,
    cors: false,
  });
  const { parse, validate, execute } = yoga.getEnveloped({} as never);
  return {
    parse,
    validate: (document) => validate(schema, document),
    execute: ({ document, name: operationName }, variableValues, contextValue) =>
      execute({ schema, document, operationName, variableValues, contextValue }),
  } as Engine;
}

/** Yoga's own executor differs from graphql-js in directives on fragments that are spread twice (test/differential). */
const useGraphQLJs: Plugin = { onExecute: ({ setExecuteFn }) => setExecuteFn(executeByGraphQLJs) };
