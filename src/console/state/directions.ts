import { effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import type { ApiError } from '../api/errors.ts';
import type { Cluster } from '../model/cluster.ts';
import {
  type DirectionKind,
  directionsOf,
  kindsOf,
  type LookUpDirection,
  type PairState,
  pairsOf,
} from '../model/directions.ts';
import type { App } from './app.ts';
import { createLinkEnds, type LinkEnds } from './link-ends.ts';
import { nextFrame } from './next-frame.ts';

/** What each node sees of each other, and the cluster that this is from. */
export interface Directions {
  readonly whole: Cluster;
  readonly lookUp: LookUpDirection;
  readonly pairs: readonly PairState[];
  /** All that any node sees of any other. */
  readonly kinds: ReadonlySet<DirectionKind>;
}

/** It follows the cluster as long as it is held. */
export interface DirectionStore {
  /** undefined where the cluster is not known. */
  readonly directions: ReadonlySignal<Directions | undefined>;
  /** Why the ends of links could not be asked; undefined where they could. */
  readonly error: ReadonlySignal<ApiError | undefined>;
  /** @returns lets go of it */
  hold(): () => void;
}

/**
 * Works out what each node sees of each other, for one database or the worst of all.
 *
 * Thousands of links take longer than there is for a frame that shows them too (bench/console.ts). So each change of
 * the cluster is worked out in frames of its own, and shown after that.
 */
export function createDirections(
  app: Pick<App, 'session' | 'cluster' | 'clock'>,
  database: string | undefined,
): DirectionStore {
  const ends = createLinkEnds(app, database);
  const { cluster } = app.cluster;
  const directions = signal<Directions | undefined>(undefined);
  let version = 0;
  let workedOutFrom: readonly [whole: Cluster | undefined, links: LinkEnds | undefined] = [undefined, undefined];
  // Whoever creates it in a component is not to be rendered again for what this looks at.
  untracked(follow);

  function directionsNow(whole: Cluster, links: LinkEnds | undefined): Directions {
    const lookUp = directionsOf(whole, links ?? [], database);
    return { whole, lookUp, pairs: pairsOf(whole.links, lookUp), kinds: kindsOf(whole.nodes, lookUp) };
  }

  function follow(): void {
    const whole = cluster.value;
    const links = ends.data.value;
    if (whole === workedOutFrom[0] && links === workedOutFrom[1]) return;
    workedOutFrom = [whole, links];
    version += 1;
    // Nothing is shown that a login may not see any more, and nothing is waited for where nothing is shown.
    if (whole === undefined || directions.peek() === undefined) directions.value = whole && directionsNow(whole, links);
    else workOut(whole, links, version).catch((error: unknown) => reportError(error));
  }

  async function workOut(whole: Cluster, links: LinkEnds | undefined, mine: number): Promise<void> {
    await nextFrame();
    if (mine !== version) return;
    const next = directionsNow(whole, links);
    await nextFrame();
    if (mine === version) directions.value = next;
  }

  return {
    directions,
    error: ends.error,
    hold() {
      const letGo = ends.hold();
      const stop = effect(follow);
      return () => {
        version += 1;
        stop();
        letGo();
      };
    },
  };
}
