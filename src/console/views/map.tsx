import { useMemo } from 'preact/hooks';
import { count } from '../format.ts';
import { LinkEndsDocument } from '../graphql/graphql.ts';
import { byName } from '../model/cluster.ts';
import { directionSeverity, isFaulty, type PairState } from '../model/directions.ts';
import { groupsOf, layoutOf } from '../model/map-layout.ts';
import { drawingOf } from '../model/map-lines.ts';
import { formatHash } from '../model/route.ts';
import { outsideOf } from '../model/summary.ts';
import { nodeWord } from '../model/words.ts';
import { useApp, useHeld } from '../parts/app-context.ts';
import { DatabaseChoice, useDatabase } from '../parts/database-choice.tsx';
import { MapList } from '../parts/map-list.tsx';
import { MapPicture } from '../parts/map-picture.tsx';
import { SentenceText } from '../parts/names.tsx';
import { Failure, Notice } from '../parts/notice.tsx';
import { Page, Section } from '../parts/page.tsx';
import { createDirections } from '../state/directions.ts';

/** With more nodes, the matrix tells more. */
const MOST_ON_MAP = 20;
const NARROW = '(max-width: 760px)';
const NONE: readonly PairState[] = [];

/** Nodes and links as a picture, islands apart. */
export function MapView() {
  const app = useApp();
  const database = useDatabase();
  const store = useMemo(() => createDirections(app, database), [app, database]);
  useHeld(store);
  const { whole, pairs = NONE } = store.directions.value ?? {};
  const groups = whole ? groupsOf(whole, database) : [];
  // The same names make the same picture, whatever else has changed.
  const key = JSON.stringify(groups);
  const layout = useMemo(() => layoutOf(groups, window.matchMedia(NARROW).matches ? 1 : 3), [key]);
  const states = new Map(whole?.nodes.map(({ name, state }) => [name, state]));
  const stateOf = (name: string) => nodeWord(states.get(name) ?? 'UNASKED');
  const isAsked = (name: string) => states.get(name) === 'UP';
  const drawing = useMemo(() => drawingOf(pairs, layout, isAsked), [pairs, layout]);
  const outside = outsideOf(whole ?? { nodes: [] });
  const islands = groups.filter(({ isIsland }) => isIsland).length;
  const faulty = pairs
    .filter((pair) => isFaulty(pair, isAsked))
    .sort((one, other) => directionSeverity(one) - directionSeverity(other));
  return (
    <Page
      title="Map"
      aside={<DatabaseChoice />}
      asked={{ document: LinkEndsDocument, variables: { databases: database === undefined ? null : [database] } }}
    >
      {states.size > MOST_ON_MAP && <MatrixFirst nodes={states.size} database={database} />}
      {store.error.value !== undefined && (
        <Failure title="The nodes could not be asked for directions." error={store.error.value} />
      )}
      {islands > 1 && <Notice tone="bad" title={`The nodes are in ${islands} islands.`} />}
      <MapPicture layout={layout} drawing={drawing} stateOf={stateOf} />
      {outside.length > 0 && (
        <p>
          <SentenceText parts={outside} />
        </p>
      )}
      {drawing.leftOut > 0 && <p class="muted">{count(drawing.leftOut, 'pair')} that are well are not drawn.</p>}
      <Section title="What is not well">
        <MapList
          nodes={[...states.keys()]
            .map((name) => ({ name, state: stateOf(name) }))
            .filter(({ state }) => state.tone !== 'ok')
            .sort((one, other) => byName(one.name, other.name))}
          pairs={faulty}
        />
      </Section>
    </Page>
  );
}

interface MatrixFirstProps {
  readonly nodes: number;
  readonly database: string | undefined;
}

function MatrixFirst({ nodes, database }: MatrixFirstProps) {
  return (
    <Notice tone="info" title={`For ${nodes} nodes the matrix tells more than a map.`}>
      <p>
        <a href={formatHash(['matrix'], [['database', database ?? '']])}>Go to the matrix</a>
      </p>
    </Notice>
  );
}
