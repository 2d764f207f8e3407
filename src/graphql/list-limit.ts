import { GatewayError } from '../errors.ts';

/** The error for variables that hold a list longer than the limit, at any depth; undefined where they do not. */
export function listFault(variables: unknown, most: number): GatewayError | undefined {
  if (typeof variables !== 'object' || variables === null) return undefined;
  if (Array.isArray(variables) && variables.length > most) {
    return new GatewayError('LIMIT_EXCEEDED', `A list in the variables has more than ${most} items.`, {
      limit: 'MAX_LIST_LENGTH',
    });
  }
  for (const value of Object.values(variables)) {
    const fault = listFault(value, most);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
