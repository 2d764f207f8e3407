import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { count } from '../format.ts';
import { HistoryPageDocument } from '../graphql/graphql.ts';
import { type Entry, entriesOf } from '../model/timeline.ts';
import { formatFilter, parseFilter, type TimelineFilter, variablesOf } from '../model/timeline-filter.ts';
import { useApp } from '../parts/app-context.ts';
import { ExportButtons } from '../parts/export-buttons.tsx';
import { KeptWhere } from '../parts/kept-where.tsx';
import { Empty, Failure, Loading } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { TimelineFilters } from '../parts/timeline-filters.tsx';
import { TimelineList } from '../parts/timeline-list.tsx';
import { createTimeline, type TimelineStore } from '../state/timeline.ts';

/** How many rows are rendered at once, so that thousands of changes do not stop the page. */
const ROWS = 100;

/** When things changed: before the page was opened, and from then on. */
export function TimelineView() {
  const app = useApp();
  const { query } = app.route.route.value;
  const filter = useMemo(() => parseFilter(query), [query]);
  const key = JSON.stringify(formatFilter(filter));
  const store = useMemo(() => createTimeline(app, filter), [app, key]);
  useEffect(() => store.hold(), [store]);
  const failure = app.changes.failure.value;
  return (
    <Page
      title="Timeline"
      aside={<ExportButtons key={key} store={store} />}
      asked={{ document: HistoryPageDocument, variables: { ...variablesOf(filter), last: ROWS } }}
    >
      <TimelineFilters filter={filter} />
      <KeptWhere />
      {failure !== undefined && <Failure title="New changes are not told at the moment." error={failure} />}
      <Rows key={key} store={store} filter={filter} />
    </Page>
  );
}

interface RowsProps {
  readonly store: TimelineStore;
  readonly filter: TimelineFilter;
}

const keyOf = (entry: Entry) => (entry.kind === 'change' ? entry.change.cursor : `gap-${entry.gap.from}`);

/** A page of rows. The first one moves on with what comes; the others stay where they are. */
function Rows({ store, filter }: RowsProps) {
  const timeline = store.timeline.value;
  const entries = useMemo(() => entriesOf(timeline), [timeline]);
  const [start, setStart] = useState<string | undefined>(undefined);
  const heading = useRef<HTMLHeadingElement>(null);
  const first =
    start === undefined
      ? 0
      : Math.max(
          0,
          entries.findIndex((entry) => keyOf(entry) === start),
        );
  const shown = entries.slice(first, first + ROWS);
  const error = store.error.value;
  const isLoading = store.isLoading.value;

  function show(entry: Entry | undefined): void {
    setStart(entry && keyOf(entry));
    heading.current?.focus();
    heading.current?.scrollIntoView();
  }

  async function showOlder(): Promise<void> {
    if (first + ROWS >= entries.length && timeline.hasOlder) await store.loadOlder();
    const next = entriesOf(store.timeline.peek())[first + shown.length];
    if (next !== undefined) show(next);
  }

  const isEnd = first + shown.length >= entries.length;
  return (
    <div class="section">
      <h2 class="list-title" ref={heading} tabIndex={-1}>
        {titleOf(changesIn(entries.slice(0, first)), changesIn(shown), {
          all: changesIn(entries),
          hasMore: timeline.hasOlder,
        })}
      </h2>
      {error !== undefined && error.code !== 'CURSOR_EXPIRED' && (
        <Failure title="The history could not be read." error={error} isRepeated={false} />
      )}
      {shown.length > 0 && <TimelineList entries={shown} />}
      {isLoading && <Loading what="Asking for the history …" />}
      {!isLoading && entries.length === 0 && !timeline.hasOlder && <NoChanges filter={filter} />}
      <div class="pager">
        {first > 0 && (
          <>
            <button type="button" onClick={() => show(undefined)}>
              Newest
            </button>
            <button type="button" onClick={() => show(first <= ROWS ? undefined : entries[first - ROWS])}>
              Newer
            </button>
          </>
        )}
        {(!isEnd || timeline.hasOlder) && (
          <button
            type="button"
            disabled={isLoading}
            onClick={() => {
              showOlder().catch((failure: unknown) => reportError(failure));
            }}
          >
            {error === undefined ? 'Older' : 'Try again'}
          </button>
        )}
        {isEnd && !timeline.hasOlder && entries.length > 0 && <p class="muted">Nothing older is kept.</p>}
      </div>
    </div>
  );
}

/** A gap is an entry, and no change. */
function changesIn(entries: readonly Entry[]): number {
  return entries.filter(({ kind }) => kind === 'change').length;
}

interface Extent {
  readonly all: number;
  readonly hasMore: boolean;
}

function titleOf(first: number, shown: number, { all, hasMore }: Extent): string {
  if (all === 0) return 'Changes';
  if (first === 0 && shown === all && !hasMore) return count(all, 'change');
  return `Changes ${first + 1} to ${first + shown} of ${all}${hasMore ? ' or more' : ''}`;
}

function NoChanges({ filter }: { readonly filter: TimelineFilter }) {
  const isFiltered = Object.values(formatFilter(filter)).some((text) => text !== '');
  return (
    <Empty>{isFiltered ? 'No change matches the filter.' : 'None since the gateway began to watch the cluster.'}</Empty>
  );
}
