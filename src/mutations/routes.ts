import type { z } from 'zod';
import type { Route } from '../harper/domain.ts';
import { operations } from '../harper/operations.ts';
import type { RouteRequest } from '../harper/requests.ts';
import { placeOf, toRoute, toRouteOfAny } from '../harper/routes.ts';
import type { Lock } from './lock.ts';
import { type Outcome, outcomeOf } from './result.ts';
import type { Sender } from './sender.ts';

export type RoutesRequest = z.input<typeof operations.setRoutes.input>;

/** What setting or deleting routes comes to. */
export interface RoutesOutcome extends Outcome {
  /** The routes that were set or deleted. */
  readonly changed: readonly Route[];
  /** Those that were there already, or were not found. */
  readonly skipped: readonly Route[];
  /** Whether Harper has to be restarted for it to take effect: it reads its routes when it starts. */
  readonly restartRequired: boolean;
}

/** The configured routes. */
export async function readRoutes(sender: Sender): Promise<Route[]> {
  return (await readPresent(sender)).entries.map(toRouteOfAny);
}

/**
 * Adds routes that are not there yet, by what they mean. Where Harper has no cluster_set_routes the configuration's whole
 * list is written, with every entry that was there as it was.
 */
export async function setRoutes(sender: Sender, configuration: Lock, input: RoutesRequest): Promise<RoutesOutcome> {
  sender.check(operations.setRoutes, input);
  return sender.locked(configuration, 'exclusive', async () => {
    const { entries, emulated } = await readPresent(sender);
    const places = new Set(entries.map(placeOf));
    const missing: RouteRequest[] = [];
    const skipped: Route[] = [];
    for (const route of input.routes) {
      const place = placeOf(entryOf(route));
      if (places.has(place)) skipped.push(toRouteOfAny(entryOf(route)));
      else missing.push(route);
      places.add(place);
    }
    if (missing.length === 0) return outcome(outcomeOf('All routes were there already.', [], emulated), [], skipped);
    return sender.either(
      operations.setRoutes,
      async () => {
        const answer = await sender.send(operations.setRoutes, { routes: missing });
        const set = (answer.set ?? []).map(toRoute);
        return outcome(outcomeOf(answer.message), set, [...skipped, ...(answer.skipped ?? []).map(toRoute)]);
      },
      async () => {
        const added = missing.map(entryOf);
        const { message } = await sender.send(operations.setConfiguration, { routes: [...entries, ...added] });
        return outcome(outcomeOf(message, [], true), added.map(toRouteOfAny), skipped);
      },
    );
  });
}

/**
 * Deletes routes by what they mean: a host and port matches an entry that is written as a URL, and the other way round.
 * Harper itself compares entries, so it is sent those that the configuration holds.
 */
export async function deleteRoutes(sender: Sender, configuration: Lock, input: RoutesRequest): Promise<RoutesOutcome> {
  // The same rules as for setting; what is sent are the configuration's own entries.
  sender.check(operations.setRoutes, input);
  return sender.locked(configuration, 'exclusive', async () => {
    const { entries, emulated } = await readPresent(sender);
    const asked = input.routes.map(entryOf);
    const unwanted = new Set(asked.map(placeOf));
    const isUnwanted = (entry: unknown) => unwanted.has(placeOf(entry) ?? 'nowhere');
    const matched = entries.filter(isUnwanted);
    const found = new Set(matched.map(placeOf));
    const missing = asked.filter((entry) => !found.has(placeOf(entry))).map(toRouteOfAny);
    if (matched.length === 0) return outcome(outcomeOf('None of the routes was found.', [], emulated), [], missing);
    return sender.either(
      operations.deleteRoutes,
      async () => {
        const answer = await sender.send(operations.deleteRoutes, { routes: matched });
        const deleted = (answer.deleted ?? []).map(toRoute);
        return outcome(outcomeOf(answer.message), deleted, [...(answer.skipped ?? []).map(toRoute), ...missing]);
      },
      async () => {
        const kept = entries.filter((entry) => !isUnwanted(entry));
        const { message } = await sender.send(operations.setConfiguration, { routes: kept });
        return outcome(outcomeOf(message, [], true), matched.map(toRouteOfAny), missing);
      },
    );
  });
}

interface Present {
  /** The entries as the configuration holds them. */
  readonly entries: readonly unknown[];
  /** Whether they were taken out of the whole configuration. */
  readonly emulated: boolean;
}

function readPresent(sender: Sender): Promise<Present> {
  return sender.either<Present>(
    operations.getRoutes,
    async () => ({ entries: await sender.read(operations.getRoutes), emulated: false }),
    async () => ({ entries: await sender.read(operations.getConfiguration), emulated: true }),
  );
}

function outcome(base: Outcome, changed: Route[], skipped: Route[]): RoutesOutcome {
  return { ...base, changed, skipped, restartRequired: changed.length > 0 };
}

/** A route as it is written into the configuration. */
function entryOf({ url, host }: RouteRequest): unknown {
  if (!host) return url;
  const { hostname, port } = host;
  return port === null || port === undefined ? hostname : { hostname, port };
}

/** Where routes lead to, for people. */
export function placesOf({ routes }: RoutesRequest): string[] {
  return routes.map((entry) => (placeOf(entryOf(entry)) ?? 'nowhere').replace(' ', ':'));
}
