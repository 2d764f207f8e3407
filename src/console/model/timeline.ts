import type { ChangeFragment } from '../graphql/graphql.ts';

/** A time in which changes may have been missed. */
export interface Gap {
  /** Cursor of the last change before it; undefined where there was none. */
  readonly after: string | undefined;
  readonly from: number;
  readonly until: number;
}

/** What the timeline shows, one below the other. */
export type Entry =
  | { readonly kind: 'change'; readonly change: ChangeFragment }
  | { readonly kind: 'gap'; readonly gap: Gap };

/** Changes without anything missing between them, the newest first. */
export type Run = readonly ChangeFragment[];

/** Runs with gaps between them: each gap is that before the run in front of it. */
export interface Timeline {
  readonly current: Run;
  /** Whether there are changes before the current run that have not been asked for. */
  readonly hasOlder: boolean;
  readonly before: readonly { readonly gap: Gap; readonly run: Run }[];
}

export const NO_TIMELINE: Timeline = { current: [], hasOlder: true, before: [] };

/**
 * Cuts a list, the newest first, at its gaps.
 * @param isShown leaves changes out. A gap is then before the last that is shown, by which it can be bridged.
 */
export function splitAtGaps(
  changes: Run,
  gaps: readonly Gap[],
  isShown: (change: ChangeFragment) => boolean = () => true,
): Timeline {
  const places = gaps.map((gap) => {
    const at = changes.findIndex(({ cursor }) => cursor === gap.after);
    return { gap, at: at < 0 ? changes.length : at };
  });
  return {
    current: changes.slice(0, places[0]?.at).filter(isShown),
    hasOlder: true,
    before: places.map(({ gap, at }, index) => ({
      gap: { ...gap, after: changes.slice(at).find(isShown)?.cursor },
      run: changes.slice(at, places[index + 1]?.at).filter(isShown),
    })),
  };
}

/** Adds a change that has just come, unless the history had it already. */
export function addNewest(timeline: Timeline, change: ChangeFragment): Timeline {
  if (timeline.current.some(({ cursor }) => cursor === change.cursor)) return timeline;
  return { ...timeline, current: [change, ...timeline.current] };
}

/** Adds a page of the history that is older than the current run, the newest last as the gateway sends it. */
export function addOlder(timeline: Timeline, page: Run, hasOlder: boolean): Timeline {
  const known = new Set(timeline.current.map(({ cursor }) => cursor));
  const older = page.filter(({ cursor }) => !known.has(cursor)).toReversed();
  return { ...timeline, current: [...timeline.current, ...older], hasOlder };
}

/** Adds the newest page of the history, which was asked for while changes came. */
export function addPage(timeline: Timeline, page: Run, hasOlder: boolean): Timeline {
  return { ...timeline, current: merge(timeline.current, page.toReversed()), hasOlder };
}

/** Begins a new run after a gap, which is after the newest that is shown. */
export function addGap({ current, before }: Timeline, gap: Gap): Timeline {
  const after = current[0]?.cursor ?? before.find(({ run }) => run.length > 0)?.run[0]?.cursor;
  return { current: [], hasOlder: true, before: [{ gap: { ...gap, after }, run: current }, ...before] };
}

/** Forgets the oldest of the current run beyond a number; they can be asked for again. */
export function keepNewest(timeline: Timeline, most: number): Timeline {
  if (timeline.current.length <= most) return timeline;
  return { current: timeline.current.slice(0, most), hasOlder: true, before: [] };
}

/**
 * Merges two lists of one order, the newest first. What is in both is once in the result. Where nothing tells which of
 * two changes is newer, it is that of the first list: it came live, after the history was asked for.
 */
export function merge(live: Run, history: Run): Run {
  const inLive = new Set(live.map(({ cursor }) => cursor));
  const inHistory = new Set(history.map(({ cursor }) => cursor));
  const merged: ChangeFragment[] = [];
  let place = 0;
  for (const change of live) {
    if (inHistory.has(change.cursor)) {
      // All that the history has before it is newer, and was not told live.
      for (let next = history[place]; next !== undefined && next.cursor !== change.cursor; next = history[place]) {
        if (!inLive.has(next.cursor)) merged.push(next);
        place += 1;
      }
      place += 1;
    }
    merged.push(change);
  }
  for (const change of history.slice(place)) if (!inLive.has(change.cursor)) merged.push(change);
  return merged;
}

/** Everything in order. A gap that the history has bridged is none. */
export function entriesOf({ current, before }: Timeline): Entry[] {
  const known = new Set<string>();
  const entries: Entry[] = [];
  const add = (run: Run) => {
    for (const change of run) {
      if (known.has(change.cursor)) continue;
      known.add(change.cursor);
      entries.push({ kind: 'change', change });
    }
  };
  add(current);
  for (const { gap, run } of before) {
    if (gap.after === undefined || !known.has(gap.after)) entries.push({ kind: 'gap', gap });
    add(run);
  }
  return entries;
}

/** A part of the list, by days of whoever looks. */
export interface Day {
  /** Noon of the day, in milliseconds. */
  readonly noon: number;
  readonly entries: readonly Entry[];
}

/** Entries that follow one another by their days. A day comes twice where changes were told in another order. */
export function byDay(entries: readonly Entry[]): Day[] {
  const days: { readonly noon: number; readonly entries: Entry[] }[] = [];
  for (const entry of entries) {
    const noon = noonOf(entry.kind === 'gap' ? entry.gap.until : Date.parse(entry.change.observedAt));
    const last = days.at(-1);
    if (last?.noon === noon) last.entries.push(entry);
    else days.push({ noon, entries: [entry] });
  }
  return days;
}

function noonOf(time: number): number {
  return new Date(time).setHours(12, 0, 0, 0);
}
