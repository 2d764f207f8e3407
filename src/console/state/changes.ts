import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { ApiError } from '../api/errors.ts';
import type { Live } from '../api/live.ts';
import { type ChangeFragment, ClusterChangesDocument, RecentChangesDocument } from '../graphql/graphql.ts';
import { type Entry, entriesOf, type Gap, splitAtGaps } from '../model/timeline.ts';
import type { Clock } from './clock.ts';
import type { Connection } from './connection.ts';
import type { Session } from './session.ts';

export type Change = ChangeFragment;

/** The last changes of the cluster, the newest first. */
export interface Changes {
  readonly recent: ReadonlySignal<readonly Change[]>;
  /** The times in which changes may have been missed, the last first. */
  readonly gaps: ReadonlySignal<readonly Gap[]>;
  /** Both in order. */
  readonly entries: ReadonlySignal<readonly Entry[]>;
  /** Why those of before the page was opened are not there, or that they are asked for; undefined where they are. */
  readonly missing: ReadonlySignal<ApiError | 'asked' | undefined>;
  /** Why nothing is told live at the moment; undefined where it is. */
  readonly failure: ReadonlySignal<ApiError | undefined>;
  follow(live: Live): void;
  reset(): void;
}

/** How many are kept; a timeline asks for the rest. */
const MOST = 200;
/** How many of before the page was opened are asked for. */
const EARLIER = 50;
const TIMEOUT_MS = 15_000;
/** Milliseconds until they are asked for again where that has failed. */
const AGAIN_MS = 5000;
/** Milliseconds in which the gateway would have said that it cannot tell them. It says nothing else at first. */
const REFUSAL_MS = 2000;
/** A page that loses its place again and again does not keep all of these times. */
const MOST_GAPS = 50;
/** Milliseconds for which changes are gathered: a node that dies brings hundreds, each in an event of its own. */
const GATHER_MS = 100;

export function createChanges(
  session: Session,
  connection: Pick<Connection, 'markMissed' | 'socket'>,
  clock: Pick<Clock, 'time'>,
): Changes {
  const recent = signal<readonly Change[]>([]);
  const gaps = signal<readonly Gap[]>([]);
  const missing = signal<ApiError | 'asked' | undefined>('asked');
  const failure = signal<ApiError | undefined>(undefined);
  let mended: ReturnType<typeof setTimeout> | undefined;
  let cursor: string | undefined;
  let generation = 0;
  /** Since when the stream had been broken off when it began last. */
  let brokenAt = 0;
  /** When it was ended by an error, until it tells something. */
  let endedAt: number | undefined;
  /** Since when the stream has lost its place, until it goes on. */
  let lostAt: number | undefined;
  /** What came last, in its order, and is not shown yet. */
  let gathered: Change[] = [];

  function take(change: Change): void {
    if (cursor === undefined) begin();
    cursor = change.cursor;
    endedAt = undefined;
    if (change.isSnapshot) return;
    if (gathered.length === 0) setTimeout(show, GATHER_MS);
    gathered.push(change);
    // A timeline reads what is new out of the list, which must not pass over any.
    if (gathered.length === MOST / 2) show();
  }

  function show(): void {
    const known = new Set(recent.value.map(({ cursor }) => cursor));
    const fresh = gathered.filter(({ cursor }) => !known.has(cursor));
    gathered = [];
    if (fresh.length > 0) recent.value = [...fresh.toReversed(), ...recent.value].slice(0, MOST);
  }

  /** Only once the stream has begun, or what happens between the two would be in neither. */
  function begin(): void {
    show();
    if (lostAt !== undefined) {
      const gap = { after: recent.value[0]?.cursor, from: lostAt, until: clock.time() };
      gaps.value = [gap, ...gaps.value].slice(0, MOST_GAPS);
      lostAt = undefined;
    }
    if (recent.value.length === 0) loadEarlier().catch((error: unknown) => reportError(error));
  }

  async function loadEarlier(): Promise<void> {
    const mine = generation;
    const answer = await session.ask(RecentChangesDocument, { last: EARLIER }, TIMEOUT_MS);
    if (mine !== generation) return;
    missing.value = answer.error;
    if (answer.error !== undefined) {
      setTimeout(() => {
        if (mine === generation) loadEarlier().catch((error: unknown) => reportError(error));
      }, AGAIN_MS);
      return;
    }
    show();
    const known = new Set(recent.value.map((change) => change.cursor));
    const earlier = (answer.data.history?.edges ?? [])
      .map(({ node }) => node)
      .filter((change) => !known.has(change.cursor));
    // What came meanwhile is newer.
    recent.value = [...recent.value, ...earlier.toReversed()].slice(0, MOST);
  }

  return {
    recent,
    gaps,
    entries: computed(() => entriesOf(splitAtGaps(recent.value, gaps.value))),
    missing,
    failure,
    follow(live) {
      live.follow({
        document: ClusterChangesDocument,
        variables() {
          const socket = connection.socket.peek();
          brokenAt = socket.kind === 'cut' ? socket.since : (endedAt ?? clock.time());
          mended = setTimeout(() => {
            failure.value = undefined;
          }, REFUSAL_MS);
          return { after: cursor ?? null };
        },
        onData: (data) => take(data.clusterChanged),
        onError(error) {
          endedAt ??= clock.time();
          clearTimeout(mended);
          if (error.code === 'UNAUTHENTICATED' || error.code === 'FORBIDDEN') return 'stop';
          if (error.code === 'SLOW_CONSUMER') return 'again';
          if (error.code !== 'CURSOR_EXPIRED') {
            failure.value = error;
            return 'later';
          }
          cursor = undefined;
          lostAt ??= brokenAt;
          connection.markMissed(brokenAt);
          return 'again';
        },
      });
    },
    reset() {
      generation += 1;
      cursor = undefined;
      endedAt = undefined;
      lostAt = undefined;
      gathered = [];
      missing.value = 'asked';
      clearTimeout(mended);
      failure.value = undefined;
      recent.value = [];
      gaps.value = [];
    },
  };
}
