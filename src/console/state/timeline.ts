import { effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import type { ApiError } from '../api/errors.ts';
import { HistoryPageDocument } from '../graphql/graphql.ts';
import {
  addGap,
  addNewest,
  addOlder,
  addPage,
  entriesOf,
  type Gap,
  keepNewest,
  NO_TIMELINE,
  type Run,
  splitAtGaps,
  type Timeline,
} from '../model/timeline.ts';
import { isWanted, type TimelineFilter, variablesOf } from '../model/timeline-filter.ts';
import type { App } from './app.ts';

/** The changes of a filter: live, and from the history as far back as somebody asks for. */
export interface TimelineStore {
  readonly timeline: ReadonlySignal<Timeline>;
  readonly isLoading: ReadonlySignal<boolean>;
  /** Why the history could not be asked; undefined where it could. */
  readonly error: ReadonlySignal<ApiError | undefined>;
  /** Asks for older ones, or again for those that failed. */
  loadOlder(): Promise<void>;
  /**
   * Everything of the filter that is kept, the newest first, without showing it.
   * @param onCount told how many there are so far
   * @returns undefined where it could not be asked for
   */
  loadAll(onCount: (count: number) => void): Promise<Run | undefined>;
  /** Follows the changes until it is let go of. */
  hold(): () => void;
}

const PAGE = 200;
/** The most that the gateway sends at once. */
const LARGE_PAGE = 1000;
const MOST_SHOWN = 10_000;
export const MOST_EXPORTED = 100_000;
const TIMEOUT_MS = 30_000;

export function createTimeline(
  { session, changes }: Pick<App, 'session' | 'changes'>,
  filter: TimelineFilter,
): TimelineStore {
  const timeline = signal(NO_TIMELINE);
  const isLoading = signal(false);
  const error = signal<ApiError | undefined>(undefined);
  let hasNewest = false;
  let generation = 0;

  const askFor = (before: string | undefined, last: number) =>
    session.ask(HistoryPageDocument, { ...variablesOf(filter), before: before ?? null, last }, TIMEOUT_MS);

  async function load(): Promise<void> {
    if (isLoading.value) return;
    const mine = generation;
    const before = hasNewest ? timeline.value.current.at(-1)?.cursor : undefined;
    isLoading.value = true;
    const answer = await askFor(before, PAGE);
    // After a gap, or when nobody looks any more, the page is of another run.
    if (mine !== generation) return;
    isLoading.value = false;
    error.value = answer.error;
    if (answer.error !== undefined) {
      // The log has been begun anew: what was before its begin is not kept.
      if (answer.error.code === 'CURSOR_EXPIRED') timeline.value = { ...timeline.value, hasOlder: false };
      return;
    }
    const page = answer.data.history;
    if (!page) return;
    const run = page.edges.map(({ node }) => node);
    const { hasPreviousPage } = page.pageInfo;
    timeline.value = (hasNewest ? addOlder : addPage)(timeline.value, run, hasPreviousPage);
    hasNewest = true;
  }

  function reload(): void {
    generation += 1;
    hasNewest = false;
    isLoading.value = false;
    load().catch((failure: unknown) => reportError(failure));
  }

  /** Takes what has come since the last time. */
  function take(recent: Run, seen: string | undefined): void {
    const end = recent.findIndex(({ cursor }) => cursor === seen);
    const fresh = recent.slice(0, end < 0 ? recent.length : end).filter((change) => isWanted(change, filter));
    timeline.value = keepNewest(fresh.reduceRight(addNewest, timeline.value), MOST_SHOWN);
  }

  return {
    timeline,
    isLoading,
    error,
    loadOlder: load,
    async loadAll(onCount) {
      let all = timeline.peek().current;
      let hasOlder = timeline.peek().hasOlder;
      while (hasOlder && all.length < MOST_EXPORTED) {
        const answer = await askFor(all.at(-1)?.cursor, LARGE_PAGE);
        // What is older is not kept any more.
        if (answer.error?.code === 'CURSOR_EXPIRED') break;
        const page = answer.error === undefined ? answer.data.history : undefined;
        if (!page) {
          error.value = answer.error;
          return undefined;
        }
        all = [...all, ...page.edges.map(({ node }) => node).reverse()];
        hasOlder = page.pageInfo.hasPreviousPage;
        onCount(all.length);
      }
      return entriesOf({ ...timeline.peek(), current: all }).flatMap((entry) =>
        entry.kind === 'change' ? [entry.change] : [],
      );
    },
    hold() {
      timeline.value = splitAtGaps(changes.recent.peek(), changes.gaps.peek(), (change) => isWanted(change, filter));
      let seen = changes.recent.peek()[0]?.cursor;
      let lastGap = changes.gaps.peek()[0];
      const follow = (recent: Run, gap: Gap | undefined) => {
        if (gap !== undefined && gap !== lastGap) {
          timeline.value = addGap(timeline.value, gap);
          lastGap = gap;
          reload();
        }
        take(recent, seen);
        seen = recent[0]?.cursor;
      };
      const stop = effect(() => {
        const recent = changes.recent.value;
        const gap = changes.gaps.value[0];
        untracked(() => follow(recent, gap));
      });
      reload();
      return () => {
        generation += 1;
        stop();
      };
    },
  };
}
