import { GatewayError } from '../errors.ts';
import { parseJson } from '../util/json.ts';

/** The parameters of a GraphQL request, whatever it came by. */
export interface GraphQLParams {
  /** The document; undefined where the request names one instead. */
  readonly query: string | undefined;
  /** Names a trusted document, as GraphQL over HTTP proposes it. */
  readonly documentId: string | undefined;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/**
 * Reads the parameters of a request: the JSON body of a POST, the query of a GET, the payload of a subscribe message.
 * Parameters that are null count as left out; unknown ones are ignored.
 * @throws GatewayError BAD_REQUEST that says which parameter is wrong
 */
export function readParams(source: unknown): GraphQLParams {
  if (!isObject(source)) throw badRequest('A request must be a JSON object with a query.');
  const { query, documentId, operationName, variables, extensions } = source;
  const params = {
    query: text('query', query),
    documentId: text('documentId', documentId),
    operationName: text('operationName', operationName) || undefined,
    variables: object('variables', variables),
    extensions: object('extensions', extensions),
  };
  if (!params.query && params.documentId === undefined && !isObject(params.extensions.persistedQuery)) {
    throw badRequest('A request must have a query, or name a document.');
  }
  return params;
}

/**
 * Reads the parameters in the query of a URL. Empty ones count as left out, as clients write them.
 * @param search the text after the question mark
 * @throws GatewayError BAD_REQUEST, as `readParams`
 */
export function readSearchParams(search: string): GraphQLParams {
  const given = new URLSearchParams(search);
  return readParams({
    query: given.get('query'),
    documentId: given.get('documentId'),
    operationName: given.get('operationName'),
    variables: json('variables', given.get('variables')),
    extensions: json('extensions', given.get('extensions')),
  });
}

function text(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw badRequest(`The parameter ${name} must be a string.`);
  return value;
}

function object(name: string, value: unknown): Readonly<Record<string, unknown>> {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw badRequest(`The parameter ${name} must be an object.`);
  return value;
}

function json(name: string, value: string | null): unknown {
  if (!value) return null;
  const parsed = parseJson(value);
  if (parsed === undefined) throw badRequest(`The parameter ${name} is not JSON.`);
  return parsed;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function badRequest(message: string): GatewayError {
  return new GatewayError('BAD_REQUEST', message);
}
