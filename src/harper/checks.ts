import type { z } from 'zod';
import { badInput, GatewayError, type Issue } from '../errors.ts';
import { parseJson } from '../util/json.ts';
import { type CallInfo, invalidResponse, refusal } from './failure.ts';
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

/** Parses and checks the answer of an operation. */
export type ReadAnswer = <I, O>(operation: Operation<I, O>, bytes: Buffer, call: CallInfo) => O;

/**
 * Creates a reader of answers, which drops every field that is not known. Where an operation has its own decoder, an
 * answer of the same bytes as the last one gives the very same data. In a cluster at rest most answers are the same,
 * since figures of a socket change once a second at most. Comparing bytes costs a hundredth of parsing them
 * (bench/queries.ts, "nothing shared, at rest").
 * @throws from the reader: GatewayError UPSTREAM_INVALID_RESPONSE that says where an answer differs
 */
export function createAnswerReader(): ReadAnswer {
  const memos = new Map<string, AnswerMemo>();
  return <I, O>(operation: Operation<I, O>, bytes: Buffer, call: CallInfo): O => {
    const { name, output, createDecoder } = operation;
    if (createDecoder === undefined) return dataOf(output.safeParse(bodyOf(bytes, call)), call);
    const memo = memos.get(name) ?? { decode: createDecoder(), bytes: undefined, data: undefined };
    memos.set(name, memo);
    if (!memo.bytes?.equals(bytes)) {
      memo.data = dataOf(memo.decode(bodyOf(bytes, call)), call);
      memo.bytes = bytes;
    }
    return memo.data as O;
  };
}

/** The last answer of an operation that passed its check. */
interface AnswerMemo {
  readonly decode: (body: unknown) => z.ZodSafeParseResult<unknown>;
  bytes: Buffer | undefined;
  data: unknown;
}

function bodyOf(bytes: Buffer, call: CallInfo): unknown {
  const body = parseJson(bytes.toString('utf8'));
  if (body === undefined) throw invalidResponse('is not JSON', call, { status: 200 });
  const status = statusInBody(body);
  if (status !== undefined) throw refusalWithin(status, body, call);
  return body;
}

/** An error that came with HTTP status 200: whether a change was made all the same is not known. */
function refusalWithin(status: number, body: unknown, call: CallInfo): GatewayError {
  const failure = refusal(status, body, call);
  if (call.kind === 'read') return failure;
  return new GatewayError(failure.code, failure.message, { ...failure.details, read: false, outcomeUnknown: true });
}

/** The status of an error that came with HTTP status 200; undefined where the body is no error. */
function statusInBody(body: unknown): number | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  const { error, statusCode: status } = body as { readonly error?: unknown; readonly statusCode?: unknown };
  const isStatus = typeof status === 'number' && Number.isInteger(status) && status >= 400 && status < 600;
  if (isStatus) return status;
  return error === undefined || error === null || error === false || error === '' ? undefined : 500;
}

function dataOf<O>(result: z.ZodSafeParseResult<O>, call: CallInfo): O {
  if (result.success) return result.data;
  throw invalidResponse('is not of the documented shape', call, { issues: toIssues(result.error), status: 200 });
}

/** The first fault of each place. zod's messages name types and rules, never the value, so they are fit to be shown. */
function toIssues(error: z.ZodError, prefix: readonly string[] = []): Issue[] {
  const issues = new Map<string, Issue>();
  for (const { path, message } of error.issues) {
    const place = [...prefix, ...path.map((key) => (typeof key === 'number' ? key : String(key)))];
    if (!issues.has(place.join('.'))) issues.set(place.join('.'), { path: place, message });
  }
  return [...issues.values()];
}
