import { useState } from 'preact/hooks';
import { count } from '../format.ts';
import { directionWord, type PairState } from '../model/directions.ts';
import type { StateWord } from '../model/words.ts';
import { Badge } from './badge.tsx';
import { NameText, NodeLink, PairLink } from './names.tsx';
import { Empty } from './notice.tsx';

interface MapListProps {
  readonly nodes: readonly { readonly name: string; readonly state: StateWord }[];
  readonly pairs: readonly PairState[];
}

/** How many are shown before somebody asks for all. */
const FIRST = 30;

/** What the map shows that is not well, in words. */
export function MapList({ nodes, pairs }: MapListProps) {
  const [isWhole, setWhole] = useState(false);
  if (nodes.length + pairs.length === 0) return <Empty>Every node is up, and every link is well.</Empty>;
  const shown = isWhole ? pairs : pairs.slice(0, FIRST);
  return (
    <>
      <ul class="map-list">
        {nodes.map(({ name, state }) => (
          <li key={name}>
            <Badge state={state} /> <NodeLink name={name} />
          </li>
        ))}
        {shown.map((pair) => (
          <li key={pair.ends.join('\0')}>
            <Badge state={directionWord(pair.kind)} /> <PairLink nodes={pair.ends} />
            {pair.receiver !== undefined && (
              <span class="muted">
                {' '}
                only <NameText name={pair.receiver} /> gets changes
              </span>
            )}
          </li>
        ))}
      </ul>
      {shown.length < pairs.length && (
        <button type="button" onClick={() => setWhole(true)}>
          Show {count(pairs.length - shown.length, 'more pair')}
        </button>
      )}
    </>
  );
}
