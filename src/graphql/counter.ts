import type { FormattedExecutionResult } from 'graphql';
import { type ErrorCode, isErrorCode } from '../errors.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Operation } from './operation.ts';

/** Creates the counter of operations, by root field and code, whatever they came by. */
export function createOperationCounter({ requests }: Pick<Metrics, 'requests'>) {
  const count = (operation: string, code: ErrorCode | 'OK') => requests.inc({ operation, code });
  return {
    /** Counts one operation with its result. */
    executed({ rootFields }: Operation, { errors }: FormattedExecutionResult): void {
      for (const { key, name } of rootFields) {
        const error = errors?.find(({ path }) => path === undefined || path[0] === key);
        count(name, error === undefined ? 'OK' : codeOf(error.extensions?.code));
      }
    },
    /** Counts one request that was not executed. */
    refused: ({ errors }: FormattedExecutionResult) => count('none', codeOf(errors?.[0]?.extensions?.code)),
  };
}

function codeOf(code: unknown): ErrorCode {
  return isErrorCode(code) ? code : 'INTERNAL_SERVER_ERROR';
}
