import { useMemo } from 'preact/hooks';
import { count } from '../format.ts';
import { LinkEndsDocument } from '../graphql/graphql.ts';
import { byName } from '../model/cluster.ts';
import { isFaulty } from '../model/directions.ts';
import { nodeWord } from '../model/words.ts';
import { useApp, useHeld } from '../parts/app-context.ts';
import { DatabaseChoice, useDatabase } from '../parts/database-choice.tsx';
import { DirectionLegend } from '../parts/direction-legend.tsx';
import { MatrixTable } from '../parts/matrix-table.tsx';
import { Failure } from '../parts/notice.tsx';
import { Page } from '../parts/page.tsx';
import { createDirections } from '../state/directions.ts';

/** Node by node: latency and state of what each sees of each other. */
export function MatrixView() {
  const app = useApp();
  const database = useDatabase();
  const store = useMemo(() => createDirections(app, database), [app, database]);
  useHeld(store);
  const seen = store.directions.value;
  const nodes = useMemo(
    () =>
      (seen?.whole.nodes ?? [])
        .toSorted((one, other) => byName(one.name, other.name))
        .map(({ name, state }) => ({ name, state: nodeWord(state) })),
    [seen],
  );
  if (seen === undefined) return null;
  const { whole, lookUp, pairs, kinds } = seen;
  const up = new Set(whole.nodes.filter(({ state }) => state === 'UP').map(({ name }) => name));
  const faulty = pairs.filter((pair) => isFaulty(pair, (name) => up.has(name))).length;
  const unconfirmed = pairs.filter(({ kind }) => kind === 'unconfirmed').length;
  const states = [
    ...(faulty > 0 ? [`${count(faulty, 'is', 'are')} not well`] : []),
    ...(unconfirmed > 0 ? [`${count(unconfirmed, 'is', 'are')} not confirmed`] : []),
  ];
  return (
    <Page
      title="Matrix"
      aside={<DatabaseChoice />}
      asked={{ document: LinkEndsDocument, variables: { databases: database === undefined ? null : [database] } }}
    >
      <p>
        {count(pairs.length, 'pair')} of nodes {pairs.length === 1 ? 'has' : 'have'} a link,{' '}
        {states.length === 0 ? 'and all are well.' : `of which ${states.join(' and ')}.`}
      </p>
      {store.error.value !== undefined && (
        <Failure title="The nodes could not be asked for figures and directions." error={store.error.value} />
      )}
      <MatrixTable nodes={nodes} lookUp={lookUp} />
      <DirectionLegend kinds={kinds} />
    </Page>
  );
}
