import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { type LeanOperation, prepareOperation } from './lean/operation.ts';

/**
 * Executes the common queries on Yoga's road as the short way does: compiled, and again by graphql-js where that finds an error, because
 * its errors know their places. What was read is kept in the context, so nothing is asked of Harper twice.
 */
export function useCompiledExecution(schema: GraphQLSchema): Plugin {
  const known = new WeakMap<DocumentNode, Map<string, LeanOperation | undefined>>();

  function operationOf(document: DocumentNode, name: string | null | undefined): LeanOperation | undefined {
    let operations = known.get(document);
    if (operations === undefined) {
      operations = new Map();
      known.set(document, operations);
    }
    const key = name ?? '';
    if (operations.has(key)) return operations.get(key);
    const operation = prepareOperation(schema, document, name ?? undefined, true);
    // A name that the document has not is the caller's invention, and nothing to be remembered.
    if (!name || operation !== undefined) operations.set(key, operation);
    return operation;
  }

  return {
    onExecute({ args, setExecuteFn }) {
      const operation = operationOf(args.document, args.operationName);
      const variables = args.variableValues ?? {};
      if (!operation?.accepts(variables)) return;
      setExecuteFn(async ({ contextValue }): Promise<ExecutionResult> => {
        const result = await operation.run(contextValue, variables);
        return result.errors?.length ? operation.runPlainly(contextValue, variables) : result;
      });
    },
  };
}
