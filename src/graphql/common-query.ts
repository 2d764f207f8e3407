import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  getVariableValues,
  isInputObjectType,
  isInputType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  typeFromAST,
} from 'graphql';

/** A query that is answered by one cluster_status, prepared once for all requests with the same document. */
export interface CommonQuery {
  readonly definition: OperationDefinitionNode;
  /** Tells operations apart. */
  readonly id: number;
  /** Whether variables are good; where they are not graphql-js says why. */
  accepts(variables: Readonly<Record<string, unknown>>): boolean;
  /** Executes it the fast way; the data are right whenever there are no errors. */
  run(contextValue: object, variables: Readonly<Record<string, unknown>>): Promise<ExecutionResult> | ExecutionResult;
  /** Executes it as graphql-js does, whose errors know their places. */
  runPlainly(
    contextValue: object,
    variables: Readonly<Record<string, unknown>>,
  ): Promise<ExecutionResult> | ExecutionResult;
}

/** Root fields that are answered by one cluster_status and nothing else: their answers can be shared. */
const SHARED_ROOTS = new Set(['clusterStatus', 'peer', '__typename']);

let lastId = 0;

/** The common queries of all documents. */
export interface CommonQueries {
  /** The query of that name in a valid document, the only one without a name; undefined where that is nothing common. */
  of(document: DocumentNode, operationName: string | undefined): CommonQuery | undefined;
}

/**
 * Creates them, for both roads: what is prepared on one need not be on the other.
 * @param compiled whether they are compiled; plain execution otherwise, with the same answers
 */
export function createCommonQueries(schema: GraphQLSchema, compiled: boolean): CommonQueries {
  const known = new WeakMap<DocumentNode, Map<string, CommonQuery | undefined>>();
  return {
    of(document, operationName) {
      const queries = known.get(document) ?? new Map<string, CommonQuery | undefined>();
      known.set(document, queries);
      const key = operationName ?? '';
      if (queries.has(key)) return queries.get(key);
      const query = prepare(schema, document, operationName, compiled);
      // A name that the document has not is the caller's invention, and nothing to be remembered.
      if (operationName === undefined || query !== undefined) queries.set(key, query);
      return query;
    },
  };
}

function prepare(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
  compiled: boolean,
): CommonQuery | undefined {
  const definition = getOperationAST(document, operationName);
  if (definition?.operation !== OperationTypeNode.QUERY) return undefined;
  const isShared = definition.selectionSet.selections.every(
    (selection) => selection.kind === Kind.FIELD && SHARED_ROOTS.has(selection.name.value),
  );
  if (!isShared || !hasPlainVariables(schema, definition)) return undefined;
  const runPlainly: CommonQuery['runPlainly'] = (contextValue, variableValues) =>
    execute({ schema, document, operationName, contextValue, variableValues }) as ExecutionResult;
  const definitions = definition.variableDefinitions ?? [];
  lastId += 1;
  return {
    definition,
    id: lastId,
    accepts: (variables) =>
      definitions.length === 0 ||
      (getVariableValues(schema, definitions, variables).errors === undefined &&
        // null in place of a default is a fault that graphql-js finds where it is used, and compiled code does not.
        !definitions.some(({ defaultValue, variable }) => defaultValue && variables[variable.name.value] === null)),
    run: compiled ? compiling(schema, document, operationName, runPlainly) : runPlainly,
    runPlainly,
  };
}

/** Input objects are left to graphql-js, which knows @oneOf. */
function hasPlainVariables(schema: GraphQLSchema, { variableDefinitions = [] }: OperationDefinitionNode): boolean {
  return variableDefinitions.every(({ type }) => {
    const input = typeFromAST(schema, type as never);
    return isInputType(input) && !isInputObjectType(getNamedType(input));
  });
}

/** What compiles, once it is loaded: with the first operation that is used again, not at every start. */
let compiler: typeof import('graphql-jit') | undefined;
let isLoading = false;

async function loadCompiler(): Promise<void> {
  if (isLoading) return;
  isLoading = true;
  compiler = await import('graphql-jit');
}

/**
 * Runs an operation plainly the first time, which for many documents is the only one, and compiled as soon as that can be. A document
 * that cannot be compiled goes on as it began.
 */
function compiling(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
  plainly: CommonQuery['run'],
): CommonQuery['run'] {
  let run: CommonQuery['run'] | undefined;
  let uses = 0;
  return (contextValue, variables) => {
    if (run !== undefined) return run(contextValue, variables);
    uses += 1;
    if (uses === 1) return plainly(contextValue, variables);
    if (compiler === undefined) {
      void loadCompiler();
      return plainly(contextValue, variables);
    }
    const { compileQuery, isCompiledQuery } = compiler;
    const query = compileQuery(schema, document, operationName, { disablingCapturingStackErrors: true });
    run = isCompiledQuery(query)
      ? (context, values) => query.query(undefined, context, values) as ExecutionResult
      : plainly;
    return run(contextValue, variables);
  };
}
