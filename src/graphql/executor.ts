import type { ExecutionResult, GraphQLSchema } from 'graphql';
import type { compileQuery } from 'graphql-jit';
import { flattened } from './flatten.ts';
import type { Operation } from './operation.ts';

/** Executes queries and mutations. */
export type Execute = (
  operation: Operation,
  variables: Readonly<Record<string, unknown>>,
  contextValue: object,
) => Promise<ExecutionResult> | ExecutionResult;

/**
 * Executes status queries by code that graphql-jit makes of them, and everything else by `plainly`. What is compiled is
 * a copy of one operation, with its fragments put in and without directives (flatten.ts). The random documents of
 * test/differential check that such operations give the same bytes either way. Where compiled code finds an error,
 * graphql-js executes the operation again, because its errors have locations. That asks Harper nothing again: what was
 * read is kept in the context.
 */
export function createCompiledExecutor(schema: GraphQLSchema, plainly: Execute): Execute {
  let isLoading = false;
  let compile: typeof compileQuery | undefined;
  const compiled = new WeakMap<Operation, Execute>();

  async function load(): Promise<void> {
    if (isLoading) return;
    isLoading = true;
    // Without the compiler everything is executed plainly.
    compile = (await import('graphql-jit').catch(() => undefined))?.compileQuery;
  }

  function compiledOf(operation: Operation): Execute {
    const document = flattened(schema, operation);
    if (document === undefined || compile === undefined) return plainly;
    const query = compile(schema, document, '', { disablingCapturingStackErrors: true });
    if (!('query' in query)) return plainly;
    return (_, variables, context) => {
      const checked = ({ data, errors }: ExecutionResult): ReturnType<Execute> =>
        errors?.length || data === undefined ? plainly(operation, variables, context) : { data };
      const result = query.query(undefined, context, { ...variables });
      return result instanceof Promise ? result.then(checked) : checked(result as ExecutionResult);
    };
  }

  const used = new WeakSet<Operation>();
  return (operation, variables, context) => {
    // null where no value may be is a fault that graphql-js finds where the variable is used. Compiled code does not.
    if (!operation.isStatusQuery || Object.values(variables).includes(null))
      return plainly(operation, variables, context);
    const known = compiled.get(operation);
    if (known !== undefined) return known(operation, variables, context);
    if (!used.has(operation)) used.add(operation);
    // The compiler is loaded with the first operation that is used again, not at every start.
    else if (compile === undefined) void load();
    else compiled.set(operation, compiledOf(operation));
    return plainly(operation, variables, context);
  };
}
