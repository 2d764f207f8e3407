import type { TypedDocumentString } from '../graphql/graphql.ts';
import { type Answer, readAnswer } from './answer.ts';
import { invalidAnswer, unreachable } from './errors.ts';

export interface RequestOptions {
  readonly url: string;
  /** The Authorization header; undefined sends none. */
  readonly authorization: string | undefined;
  /** Milliseconds after which no answer is awaited; none when left out, as changes may take long. */
  readonly timeoutMs?: number;
  /** Told the Date header of each answer. */
  readonly onDate?: (date: string) => void;
}

/** Sends one query or mutation by POST. Never throws: a failure is an answer, too. */
export async function request<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  { url, authorization, timeoutMs, onDate }: RequestOptions,
): Promise<Answer<Data>> {
  let response: Response;
  let body: string;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        ...(authorization !== undefined && { authorization }),
      },
      body: JSON.stringify({ query: document.toString(), variables }),
      // The login is the header alone. No cookie of a proxy is asked for, and no answer is kept.
      credentials: 'same-origin',
      cache: 'no-store',
      ...(timeoutMs !== undefined && { signal: AbortSignal.timeout(timeoutMs) }),
    });
    body = await response.text();
  } catch {
    return { error: unreachable('The gateway does not answer.') };
  }
  const date = response.headers.get('date');
  if (date !== null) onDate?.(date);
  try {
    return readAnswer(JSON.parse(body));
  } catch {
    return { error: invalidAnswer(`The answer is not the gateway’s (HTTP ${response.status}).`) };
  }
}
