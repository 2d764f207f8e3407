import type { z } from 'zod';
import type { Route } from '../harper/domain.ts';
import { operations } from '../harper/operations.ts';
import type { RouteRequest } from '../harper/requests.ts';
import { destinationOf, replicationAddressOf, toRouteOfAny } from '../harper/routes.ts';
import type { Locks } from './locks.ts';
import { type MutationResult, resultOf } from './result.ts';
import type { Sender } from './sender.ts';

export type RoutesRequest = z.input<typeof operations.setRoutes.input>;

/** What setting or deleting routes returns. */
export interface RoutesResult extends MutationResult {
  /** The routes that were set or deleted. */
  readonly changed: readonly Route[];
  /** Those that were there already, or were not found. */
  readonly skipped: readonly Route[];
  /** Whether Harper has to be restarted for it to take effect: it reads its routes when it starts. */
  readonly restartRequired: boolean;
}

/** The configured routes. */
export async function readRoutes(sender: Sender): Promise<Route[]> {
  const { entries } = await readEntries(sender);
  return entries.map((await meaningOf(sender, entries)).shown);
}

/**
 * Where the configured routes lead, as `host:port`.
 * @param nodeUrl the called node's own replication URL
 */
export async function readDestinations(sender: Sender, nodeUrl: string | null): Promise<Set<string | undefined>> {
  const own = replicationAddressOf(nodeUrl);
  return new Set((await readEntries(sender)).entries.map((entry) => destinationOf(entry, own)));
}

/**
 * Adds the routes that lead to a place no present route leads to. Where Harper has no cluster_set_routes, the whole
 * list in the configuration is written, its present entries unchanged.
 */
export async function setRoutes(sender: Sender, locks: Locks, input: RoutesRequest): Promise<RoutesResult> {
  sender.check(operations.setRoutes, input);
  return sender.locked(locks.configuration, 'exclusive', async () => {
    const { entries, emulated } = await readEntries(sender);
    const wanted = input.routes.map((route) => ({ route, entry: entryOf(route) }));
    const { destination, shown, allShown } = await meaningOf(sender, [...entries, ...wanted.map(({ entry }) => entry)]);
    const places = new Set(entries.map(destination));
    const missing: RouteRequest[] = [];
    const skipped: Route[] = [];
    for (const { route, entry } of wanted) {
      const place = destination(entry);
      if (places.has(place)) skipped.push(shown(entry));
      else missing.push(route);
      places.add(place);
    }
    if (missing.length === 0) return withRoutes(resultOf('All routes were there already.', [], emulated), [], skipped);
    return sender.either(
      operations.setRoutes,
      async () => {
        const answer = await sender.send(operations.setRoutes, { routes: missing });
        return withRoutes(resultOf(answer.message), allShown(answer.set), [...skipped, ...allShown(answer.skipped)]);
      },
      async () => {
        const added = missing.map(entryOf);
        const { message } = await sender.send(operations.setConfiguration, { routes: [...entries, ...added] });
        return withRoutes(resultOf(message, [], true), added.map(shown), skipped);
      },
    );
  });
}

/**
 * Deletes the routes that lead to the given places, written as a URL or as a host and port. Harper compares entries as
 * they are written, so it is sent those of the configuration.
 */
export async function deleteRoutes(sender: Sender, locks: Locks, input: RoutesRequest): Promise<RoutesResult> {
  // The rules for setting routes hold for the input; what is sent are the configuration's own entries.
  sender.check(operations.setRoutes, input);
  return sender.locked(locks.configuration, 'exclusive', async () => {
    const { entries, emulated } = await readEntries(sender);
    const unwanted = input.routes.map(entryOf);
    const { destination, shown, allShown } = await meaningOf(sender, [...entries, ...unwanted]);
    const places = new Set(unwanted.map(destination));
    const isUnwanted = (entry: unknown) => {
      const place = destination(entry);
      return place !== undefined && places.has(place);
    };
    const matched = entries.filter(isUnwanted);
    const found = new Set(matched.map(destination));
    const missing = unwanted.filter((entry) => !found.has(destination(entry))).map(shown);
    if (matched.length === 0) return withRoutes(resultOf('None of the routes was found.', [], emulated), [], missing);
    return sender.either(
      operations.deleteRoutes,
      async () => {
        const answer = await sender.send(operations.deleteRoutes, { routes: matched });
        return withRoutes(resultOf(answer.message), allShown(answer.deleted), [
          ...allShown(answer.skipped),
          ...missing,
        ]);
      },
      async () => {
        const kept = entries.filter((entry) => !isUnwanted(entry));
        const { message } = await sender.send(operations.setConfiguration, { routes: kept });
        return withRoutes(resultOf(message, [], true), matched.map(shown), missing);
      },
    );
  });
}

interface PresentEntries {
  /** The entries as the configuration holds them. */
  readonly entries: readonly unknown[];
  /** Whether they were taken out of the whole configuration. */
  readonly emulated: boolean;
}

function readEntries(sender: Sender): Promise<PresentEntries> {
  return sender.either<PresentEntries>(
    operations.getRoutes,
    async () => ({ entries: await sender.read(operations.getRoutes), emulated: false }),
    async () => ({ entries: await sender.read(operations.getConfiguration), emulated: true }),
  );
}

/** What entries mean at the called node, which completes those that leave scheme or port open by its own. */
async function meaningOf(sender: Sender, entries: readonly unknown[]) {
  // Not asked for where nothing is open.
  const own = replicationAddressOf(entries.every(isComplete) ? null : (await sender.status()).url);
  const shown = (entry: unknown) => toRouteOfAny(entry, own);
  return {
    destination: (entry: unknown) => destinationOf(entry, own),
    shown,
    allShown: (answered: readonly unknown[] | null | undefined) => (answered ?? []).map(shown),
  };
}

/** Whether an entry is a URL. */
function isComplete(entry: unknown): boolean {
  const { url } = typeof entry === 'object' && entry !== null && 'url' in entry ? entry : { url: entry };
  return typeof url === 'string' && /^[a-z]+:\/\//i.test(url.trim());
}

function withRoutes(result: MutationResult, changed: Route[], skipped: Route[]): RoutesResult {
  return { ...result, changed, skipped, restartRequired: changed.length > 0 };
}

/** A route as it is written into the configuration. */
function entryOf({ url, host }: RouteRequest): unknown {
  if (!host) return url;
  const { hostname, port } = host;
  return port === null || port === undefined ? hostname : { hostname, port };
}

/** The hosts and ports that routes lead to, for people; the input need not be checked yet. */
export function hostsOf({ routes }: RoutesRequest): string[] {
  return routes.map((entry) => destinationOf(entryOf(entry)) ?? 'nowhere');
}
