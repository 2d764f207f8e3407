import { type ExecutionResult, type GraphQLError, getOperationAST, Kind, type OperationDefinitionNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { isErrorCode } from '../errors.ts';
import type { Metrics } from '../observability/metrics.ts';

/** Counts executed operations by root field and code, whatever they came by. */
export function useCounting({ requests }: Metrics): Plugin {
  return {
    onExecute({ args }) {
      const operation = getOperationAST(args.document, args.operationName);
      if (!operation) return undefined;
      return {
        onExecuteDone({ result }) {
          if (Symbol.asyncIterator in result) return;
          for (const [name, code] of outcomesOf(operation, result as ExecutionResult))
            requests.inc({ operation: name, code });
        },
      };
    },
    onResultProcess({ result }) {
      if (Array.isArray(result) || Symbol.asyncIterator in result) return;
      const { data, errors } = result as ExecutionResult;
      if (data === undefined && errors?.length) countRefused({ requests }, errors);
    },
  };
}

/** Counts a request that was not executed. */
export function countRefused({ requests }: Pick<Metrics, 'requests'>, errors: readonly GraphQLError[]): void {
  requests.inc({ operation: 'none', code: codeOf(errors[0]) });
}

/** Each root field of an operation with what came of it. */
export function outcomesOf(
  operation: OperationDefinitionNode,
  { data, errors }: ExecutionResult,
): [name: string, code: string][] {
  if (data === undefined) return [];
  return operation.selectionSet.selections.flatMap((selection): [string, string][] => {
    if (selection.kind !== Kind.FIELD) return [['fragment', errors?.length ? codeOf(errors[0]) : 'OK']];
    const key = (selection.alias ?? selection.name).value;
    const error = errors?.find(({ path }) => path === undefined || path[0] === key);
    return [[selection.name.value, error === undefined ? 'OK' : codeOf(error)]];
  });
}

function codeOf(error: GraphQLError | undefined): string {
  const code = error?.extensions.code;
  return isErrorCode(code) ? code : 'INTERNAL_SERVER_ERROR';
}
