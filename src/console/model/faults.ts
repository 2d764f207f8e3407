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
 * The faults the gateway names, at the fields of a form. Those for which it has no field are left out.
 * @param fields the names of its fields, apart from what they begin with
 * @param row the name that the fields of an entry of a list begin with, by its index; undefined for no row of the form
 */
export function faultsOf(
  error: ApiError,
  fields: readonly string[],
  row: (index: number) => string | undefined = () => '',
): Fault[] {
  return (error.details.issues ?? []).flatMap(({ path, message }) => {
    const field = fieldOf(path, { fields, row });
    const text = `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? '' : '.'}`;
    return field === undefined ? [] : [{ field, message: text }];
  });
}

interface Form {
  readonly fields: readonly string[];
  readonly row: (index: number) => string | undefined;
}

function fieldOf(path: readonly (string | number)[], { fields, row }: Form): string | undefined {
  const rest = path[0] === 'input' ? path.slice(1) : path;
  const known = (field: string | undefined) => fields.find((each) => each === field);
  const [first, index] = rest;
  if ((first !== 'connections' && first !== 'routes') || typeof index !== 'number') return known(nameOf(rest));
  const prefix = row(index);
  const field = known(nameOf(rest.slice(2)) ?? 'hostname');
  return prefix === undefined || field === undefined ? undefined : `${prefix}${field}`;
}

function nameOf(path: readonly (string | number)[]): string | undefined {
  const last = path.findLast((part) => typeof part === 'string');
  const [first] = path;
  if (first === 'authorization' && last !== undefined && last !== first)
    return last === 'basic' ? 'username' : String(last);
  return typeof first === 'string' ? (FIELDS.get(first) ?? first) : undefined;
}
