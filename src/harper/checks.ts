import type { z } from 'zod';
import { GatewayError, type Issue } from '../errors.ts';
import { type Asked, invalidResponse } from './failure.ts';
import type { Operation } from './operations.ts';

/**
 * Checks an input and turns it into the fields of a request body.
 * @param path where the input stands in the caller's request, for the paths of `issues`
 * @throws GatewayError BAD_USER_INPUT with every fault
 */
export function checkInput<I, O>(operation: Operation<I, O>, input: I, path: readonly string[]): object {
  const result = operation.input.safeParse(input);
  if (result.success) return result.data;
  throw badInput(toIssues(result.error, path), operation.name);
}

/** Faults of an input as the error a caller gets. */
export function badInput(issues: readonly Issue[], operation?: string): GatewayError {
  const sentences = issues.map(({ path, message }) => `${path.join('.')} ${message}.`);
  return new GatewayError('BAD_USER_INPUT', sentences.join(' '), { ...(operation && { operation }), issues });
}

/** Checks answers. */
export type CheckAnswer = <I, O>(operation: Operation<I, O>, body: unknown, asked: Asked) => O;

/**
 * Creates a check that takes over from the last answer of an operation what is the same in both, where the operation says how; for the very
 * same body it gives the very same data.
 * @throws from the check: GatewayError, as `checkAnswer`
 */
export function createAnswerCheck(): CheckAnswer {
  const readers = new Map<string, Reader>();
  return <I, O>(operation: Operation<I, O>, body: unknown, asked: Asked): O => {
    const { name, createReader } = operation;
    if (createReader === undefined) return checkAnswer(operation, body, asked);
    const reader = readers.get(name) ?? { read: createReader(), body: undefined, data: undefined };
    readers.set(name, reader);
    if (body !== reader.body || body === undefined) {
      reader.data = dataOf(reader.read(body) as z.ZodSafeParseResult<O>, asked);
      reader.body = body;
    }
    return reader.data as O;
  };
}

interface Reader {
  readonly read: (body: unknown) => z.ZodSafeParseResult<unknown>;
  /** The last answer that was good. */
  body: unknown;
  data: unknown;
}

/**
 * Checks an answer and drops what is not known of it.
 * @throws GatewayError UPSTREAM_INVALID_RESPONSE that says where it differs
 */
export function checkAnswer<I, O>(operation: Operation<I, O>, body: unknown, asked: Asked): O {
  return dataOf(operation.output.safeParse(body), asked);
}

function dataOf<O>(result: z.ZodSafeParseResult<O>, asked: Asked): O {
  if (result.success) return result.data;
  throw invalidResponse('is not of the documented shape', asked, { issues: toIssues(result.error), status: 200 });
}

/**
 * The first fault of each place. zod's messages name types and rules, never the offending value, so they are fit to be
 * shown.
 */
function toIssues(error: z.ZodError, prefix: readonly string[] = []): Issue[] {
  const issues = new Map<string, Issue>();
  for (const { path, message } of error.issues) {
    const place = [...prefix, ...path.map((key) => (typeof key === 'number' ? key : String(key)))];
    if (!issues.has(place.join('.'))) issues.set(place.join('.'), { path: place, message });
  }
  return [...issues.values()];
}
