import { useMemo } from 'preact/hooks';
import { count } from '../format.ts';
import {
  type Column,
  formatSorting,
  matches,
  nodeRows,
  parseSorting,
  type Sorting,
  sortRows,
} from '../model/node-rows.ts';
import { useApp, useHeld } from '../parts/app-context.ts';
import { Icon } from '../parts/icon.tsx';
import { NodeRowView } from '../parts/node-row.tsx';
import { Empty, Failure } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { createFigures } from '../state/figures.ts';

const HEADS: readonly (readonly [column: Column, title: string])[] = [
  ['name', 'Node'],
  ['state', 'State'],
  ['since', 'Since'],
  ['version', 'Version'],
  ['databases', 'Databases'],
  ['links', 'Links'],
  ['lag', 'Lag'],
  ['error', 'Last error'],
];

/** All nodes in a table, worst first until somebody sorts it otherwise. */
export function NodesView() {
  const app = useApp();
  const { cluster, route } = app;
  const figures = useMemo(() => createFigures(app), [app]);
  useHeld(figures);
  const { query } = route.route.value;
  const search = query.get('search') ?? '';
  const sorting = parseSorting(query.get('sort'));
  const whole = cluster.cluster.value;
  const measured = figures.data.value;
  const rows = useMemo(() => (whole ? nodeRows(whole, measured) : []), [whole, measured]);
  const shown = sortRows(
    rows.filter((row) => matches(row, search)),
    sorting,
  );
  return (
    <Page title="Nodes" aside={<Search search={search} found={shown.length} all={rows.length} />}>
      {figures.error.value !== undefined && (
        <Failure title="The nodes could not be asked for lag and last errors." error={figures.error.value} />
      )}
      {shown.length === 0 ? (
        <Empty>
          No node matches <bdi>{search}</bdi>.
        </Empty>
      ) : (
        <table class="table nodes">
          <caption class="hidden">All nodes that are known</caption>
          <thead>
            <tr>
              {HEADS.map(([column, title]) => (
                <Head key={column} column={column} title={title} sorting={sorting} />
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <NodeRowView key={row.name} row={row} />
            ))}
          </tbody>
        </table>
      )}
    </Page>
  );
}

interface SearchProps {
  readonly search: string;
  readonly found: number;
  readonly all: number;
}

function Search({ search, found, all }: SearchProps) {
  const { route } = useApp();
  return (
    <div class="search">
      <Icon name="search" />
      <input
        type="search"
        aria-label="Search nodes"
        placeholder="Name, state, version, reason"
        value={search}
        onInput={(event) => route.refine({ search: event.currentTarget.value })}
      />
      <span class="muted" role="status">
        {search === '' ? count(all, 'node') : `${found} of ${count(all, 'node')}`}
      </span>
    </div>
  );
}

interface HeadProps {
  readonly column: Column;
  readonly title: string;
  readonly sorting: Sorting;
}

function Head({ column, title, sorting }: HeadProps) {
  const { route } = useApp();
  const isSorted = sorting.column === column;
  const next: Sorting = { column, isReversed: isSorted && !sorting.isReversed };
  const order = sorting.isReversed ? 'descending' : 'ascending';
  return (
    <th scope="col" aria-sort={isSorted ? order : 'none'}>
      <button type="button" onClick={() => route.refine({ sort: formatSorting(next) })}>
        {title}
        {isSorted && <Icon name={sorting.isReversed ? 'up' : 'down'} />}
      </button>
    </th>
  );
}
