import { nameOf } from '../harper/requests.ts';
import { hostsOf, type RoutesRequest } from './routes.ts';

/** What the input of a mutation changes, for people: a node, several nodes, or the hosts of routes. */
export function targetOf(input: object): string | string[] {
  if ('connections' in input && Array.isArray(input.connections)) return input.connections.map(nameOf);
  if ('routes' in input && Array.isArray(input.routes)) return hostsOf(input as RoutesRequest);
  return nameOf(input);
}
