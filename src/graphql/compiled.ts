import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { CommonQueries } from './common-query.ts';

/**
 * Executes the common queries on Yoga's road as the short way does: compiled, and again by graphql-js where that finds an error, because
 * its errors know their places. What was read is kept in the context, so nothing is asked of Harper twice.
 */
export function useCompiledExecution(queries: CommonQueries): Plugin {
  return {
    onExecute({ args, setExecuteFn }) {
      const query = queries.of(args.document, args.operationName ?? undefined);
      const variables = args.variableValues ?? {};
      if (!query?.accepts(variables)) return;
      setExecuteFn(async ({ contextValue }): Promise<ExecutionResult> => {
        const result = await query.run(contextValue, variables);
        return result.errors?.length ? query.runPlainly(contextValue, variables) : result;
      });
    },
  };
}
