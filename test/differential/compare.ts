import type { ExecutionResult } from 'graphql';
import type { Answer } from './transports.ts';

/** What the reference says, in the form in which answers are compared with it. */
export interface Expected {
  /** The whole result where there are no errors, masked; undefined otherwise. */
  readonly text: string | undefined;
  /** The data as text, masked; undefined where there are none. */
  readonly data: string | undefined;
  /** Paths of the errors as texts, sorted. */
  readonly paths: readonly string[];
}

interface Result {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly path?: readonly (string | number)[] | undefined;
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[];
}

/** A whole text that is a moment, as the schema's DateTime writes it. */
const MOMENT = /"(\d{4})-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z"/g;

/** Hides the moments of today, which no two answers have in common; all those that Harper told are of 2020. */
export function masked(text: string): string {
  return text.replace(MOMENT, (moment, year: string) => (year === '2020' ? moment : '"…"'));
}

/** What an answer has to be where graphql-js gives this result. */
export function expectedOf(result: ExecutionResult): Expected {
  const { data, errors } = result;
  const text = errors === undefined ? masked(JSON.stringify({ data })) : undefined;
  return { text, data: dataOf(result), paths: pathsOf(errors) };
}

/**
 * Tells how an answer differs from what was expected; undefined where it does not.
 * An answer without errors must have the same bytes. Of one with errors the data and the paths are compared, because
 * the gateway has texts and codes of its own.
 */
export function differenceOf(expected: Expected, { text, status }: Answer): string | undefined {
  if (expected.text !== undefined) {
    if (status !== undefined && status !== 200) return `status ${status}`;
    return masked(text) === expected.text ? undefined : 'other bytes';
  }
  const result = parsed(text);
  if (result === undefined) return 'no JSON';
  if (dataOf(result) !== expected.data) return 'other data';
  if (result.errors === undefined || result.errors.length === 0) return 'no errors';
  if (!result.errors.every(({ extensions }) => typeof extensions?.code === 'string')) return 'an error without a code';
  // The gateway tells all that is wrong with the variables in one error. And where a field's error makes the whole
  // result null, it depends on timing which of the other fields have failed by then.
  if (expected.data === undefined || expected.data === 'null') return undefined;
  return JSON.stringify(pathsOf(result.errors)) === JSON.stringify(expected.paths) ? undefined : 'other error paths';
}

function parsed(text: string): Result | undefined {
  try {
    return JSON.parse(text) as Result;
  } catch {
    return undefined;
  }
}

function dataOf({ data }: Result): string | undefined {
  return data === undefined ? undefined : masked(JSON.stringify(data));
}

function pathsOf(errors: Result['errors']): string[] {
  return (errors ?? []).map(({ path }) => JSON.stringify(path ?? null)).sort();
}
