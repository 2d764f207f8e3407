import { nameOf } from '../harper/requests.ts';
import { placesOf, type RoutesRequest } from './routes.ts';

/** What the input of any change is about, for people: a node, several nodes, or where routes lead to. */
export function targetOf(input: object): string | string[] {
  if ('connections' in input && Array.isArray(input.connections)) return input.connections.map(nameOf);
  if ('routes' in input && Array.isArray(input.routes)) return placesOf(input as RoutesRequest);
  return nameOf(input);
}
