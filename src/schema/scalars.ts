import { GatewayError } from '../errors.ts';
import { toText } from '../harper/times.ts';
import { builder } from './builder.ts';

/** RFC 3339: a date, a time and a zone; seconds may have a fraction. */
const DATE_TIME = /^\d{4}-\d{2}-\d{2}[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

/**
 * A text that is no date becomes an invalid Date, not an error: the check of the operation's input refuses it with its
 * path, which a scalar does not know.
 */
function toDate(value: unknown): Date {
  if (typeof value !== 'string') throw new GatewayError('BAD_USER_INPUT', 'Expected a date and time as a string.');
  return DATE_TIME.test(value) && hasRealDay(value) ? new Date(value) : new Date(Number.NaN);
}

/** JavaScript takes 30 February for 2 March; a caller who writes it means something else. */
function hasRealDay(text: string): boolean {
  const day = Number(text.slice(8, 10));
  const lastDay = new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate();
  return day >= 1 && day <= lastDay;
}

/** A moment in time, as an RFC 3339 string in UTC. */
export const DateTime = builder.scalarType('DateTime', {
  description:
    'A moment in time as an RFC 3339 string with a zone, such as "2026-01-31T08:30:00.000Z". Output is always in UTC; Harper gives most of its times in whole seconds.',
  serialize: (value) => (value instanceof Date ? toText(value) : String(value)),
  parseValue: toDate,
});
