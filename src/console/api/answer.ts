import { type ApiError, invalidAnswer, readError, record } from './errors.ts';

/** What came of a request: all of its data, or why there is none. */
export type Answer<Data> = { readonly data: Data; readonly error?: undefined } | { readonly error: ApiError };

/**
 * Reads a GraphQL result, whatever was sent. A root field that has failed makes the whole answer a failure: the
 * documents of the page ask for one thing each.
 */
export function readAnswer<Data>(value: unknown): Answer<Data> {
  const { data, errors } = record(value);
  if (Array.isArray(errors) && errors.length > 0) return { error: readError(errors[0]) };
  if (typeof data !== 'object' || data === null) return { error: invalidAnswer('The answer holds no data.') };
  // The gateway checks the document, and codegen has made its type of the same schema.
  return { data: data as Data };
}

/** The part of an answer that is wanted. */
export function mapAnswer<Data, Part>(answer: Answer<Data>, part: (data: Data) => Part): Answer<Part> {
  return answer.error === undefined ? { data: part(answer.data) } : answer;
}
