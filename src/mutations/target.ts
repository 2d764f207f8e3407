import { nameOf } from '../harper/requests.ts';
import { redact, secretsWithin, withoutUserinfo } from '../observability/redact.ts';
import { hostsOf, type RoutesRequest } from './routes.ts';

/** Targets named for one mutation, and characters of each: a caller may send any number and length. */
const MAX_TARGETS = 20;
const MAX_LENGTH = 253;

/**
 * What the input of a mutation changes, for people: a node, several nodes, or the hosts of routes. It is without the
 * logins of the input, also where one was given as a name by mistake.
 */
export function targetOf(input: object): string | readonly string[] {
  const secrets = secretsWithin(input);
  const clean = (text: string) => redact(withoutUserinfo(text), secrets, MAX_LENGTH);
  const names = namesIn(input);
  if (names === undefined) return clean(nameOf(input));
  const rest = names.length - MAX_TARGETS;
  return [...names.slice(0, MAX_TARGETS).map(clean), ...(rest > 0 ? [`and ${rest} more`] : [])];
}

/** The names in a list of the input; undefined where it is about one node. */
function namesIn(input: object): readonly string[] | undefined {
  if ('connections' in input && Array.isArray(input.connections)) return input.connections.map(nameOf);
  if ('routes' in input && Array.isArray(input.routes)) return hostsOf(input as RoutesRequest);
  return undefined;
}
