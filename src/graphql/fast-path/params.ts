import type { IncomingMessage } from 'node:http';

/** The parameters of a request that may take the short way. */
export interface LeanParams {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

const KNOWN = new Set(['query', 'operationName', 'variables', 'extensions']);

/** The parameters in a body; undefined for anything out of the ordinary, which the stock road knows how to answer. */
export function leanParams(body: string): LeanParams | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
  for (const key in parsed) if (!KNOWN.has(key)) return undefined;
  const { query, operationName, variables, extensions } = parsed as Record<string, unknown>;
  if (typeof query !== 'string' || query === '') return undefined;
  if (operationName !== undefined && operationName !== null && typeof operationName !== 'string') return undefined;
  if (operationName === '') return undefined;
  if (!isObject(variables) || !isObject(extensions)) return undefined;
  return {
    query,
    operationName: operationName ?? undefined,
    variables: (variables ?? {}) as Readonly<Record<string, unknown>>,
  };
}

function isObject(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'object' && !Array.isArray(value));
}

/** Accept headers whose answer's type is beyond doubt. */
const TYPES: Readonly<Record<string, string>> = {
  '*/*': 'application/json; charset=utf-8',
  'application/json': 'application/json; charset=utf-8',
  'application/json, text/plain, */*': 'application/json; charset=utf-8',
  'application/graphql-response+json': 'application/graphql-response+json; charset=utf-8',
  'application/graphql-response+json, application/json': 'application/graphql-response+json; charset=utf-8',
};

/** The content type of an answer; undefined where the stock road has to choose it. */
export function leanType({ headers: { accept } }: IncomingMessage): string | undefined {
  return accept === undefined ? TYPES['*/*'] : TYPES[accept];
}
