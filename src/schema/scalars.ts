import { GatewayError } from '../errors.ts';
import { builder } from './builder.ts';

/** RFC 3339: a date, a time and an offset; seconds may have a fraction. */
const DATE_TIME = /^\d{4}-\d{2}-\d{2}[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

/** The first and the last millisecond that RFC 3339 can write in UTC: it has four digits for the year. */
const FIRST = Date.parse('0000-01-01T00:00:00.000Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

/**
 * The moment in a string. A text that is no such moment becomes an invalid Date, not an error. The check of the
 * operation's input refuses it then, with its path, which a scalar does not know.
 * @throws GatewayError BAD_USER_INPUT for what is no string
 */
function toDate(value: unknown): Date {
  if (typeof value !== 'string') throw new GatewayError('BAD_USER_INPUT', 'Expected a date and time as a string.');
  const date = new Date(DATE_TIME.test(value) && hasRealDay(value) ? value : Number.NaN);
  return isWritable(date) ? date : new Date(Number.NaN);
}

/** JavaScript takes 30 February for 2 March; a caller who writes it means something else. */
function hasRealDay(text: string): boolean {
  return new Date(`${text.slice(0, 10)}T00:00:00Z`).getUTCDate() === Number(text.slice(8, 10));
}

function isWritable(date: Date): boolean {
  return date.getTime() >= FIRST && date.getTime() <= LAST;
}

/** A moment as a string; beyond the years that can be written it is the nearest moment that can. */
function toOutput(date: Date): string {
  return (isWritable(date) ? date : new Date(Math.min(Math.max(date.getTime(), FIRST), LAST))).toISOString();
}

/** A moment in time, as an RFC 3339 string in UTC. */
export const DateTime = builder.scalarType('DateTime', {
  description:
    'A moment in time as an RFC 3339 string with an offset, in the years 0 to 9999 UTC. ' +
    'Output is in UTC with milliseconds, such as "2026-01-31T08:30:00.000Z". Harper gives most times in whole ' +
    'seconds. A time of Harper beyond those years is shown as the first or last moment in them. ' +
    'Input may leave out the fraction of the second.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time.html',
  serialize: toOutput,
  parseValue: toDate,
});

/** An opaque id, stable as long as the thing keeps its names; the type's name keeps ids of different types apart. */
export function idOf(type: string, ...names: string[]): string {
  return Buffer.from(JSON.stringify([type, ...names])).toString('base64url');
}
