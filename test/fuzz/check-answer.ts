import type { Pool } from 'undici';
import { isErrorCode } from '../../src/errors.ts';
import { ADMIN } from '../support/stack.ts';

type Errors = readonly { readonly extensions?: { readonly code?: unknown } }[];

/** Fails on errors without a code of the catalogue, and on those that are the gateway's own fault. */
export function checkErrors(errors: Errors, seen: string): void {
  for (const { extensions } of errors) {
    if (!isErrorCode(extensions?.code)) throw new Error(`no code: ${seen.slice(0, 3000)}`);
    if (extensions.code === 'INTERNAL_SERVER_ERROR') throw new Error(`a fault: ${seen.slice(0, 3000)}`);
  }
}

/** Sends a request and fails on a crash, a hang, or a failure without a code of the catalogue. */
export async function checkAnswer(
  pool: Pool,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Promise<void> {
  const answer = await pool
    .request({
      method: 'POST',
      path: '/graphql',
      headers: { 'content-type': 'application/json', authorization: ADMIN, ...headers },
      body,
      signal: AbortSignal.timeout(15_000),
    })
    .catch((error: unknown) => {
      throw new Error(`hangs: ${String(body).slice(0, 1000)} ${JSON.stringify(headers)}`, { cause: error });
    });
  const text = await answer.body.text();
  const seen = `${answer.statusCode} for ${String(body).slice(0, 500)}: ${text.slice(0, 500)}`;
  if (answer.headers['content-type']?.includes('json')) {
    const { errors = [], data } = JSON.parse(text) as { errors?: Errors; data?: unknown };
    if (errors.length === 0 && data === undefined) throw new Error(`no answer at all: ${seen}`);
    checkErrors(errors, seen);
  } else if (answer.statusCode >= 500) throw new Error(`no code: ${seen}`);
}
