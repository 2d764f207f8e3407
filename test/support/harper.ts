import { request } from 'undici';

/** A raw answer of an operations API. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at whatever came
  readonly body: any;
}

/** Sends a request to an operations API as it is, with none of the gateway's code in between. */
export async function post(
  url: string,
  body: unknown,
  authorization?: string,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
): Promise<RawAnswer> {
  const response = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization && { authorization }), ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    signal: signal ?? null,
    // A connection that is kept would be found closed after the node was killed.
    reset: true,
  });
  const text = await response.body.text();
  return { status: response.statusCode, headers: response.headers, text, body: safeParse(text) };
}

function safeParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
