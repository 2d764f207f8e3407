import { shortened, withoutTurns } from '../format.ts';
import { databasesOf } from '../model/cluster.ts';
import { useApp } from './app-context.ts';

/** The database that is chosen in the address; undefined for all, of which the worst counts. */
export function useDatabase(): string | undefined {
  const { route } = useApp();
  return route.route.value.query.get('database');
}

/** Characters of a name that are shown: the list is as wide as the longest. */
const MOST_OF_NAME = 60;

/** Chooses one database, or the worst of all for each pair of nodes. */
export function DatabaseChoice() {
  const { route, cluster } = useApp();
  const chosen = useDatabase();
  const present = databasesOf(cluster.cluster.value?.links ?? []);
  const names = chosen === undefined || present.includes(chosen) ? present : [...present, chosen];
  return (
    <label class="database-choice">
      Database{' '}
      <select
        value={chosen ?? ''}
        onChange={(event) => {
          route.refine({ database: event.currentTarget.value });
        }}
      >
        <option value="">All (the worst of them)</option>
        {names.map((name) => (
          <option key={name} value={name}>
            {shortened(withoutTurns(name), MOST_OF_NAME)}
          </option>
        ))}
      </select>
    </label>
  );
}
