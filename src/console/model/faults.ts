import type { ApiError } from '../api/errors.ts';
import type { Fault } from './peer-fields.ts';

/** The names in the schema that are other ones in the forms. */
const FIELDS = new Map([
  ['subscriptions', 'tables'],
  ['revokedCertificates', 'revoked'],
  ['retainAuthorization', 'retain'],
  ['waitForConnected', 'wait'],
  ['authorization', 'username'],
]);

/**
 * The faults the gateway names, at the fields of a form.
 * @param row the name that the fields of an entry of a list begin with, by its index; undefined for no row of the form
 */
export function faultsOf(error: ApiError, row: (index: number) => string | undefined): Fault[] {
  return (error.details.issues ?? []).flatMap(({ path, message }) => {
    const field = fieldOf(path, row);
    const text = `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? '' : '.'}`;
    return field === undefined ? [] : [{ field, message: text }];
  });
}

function fieldOf(path: readonly (string | number)[], row: (index: number) => string | undefined): string | undefined {
  const rest = path[0] === 'input' ? path.slice(1) : path;
  const [first, index] = rest;
  if ((first !== 'connections' && first !== 'routes') || typeof index !== 'number') return nameOf(rest);
  const prefix = row(index);
  return prefix === undefined ? undefined : `${prefix}${nameOf(rest.slice(2)) ?? 'hostname'}`;
}

function nameOf(path: readonly (string | number)[]): string | undefined {
  const last = path.findLast((part) => typeof part === 'string');
  const [first] = path;
  if (first === 'authorization' && last !== undefined && last !== first)
    return last === 'basic' ? 'username' : String(last);
  return typeof first === 'string' ? (FIELDS.get(first) ?? first) : undefined;
}
