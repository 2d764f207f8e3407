import type { FormattedExecutionResult } from 'graphql';
import { type ErrorCode, isErrorCode } from '../errors.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Operation } from './operation.ts';

/** Counts operations by root field and code, whatever they came by. */
export interface OperationCounter {
  /** One operation with its result. */
  executed(operation: Operation, result: FormattedExecutionResult): void;
  /** One request that was not executed. */
  refused(result: FormattedExecutionResult): void;
}

/** Creates the one counter of operations. */
export function createOperationCounter({ requests }: Pick<Metrics, 'requests'>): OperationCounter {
  const count = (operation: string, code: ErrorCode | 'OK') => requests.inc({ operation, code });
  return {
    executed({ rootFields }, { errors }) {
      for (const { key, name } of rootFields) {
        const error = errors?.find(({ path }) => path === undefined || path[0] === key);
        count(name, error === undefined ? 'OK' : codeOf(error.extensions?.code));
      }
    },
    refused: ({ errors }) => count('none', codeOf(errors?.[0]?.extensions?.code)),
  };
}

function codeOf(code: unknown): ErrorCode {
  return isErrorCode(code) ? code : 'INTERNAL_SERVER_ERROR';
}
