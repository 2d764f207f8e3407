import type { TypedDocumentString } from '../graphql/graphql.ts';
import { type Answer, readAnswer } from './answer.ts';
import { invalidAnswer, unreachable } from './errors.ts';

export interface RequestOptions {
  readonly url: string;
  /** The Authorization header; undefined sends none. */
  readonly authorization: string | undefined;
  /** Milliseconds after which no answer is awaited; none when left out, as changes may take long. */
  readonly timeoutMs?: number;
  /** Told the Date header of each answer, and when the request was sent by the clock of the device. */
  readonly onDate?: (date: string, askedAt: number) => void;
}

/** Sends one query or mutation by POST. Never throws: a failure is an answer, too. */
export async function request<Data, Variables>(
  document: TypedDocumentString<Data, Variables>,
  variables: Variables,
  { url, authorization, timeoutMs, onDate }: RequestOptions,
): Promise<Answer<Data>> {
  const askedAt = Date.now();
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
    // Before the body, which may take long.
    const date = response.headers.get('date');
    if (date !== null) onDate?.(date, askedAt);
    body = await response.text();
  } catch {
    return { error: unreachable('The gateway does not answer.') };
  }
  try {
    return readAnswer(JSON.parse(body));
  } catch {
    return { error: invalidAnswer(`The answer is not the gateway’s (HTTP ${response.status}).`) };
  }
}
